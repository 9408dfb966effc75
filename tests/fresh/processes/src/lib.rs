//! Builds the programs of the matrix and runs them, each in a new process with a time limit. Imports the peer for the reports;
//! the tests are in `tests/all`.
#![forbid(unsafe_code)]

mod program;
mod programs;
mod values;

pub use program::run;
pub use values::{FORMATS, check_crossed, exchange, matrix};
