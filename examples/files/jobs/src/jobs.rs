//! The jobs: two plain ones and a generic one. Imports `answers`, `findings`, `interfaces`.

use crate::answers::Report;
use crate::findings::{Counts, Hit, Word};
use crate::interfaces::{Answer, Job, Pattern};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Portable, portable};

/// Elements in one answer, so that no file makes an answer that is too large to send.
const MOST: usize = 1000;

/// Counts the characters of a file.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Count {
    /// The file.
    pub path: String,
}

#[portable]
impl Job for Count {
    fn path(&self) -> &str {
        &self.path
    }

    fn run(&self, text: &str) -> Box<dyn Answer> {
        Box::new(Report::new(&self.path, text, Counts::of(text)))
    }
}

/// Lists the words of a file, the most frequent ones first.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct ListWords {
    /// The file.
    pub path: String,
    /// Shorter words say little about a text.
    pub min_letters: usize,
}

#[portable]
impl Job for ListWords {
    fn path(&self) -> &str {
        &self.path
    }

    fn run(&self, text: &str) -> Box<dyn Answer> {
        let mut times = BTreeMap::<String, u64>::new();
        for word in text.split(|character: char| !character.is_alphabetic()) {
            if word.chars().count() >= self.min_letters {
                *times.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        let mut words: Vec<Word> = times.into_iter().map(|(text, times)| Word { text, times }).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.times));
        words.truncate(MOST);
        Box::new(Report::new(&self.path, text, words))
    }
}

/// Lists the lines that match a pattern of any type.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Search<T> {
    /// The file.
    pub path: String,
    /// What is looked for.
    pub pattern: T,
}

#[portable]
impl<T: Pattern> Job for Search<T> {
    fn path(&self) -> &str {
        &self.path
    }

    fn run(&self, text: &str) -> Box<dyn Answer> {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| self.pattern.matches(line));
        let hits: Vec<Hit> = lines.take(MOST).map(|(line, _)| Hit { line }).collect();
        Box::new(Report::new(&self.path, text, hits))
    }
}
