//! What a target has to take, as bytes without types have no end of their own: who stops early would read what follows as
//! something else. Imports `error`, `shape` and its siblings.
//!
//! Invariant: a reading whose target left anything, or hid the error of what it left, is an error.

use super::at::{At, Parts};
use crate::error::{Error, Kind, Result};
use crate::shape::Style;
use crate::state::decode::types::Reader;
use crate::state::view::PartsAt;
use std::cell::Cell;

/// What comes.
pub(super) enum What<'c, 's> {
    At(At<'c, 's>),
    /// What a variant holds, which is no level of its own.
    Content(Parts<'c, 's>),
}

impl<'c, 's> What<'c, 's> {
    /// What a variant holds: its only value, or all of them.
    pub(super) fn content(parts: &Parts<'c, 's>) -> Self {
        match (parts.style(), parts.len(), parts.part(0)) {
            (Style::Newtype, 1, Some(only)) => What::At(only.at),
            _ => What::Content(parts.clone()),
        }
    }

    pub(super) fn read_by<'i, 'a, 'de>(self, reader: Reader<'i, 'a, 'de>) -> Typed<'c, 's, 'i, 'a, 'de> {
        let context = match &self {
            What::At(at) => at.context,
            What::Content(parts) => parts.context,
        };
        Typed { reader, what: self, due: Due::new(&context.is_unread) }
    }
}

/// A deserializer of one value.
pub(super) struct Typed<'c, 's, 'i, 'a, 'de> {
    pub(super) reader: Reader<'i, 'a, 'de>,
    pub(super) what: What<'c, 's>,
    pub(super) due: Due<'c>,
}

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

/// The error of a target that left a part.
#[cold]
pub(super) fn unread() -> Error {
    contract("the target leaves a part of the value unread: read unwanted parts as serde's `IgnoredAny`")
}

/// The error of a target that asks in another way than serde allows.
#[cold]
pub(super) fn contract(reason: &'static str) -> Error {
    Kind::Contract { reason: reason.into() }.into()
}
