//! What a running encode has used of the limits: it refuses what a decode with the same limits would refuse.
//! Imports `error`, `limits` and its siblings only.
//!
//! Memory is not among it: serde hands an encode references, which do not tell the size of what a decode will build.

use super::count::{count, more};
use super::stack::Stack;
use crate::error::Result;
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
}

impl Spent {
    pub(crate) fn new(limits: &Limits) -> Self {
        Spent {
            limits: limits.clone(),
            stack: Stack::here(),
            depth: Cell::new(0),
            nested: Cell::new(0),
            items: Cell::new(0),
            unbacked_items: Cell::new(0),
        }
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    pub(crate) fn set_depth(&self, depth: usize) {
        self.depth.set(depth);
    }

    #[inline]
    pub(crate) fn one_deeper(&self, depth: usize) -> Result<usize> {
        self.stack.check(0)?;
        more(depth, 1, "depth", self.limits.depth)
    }

    #[inline]
    pub(super) fn count_items(&self, number: usize) -> Result<()> {
        count(&self.items, number, "items", self.limits.items)
    }

    pub(super) fn count_unbacked_item(&self) -> Result<()> {
        count(&self.unbacked_items, 1, "unbacked_items", self.limits.unbacked_items)
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
