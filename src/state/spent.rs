//! What a running encode has used of the limits: it refuses what a decode with the same limits would refuse.
//! Imports `error`, `limits` and its siblings only.
//!
//! Memory is not among it: serde hands an encode references, which do not tell the size of what a decode will build.

use super::as_native::{Handle, is_number_type, stand_for_numbers};
use super::count::{count, more, over};
use super::stack::Stack;
use crate::error::{Error, Result};
use crate::limits::Limits;
use std::cell::Cell;

/// Counts of one encode, nested values included. The twin of what a `Session` counts.
pub(crate) struct Spent {
    limits: Limits,
    stack: Stack,
    /// Levels around the value that is handed over next.
    depth: Cell<usize>,
    nested: Cell<usize>,
    items: Cell<usize>,
    unbacked_items: Cell<usize>,
    /// Bytes of what an envelope repeats.
    #[cfg(feature = "json")]
    repeated: Cell<usize>,
}

impl Spent {
    pub(crate) fn new(limits: &Limits) -> Self {
        Spent {
            limits: limits.clone(),
            stack: Stack::here(0),
            depth: Cell::new(0),
            nested: Cell::new(0),
            items: Cell::new(0),
            unbacked_items: Cell::new(0),
            #[cfg(feature = "json")]
            repeated: Cell::new(0),
        }
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    pub(crate) fn set_depth(&self, depth: usize) {
        self.depth.set(depth);
    }

    pub(crate) fn depth_limit(&self) -> usize {
        self.limits.depth
    }

    #[cold]
    #[inline(never)]
    pub(super) fn too_deep(&self) -> Error {
        over("depth", self.limits.depth, self.limits.depth.saturating_add(1))
    }

    /// Checks that there is room for a value in a box with so many levels around it, here and where it will be read.
    #[inline]
    pub(super) fn check_stack(&self, depth: usize) -> Result<()> {
        self.stack.check(0)?;
        self.stack.check_depth(depth)
    }

    #[inline]
    pub(crate) fn one_deeper(&self, depth: usize) -> Result<usize> {
        self.check_stack(depth)?;
        more(depth, 1, "depth", self.limits.depth)
    }

    /// Counts the elements of a sequence. Numbers of fixed size are no items, as a decode finds.
    #[inline]
    pub(super) fn count_elements<T: ?Sized>(&self, handles: &[Handle], number: usize) -> Result<()> {
        let are_numbers = is_number_type::<T>() || (!handles.is_empty() && stand_for_numbers::<T>(handles));
        if are_numbers { Ok(()) } else { self.count_items(number) }
    }

    #[inline]
    pub(super) fn count_items(&self, number: usize) -> Result<()> {
        count(&self.items, number, "items", self.limits.items)
    }

    pub(super) fn count_unbacked_item(&self) -> Result<()> {
        count(&self.unbacked_items, 1, "unbacked_items", self.limits.unbacked_items)
    }

    /// Counts bytes that an envelope has once for each value, and that may be many for a small one: a long name, a text that was
    /// a short state in another format. An envelope that is too large is refused before it fills the memory.
    #[cfg(feature = "json")]
    pub(crate) fn count_repeated(&self, bytes: usize) -> Result<()> {
        count(&self.repeated, bytes, "envelope_bytes", self.limits.envelope_bytes)
    }

    /// One level of nested values further in; [`Spent::end_nested`] goes back.
    #[inline]
    pub(crate) fn begin_nested(&self) -> Result<()> {
        count(&self.nested, 1, "nested", self.limits.nested)
    }

    #[inline]
    pub(crate) fn end_nested(&self) {
        self.nested.set(self.nested.get().saturating_sub(1));
    }
}
