//! What a target has to take, as bytes without types have no end of their own: who stops early would read what follows as
//! something else. Imports `error`.
//!
//! Invariant: a reading whose target left anything, or hid the error of what it left, is an error.

use crate::error::{Error, Kind, Result};
use std::cell::Cell;

/// A value that is to be read to its end; the cell tells of one that was not.
pub(super) struct Due<'c>(Option<&'c Cell<bool>>);

impl<'c> Due<'c> {
    pub(super) fn new(is_unread: &'c Cell<bool>) -> Self {
        Due(Some(is_unread))
    }

    /// It has been read.
    pub(super) fn settle(mut self) {
        self.0 = None;
    }

    /// It has been read, if this is no error.
    pub(super) fn settle_if<T>(self, result: Result<T>) -> Result<T> {
        if result.is_ok() {
            self.settle();
        }
        result
    }
}

impl Drop for Due<'_> {
    fn drop(&mut self) {
        if let Some(is_unread) = self.0 {
            is_unread.set(true);
        }
    }
}

/// Gives what the target made of a value, if it took all of that.
pub(super) fn all_read<T>(is_all: bool, made: T) -> Result<T> {
    if is_all { Ok(made) } else { Err(unread()) }
}

/// The error of a target that left a part.
#[cold]
pub(super) fn unread() -> Error {
    contract("the target leaves a part unread: it has to take everything, if need be as serde's `IgnoredAny`")
}

/// The error of a target that asks in another way than serde allows.
#[cold]
pub(super) fn contract(reason: &'static str) -> Error {
    Kind::Contract { reason: reason.into() }.into()
}
