//! The first refusal of a decode: a limit, the policy, a panic or a forged key. Imports `error` and its siblings.
//!
//! The code of a type may catch the error and go on, as serde's `untagged` does; the session ends the decode with it.

use crate::error::{Error, Result};
use std::cell::{Cell, RefCell};

/// Empty, or the error that ends the decode.
#[derive(Default)]
pub(in crate::state) struct Refusal {
    first: RefCell<Option<Error>>,
    /// Whether a limit was exceeded, so that nothing more may be charged.
    is_exhausted: Cell<bool>,
}

impl Refusal {
    /// Notes a refusal, unless it is a later one.
    #[cold]
    pub(in crate::state) fn note(&self, error: &Error) {
        self.is_exhausted.set(self.is_exhausted.get() || error.is_limit());
        self.first.borrow_mut().get_or_insert_with(|| error.copy());
    }

    #[inline]
    pub(in crate::state) fn check(&self) -> Result<()> {
        if self.first.borrow().is_some() { self.first().map_or(Ok(()), Err) } else { Ok(()) }
    }

    /// A copy of the first refusal.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn first(&self) -> Option<Error> {
        self.first.borrow().as_ref().map(Error::copy)
    }

    pub(in crate::state) fn is_exhausted(&self) -> bool {
        self.is_exhausted.get()
    }

    /// Replaces the first refusal. A limit stays exceeded.
    pub(in crate::state) fn replace(&self, first: Option<Error>) -> Option<Error> {
        self.first.replace(first)
    }

    /// Forgets all that was noted.
    pub(super) fn clear(&mut self) {
        *self.first.get_mut() = None;
        self.is_exhausted.set(false);
    }
}
