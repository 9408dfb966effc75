//! Who is measured, and on what. `jobs` has the values, `rounds` takes the time; each contender is a module of its own.
#![forbid(unsafe_code)]

pub mod closed;
pub mod jobs;
pub mod rounds;
