//! The sums over all answers. Imports nothing of the crate.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use typeport::Portable;

/// How much text there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, Portable)]
pub struct Size {
    /// Bytes in UTF-8.
    pub bytes: u64,
    /// Lines, the last one also without its line break.
    pub lines: u64,
    /// Words, divided by white space.
    pub words: u64,
}

impl Size {
    /// The size of `text`.
    pub fn of(text: &str) -> Self {
        Size {
            bytes: text.len() as u64,
            lines: text.lines().count() as u64,
            words: text.split_whitespace().count() as u64,
        }
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.words += other.words;
    }
}

/// All that the answers add up to.
#[derive(Debug, Default)]
pub struct Totals {
    /// Files that were read as text.
    pub n_texts: u64,
    /// The size of these files.
    pub size: Size,
    /// Letters in the files whose characters were counted.
    pub letters: u64,
    /// Uses of each word.
    pub words: BTreeMap<String, u64>,
    /// Lines that the searches found, by file.
    pub hits: BTreeMap<String, u64>,
    /// Number and size of the files, by extension.
    pub extensions: BTreeMap<String, (u64, Size)>,
    /// What went wrong and where, by the type of the reason.
    pub failures: BTreeMap<String, BTreeSet<String>>,
}
