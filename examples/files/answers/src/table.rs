//! A table of the files that a worker has read, by extension. Imports `files_jobs` for the interfaces.

use files_jobs::{Finding, Size, Totals};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use typeport::{Portable, portable};

/// The rows by extension, which is empty for files without one.
pub type Table = BTreeMap<String, Row>;

/// The files of one extension.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Row {
    /// How many there are.
    pub n_files: u64,
    /// Their size.
    pub size: Size,
}

impl Row {
    /// Adds a file to its row.
    pub fn add(table: &mut Table, path: &str, text: &str) {
        let extension = Path::new(path).extension().unwrap_or_default().to_string_lossy();
        let row = table.entry(extension.into_owned()).or_default();
        row.n_files += 1;
        row.size += Size::of(text);
    }
}

#[portable]
impl Finding for Row {
    fn add_to(&self, extension: &str, totals: &mut Totals) {
        let (n_files, size) = totals.extensions.entry(extension.to_owned()).or_default();
        *n_files += self.n_files;
        *size += self.size;
    }
}
