//! The types of a user who knows `results` and adds types of their own. `plain` are arguments, `generic` are arguments and
//! results, `bounded` have bounds that their users must keep.
#![forbid(unsafe_code)]

mod bounded;
mod generic;
mod plain;

pub use bounded::{Podium, Sum};
pub use generic::{Measured, Outcome, Pair, Rejected, Tree};
pub use plain::{Foo, Grade, Sample};
