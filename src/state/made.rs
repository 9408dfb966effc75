//! The facts about a type that counting needs, as data, so that the code that counts is compiled once. Imports its siblings.

#[cfg(feature = "json")]
use crate::state::budget::beside::Layout;
use crate::state::budget::beside::beside;
use crate::state::budget::handle::mentions_handle;
use std::any::TypeId;

/// The type that a visitor or seed produces.
pub(crate) struct Made {
    pub(crate) size: usize,
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "the guard of readable formats needs it"))]
    align: usize,
    pub(crate) id: fn() -> TypeId,
    /// The bytes beside each value of the type in a collection.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "the guard of readable formats needs it"))]
    pub(crate) beside: fn(TypeId) -> usize,
    pub(crate) mentions_handle: fn() -> bool,
    /// The id of the visitor or seed itself.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "serde's buffer is looked for in readable formats"))]
    pub(crate) by: fn() -> TypeId,
}

impl Made {
    /// The facts about a `T` that a `By` produces.
    pub(crate) const fn new<T, By>() -> Self {
        Made {
            size: size_of::<T>(),
            align: align_of::<T>(),
            id: typeid::of::<T>,
            beside: beside::<T>,
            mentions_handle: mentions_handle::<T>,
            by: typeid::of::<By>,
        }
    }

    #[cfg(feature = "json")]
    pub(in crate::state) fn layout(&self) -> Layout {
        Layout { size: self.size, align: self.align }
    }
}
