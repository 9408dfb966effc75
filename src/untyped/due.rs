//! What a target has to take, as bytes without types have no end of their own: who stops early would read what follows as
//! something else. Imports `error` and its siblings.
//!
//! Invariant: a reading whose target left anything, or hid the error of what it left, is an error.

use super::context::Context;
use crate::error::{Error, Kind, Result};
use serde::de::{DeserializeSeed, Deserializer};
use std::cell::Cell;

/// A deserializer that does not know types, told which one comes.
pub(super) struct Typed<'c, 's, D> {
    pub(super) inner: D,
    pub(super) context: &'c Context<'s>,
    /// The place of the type.
    pub(super) at: usize,
    pub(super) due: Due<'c>,
}

impl<'s> Context<'s> {
    pub(super) fn typed<D>(&self, inner: D, at: usize) -> Typed<'_, 's, D> {
        Typed { inner, context: self, at, due: Due::new(&self.is_unread) }
    }
}

/// A value that is to be read to its end.
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
    pub(super) fn settle_if<T, E>(self, result: Result<T, E>) -> Result<T, E> {
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

impl Context<'_> {
    pub(super) fn check_read(&self) -> Result<()> {
        if self.is_unread.get() { Err(unread("a value")) } else { Ok(()) }
    }
}

/// The error of a target that left this.
pub(super) fn unread(what: &'static str) -> Error {
    let reason =
        format!("the target leaves {what} unread: it has to take everything, if need be as serde's `IgnoredAny`");
    Kind::Contract { reason: reason.into() }.into()
}

/// Comes where nothing may follow.
pub(super) struct Unread(pub(super) &'static str);

impl<'de> DeserializeSeed<'de> for Unread {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
        Err(unread(self.0).carry())
    }
}
