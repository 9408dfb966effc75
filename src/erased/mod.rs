//! Erasure: the stand-ins for type parameters and for the types that have them. Imports all layers below.

mod containers;
mod parameter;
mod specialized;

pub(crate) use containers::{ErasedArray, ErasedMap, ErasedSet, Unordered};
pub use parameter::Erased;
pub use specialized::{ErasedForm, Specialized};
