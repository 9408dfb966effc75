//! Generic results and contexts, and the interfaces that receivers know them by. Imports typeport, serde and the two
//! foreign crates whose types stand in fields; knows no type of `domain`.
#![forbid(unsafe_code)]

mod collections;
mod contexts;
mod interfaces;
mod values;

pub use collections::{ArrayResult, DictResult, ListResult};
pub use contexts::{DateContext, GenericContext, NullContext};
pub use interfaces::{ContextBase, ResultBase, Scorable};
pub use values::{GenericResult, Scores};
