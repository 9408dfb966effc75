//! The worker's own answers: the reason why a file cannot be read, and a table per extension. It stands for another author's
//! crate: the dispatcher links it and names none of its types.
#![forbid(unsafe_code)]

mod read;
mod table;

pub use read::{NotText, TooLarge, Unreadable, read};
pub use table::{Row, Table};
