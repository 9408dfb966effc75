//! Counters with a limit, and guards that undo a change when dropped. Imports `error` and its siblings.

use crate::error::{Error, Kind, Result};
use std::cell::Cell;

#[inline]
pub(in crate::state) fn count(counter: &Cell<usize>, by: usize, limit: &'static str, value: usize) -> Result<()> {
    counter.set(more(counter.get(), by, limit, value)?);
    Ok(())
}

/// `spent + by`, if that is within the limit.
#[inline]
pub(in crate::state) fn more(spent: usize, by: usize, limit: &'static str, value: usize) -> Result<usize> {
    let asked = spent.saturating_add(by);
    if asked > value {
        return Err(over(limit, value, asked));
    }
    Ok(asked)
}

#[cold]
#[inline(never)]
pub(in crate::state) fn over(limit: &'static str, value: usize, asked: usize) -> Error {
    Kind::Limit { limit, value: value as u64, asked: asked as u64 }.into()
}

/// Runs a closure when dropped, also while user code panics.
pub(in crate::state) struct OnDrop<F: FnMut()>(pub(in crate::state) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Subtracts a level when dropped.
#[derive(Debug)]
pub(crate) struct CountGuard<'a>(&'a Cell<usize>);

impl<'a> CountGuard<'a> {
    #[inline]
    pub(in crate::state) fn new(level: &'a Cell<usize>, limit: &'static str, value: usize) -> Result<Self> {
        count(level, 1, limit, value)?;
        Ok(CountGuard(level))
    }
}

impl Drop for CountGuard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}
