//! The answers: generic in the finding, or in the reason why there is none. Imports `interfaces`, `totals`.

use crate::interfaces::{Answer, Finding, Reason};
use crate::totals::{Size, Totals};
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

/// What a job found in one file.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Report<T> {
    /// The file.
    pub path: String,
    /// How much of it there is.
    pub size: Size,
    /// What the job was after.
    pub finding: T,
}

impl<T> Report<T> {
    /// A report on the file that holds `text`.
    pub fn new(path: &str, text: &str, finding: T) -> Self {
        Report { path: path.to_owned(), size: Size::of(text), finding }
    }
}

#[portable]
impl<T: Finding> Answer for Report<T> {
    fn add_to(&self, totals: &mut Totals) {
        totals.n_texts += 1;
        totals.size += self.size;
        self.finding.add_to(&self.path, totals);
    }
}

/// Why one file, or one folder, got no report.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Failure<E> {
    /// The file or folder.
    pub path: String,
    /// The error.
    pub reason: E,
}

#[portable]
impl<E: Reason> Answer for Failure<E> {
    fn add_to(&self, totals: &mut Totals) {
        let failures = totals.failures.entry(self.reason.type_name().to_string()).or_default();
        failures.insert(format!("{}: {}", self.path, self.reason));
    }
}

/// What a worker says at the end, beyond its jobs. A worker that dies takes it along.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Farewell<T> {
    /// The id of its process.
    pub worker: u32,
    /// What it saw in all files together.
    pub finding: T,
}

#[portable]
impl<T: Finding> Answer for Farewell<T> {
    fn add_to(&self, totals: &mut Totals) {
        self.finding.add_to(&format!("worker {}", self.worker), totals);
    }
}
