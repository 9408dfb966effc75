//! The findings: plain types, and std containers of any finding. Imports `interfaces`, `totals`.

use crate::interfaces::Finding;
use crate::totals::Totals;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Portable, portable};

/// How many characters of each class a text has.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize, Portable)]
pub struct Counts {
    /// Letters of any script.
    pub letters: u64,
    /// Digits and other numerals.
    pub digits: u64,
    /// White space.
    pub spaces: u64,
    /// All others.
    pub marks: u64,
}

impl Counts {
    /// Counts the characters of `text`.
    pub fn of(text: &str) -> Self {
        let mut counts = Counts::default();
        for character in text.chars() {
            *match character {
                _ if character.is_alphabetic() => &mut counts.letters,
                _ if character.is_numeric() => &mut counts.digits,
                _ if character.is_whitespace() => &mut counts.spaces,
                _ => &mut counts.marks,
            } += 1;
        }
        counts
    }
}

#[portable]
impl Finding for Counts {
    fn add_to(&self, _: &str, totals: &mut Totals) {
        totals.letters += self.letters;
    }
}

/// A word in lower case, and how often a text has it.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Word {
    /// The word.
    pub text: String,
    /// The number of its uses.
    pub times: u64,
}

#[portable]
impl Finding for Word {
    fn add_to(&self, _: &str, totals: &mut Totals) {
        *totals.words.entry(self.text.clone()).or_default() += self.times;
    }
}

/// A line that a search found.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Hit {
    /// Its number, from 1.
    pub line: u64,
}

#[portable]
impl Finding for Hit {
    fn add_to(&self, path: &str, totals: &mut Totals) {
        *totals.hits.entry(path.to_owned()).or_default() += 1;
    }
}

/// All findings are about the same.
#[portable]
impl<T: Finding> Finding for Vec<T> {
    fn add_to(&self, about: &str, totals: &mut Totals) {
        self.iter().for_each(|finding| finding.add_to(about, totals));
    }
}

/// Each finding is about its key.
#[portable]
impl<T: Finding> Finding for BTreeMap<String, T> {
    fn add_to(&self, _: &str, totals: &mut Totals) {
        self.iter().for_each(|(key, finding)| finding.add_to(key, totals));
    }
}
