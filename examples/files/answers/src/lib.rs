//! What a worker says beyond its jobs: why a file cannot be read, and a table per extension. It stands for the crate
//! of somebody else: the dispatcher links it and names none of its types.
#![forbid(unsafe_code)]

mod read;
mod table;

pub use read::{NotText, TooLarge, Unreadable, read};
pub use table::{Row, Table};
