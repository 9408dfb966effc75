//! The values that are sent, with the expectations on them, for the two processes that name their types: `fresh-producer` and
//! `fresh-exact`. Imports all crates of the matrix.
#![forbid(unsafe_code)]

mod entry;
mod library;
mod user;

pub use entry::Entry;

/// All values that cross, those that need `results` only in front.
pub fn all() -> Vec<Entry> {
    library::entries().into_iter().chain(user::entries()).collect()
}

/// Values of a type whose arguments cannot be erased, and that nobody listed.
pub fn unlisted() -> Vec<Entry> {
    user::unlisted()
}
