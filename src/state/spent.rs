//! What a running encode has used of the limits: it refuses what a decode with the same limits would refuse.
//! Imports `error`, `limits` and its siblings only.
//!
//! Memory is not among it: serde hands an encode references, which do not tell the size of what a decode will build.

use super::session::more;
use super::stack::Stack;
use crate::error::Result;
use crate::limits::Limits;

/// Counts of one encode, nested values included. The twin of what a `Session` counts.
#[derive(Default)]
pub(crate) struct Spent {
    limits: Limits,
    stack: Stack,
    /// Levels around the value that is handed over next.
    depth: usize,
    nested: usize,
    items: usize,
    unbacked_items: usize,
}

impl Spent {
    pub(crate) fn new(limits: &Limits) -> Self {
        Spent { limits: limits.clone(), stack: Stack::here(), ..Spent::default() }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn set_depth(&mut self, depth: usize) {
        self.depth = depth;
    }

    #[inline]
    pub(super) fn one_deeper(&self, depth: usize, layers: usize) -> Result<usize> {
        self.stack.check(0, layers)?;
        more(depth, 1, "depth", self.limits.depth)
    }

    #[inline]
    pub(super) fn count_item(&mut self) -> Result<()> {
        self.items = more(self.items, 1, "items", self.limits.items)?;
        Ok(())
    }

    pub(super) fn count_unbacked_item(&mut self) -> Result<()> {
        self.unbacked_items = more(self.unbacked_items, 1, "unbacked_items", self.limits.unbacked_items)?;
        Ok(())
    }

    /// One level of nested values further in; [`Spent::end_nested`] goes back.
    pub(crate) fn begin_nested(&mut self) -> Result<()> {
        self.nested = more(self.nested, 1, "nested", self.limits.nested)?;
        Ok(())
    }

    pub(crate) fn end_nested(&mut self) {
        self.nested = self.nested.saturating_sub(1);
    }
}
