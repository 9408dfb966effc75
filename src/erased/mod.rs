//! Erasure: the stand-ins for type parameters and for the types that have them. Imports all layers below.

mod array;
mod parameter;
mod specialized;

pub(crate) use array::ErasedArray;
pub use parameter::Erased;
pub use specialized::{ErasedForm, Specialized};
