//! The interfaces: the traits whose trait objects are sent between processes. Imports `totals` for the signatures.

use crate::totals::Totals;
use std::error::Error;
use typeport::portable;

/// Work on one file. The worker reads the file and runs the job, whatever type it is.
#[portable]
pub trait Job {
    /// The file that the job is about.
    fn path(&self) -> &str;

    /// Does the work on the text of the file.
    fn run(&self, text: &str) -> Box<dyn Answer>;
}

/// What comes back. The dispatcher adds it up, whatever type it is.
#[portable]
pub trait Answer {
    /// Adds the answer to the totals.
    fn add_to(&self, totals: &mut Totals);
}

/// What a report or a farewell holds: the bound of their type parameter.
#[portable]
pub trait Finding {
    /// Adds the finding, which is about the file or the group of that name.
    fn add_to(&self, about: &str, totals: &mut Totals);
}

/// Why a file got no report: an error type that travels as itself, not as a text.
#[portable]
pub trait Reason: Error {}

/// What a search looks for: the bound of its type parameter.
#[portable]
pub trait Pattern {
    /// Whether the line is one of those looked for.
    fn matches(&self, line: &str) -> bool;
}
