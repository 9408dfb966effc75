//! Generic results and contexts, and the interfaces by which receivers use them. Imports typeport, serde and the two foreign
//! crates whose types are in fields; does not know the types of `domain`.
#![forbid(unsafe_code)]

mod collections;
mod contexts;
mod interfaces;
mod jobs;
mod values;

pub use collections::{ArrayResult, DictResult, ListResult};
pub use contexts::{DateContext, GenericContext, NullContext};
pub use interfaces::{ContextBase, ResultBase, Scorable};
pub use jobs::{Countdown, Exhausted, Job};
pub use values::{GenericResult, Scores};
