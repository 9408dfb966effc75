//! The interfaces: the traits whose trait objects are stored. Imports typeport only.

use typeport::{Failure, portable};

/// Work that any worker can do.
#[portable]
pub trait Job {
    /// Does the work; `?` makes a failure of any portable error, and of an `anyhow` one.
    fn run(&self) -> Result<Box<dyn JobResult>, Failure>;
}

/// What came of a job.
#[portable]
pub trait JobResult {
    /// The result in a line.
    fn summary(&self) -> String;
}
