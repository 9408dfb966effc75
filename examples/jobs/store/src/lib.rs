//! Jobs and outcomes in a SQLite file. It knows typeport's envelopes, and no type of what is in them.
//!
//! Invariant: what a commit has said is durable, and a job has one outcome at most.
#![forbid(unsafe_code)]

mod claim;
mod error;
mod escape;
mod presence;
mod rows;
mod store;

pub use claim::{Claim, Worker};
pub use error::StoreError;
pub use escape::escaped;
pub use rows::{Row, State};
pub use store::{Outcome, Store};
