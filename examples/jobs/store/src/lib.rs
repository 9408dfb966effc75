//! Jobs and outcomes in a SQLite file. It handles typeport's envelopes, and no types inside them.
//!
//! Invariant: a confirmed commit is durable, and a job has at most one outcome.
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
