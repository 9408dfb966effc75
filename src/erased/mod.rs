//! Erasure: stand-ins for type parameters, and for types with parameters. Imports nothing.

mod array;
mod parameter;
mod scoped;
mod specialized;

pub(crate) use array::ErasedArray;
pub use parameter::Erased;
pub(crate) use scoped::Scoped;
pub use specialized::{Arguments, ErasedForm, Specialized, in_scope};
