//! Values that a target must read to their end: a binary state does not delimit its values, so the rest of an unread value would
//! be read as the next one. Imports `error`, `shape` and its siblings.
//!
//! Invariant: a reading fails if its target left a value unread, even if the target hid an error.

use super::at::{At, Parts};
use crate::error::{Error, Kind, Result};
use crate::shape::Style;
use crate::state::decode::types::Reader;
use crate::state::view::PartsAt;
use std::cell::Cell;

/// What is read next.
pub(super) enum What<'c, 's> {
    At(At<'c, 's>),
    /// The content of a variant, which is not a level of its own.
    Content(Parts<'c, 's>),
}

impl<'c, 's> What<'c, 's> {
    /// The content of a variant: its only value, or all of them.
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

/// A value that must be read to its end; if it is dropped before, it sets the cell.
pub(super) struct Due<'c>(Option<&'c Cell<bool>>);

impl<'c> Due<'c> {
    pub(super) fn new(is_unread: &'c Cell<bool>) -> Self {
        Due(Some(is_unread))
    }

    /// Marks the value as read.
    pub(super) fn settle(mut self) {
        self.0 = None;
    }

    /// Marks the value as read if `result` is `Ok`.
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

/// The error of a target that left a part unread.
#[cold]
pub(super) fn unread() -> Error {
    contract("the target leaves a part of the value unread: read unwanted parts as serde's `IgnoredAny`")
}

/// The error of a target that breaks serde's contract.
#[cold]
pub(super) fn contract(reason: &'static str) -> Error {
    Kind::Contract { reason: reason.into() }.into()
}
