//! What the counts need to know of the type of a value: as data, so that what counts is compiled once. Imports nothing.

use std::any::{TypeId, type_name};

/// The type that a visitor or a seed makes.
pub(crate) struct Made {
    pub(crate) size: usize,
    pub(crate) id: fn() -> TypeId,
    pub(crate) name: fn() -> &'static str,
    /// The id of the visitor or seed itself.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "serde's buffer is looked for in readable formats"))]
    pub(crate) by: fn() -> TypeId,
}

impl Made {
    /// A `T`, made by a `By`.
    pub(crate) const fn new<T, By>() -> Self {
        Made { size: size_of::<T>(), id: typeid::of::<T>, name: type_name::<T>, by: typeid::of::<By> }
    }
}
