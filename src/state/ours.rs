//! Whether a serializer or deserializer is one of ours, or stands around one. Imports `error`.
//!
//! There is nothing in serde that one could ask. So ours notes that it was asked whether it is readable, which all that stand
//! around another one pass on, those behind a trait object too. Those of serde's own for `tag` and `flatten` do not: but they
//! have the error type of what they stand around, and fill a buffer with it.
//!
//! Invariant: nothing is decided by a name, and nothing is written or read to find out.

use crate::error::Error;
use serde::{Deserializer, Serializer};
use std::any::TypeId;
use std::cell::Cell;

thread_local! {
    static HAS_ANSWERED: Cell<bool> = const { Cell::new(false) };
}

/// Says that one of ours was asked whether it is readable.
#[inline]
pub(super) fn answer() {
    HAS_ANSWERED.set(true);
}

#[inline(never)]
fn answers(ask: impl FnOnce() -> bool) -> bool {
    HAS_ANSWERED.set(false);
    ask();
    HAS_ANSWERED.take()
}

/// Whether `E` is the error of one of ours, and so of what serde puts around it.
#[inline]
fn is_own_error<E>() -> bool {
    let error = typeid::of::<E>();
    #[cfg(feature = "json")]
    if error == TypeId::of::<crate::error::Passing>() {
        return true;
    }
    error == TypeId::of::<Error>()
}

/// Whether what goes into `serializer` goes into a state of ours.
#[inline]
pub(super) fn writes_ours<S: Serializer>(serializer: &S) -> bool {
    is_own_error::<S::Error>() || answers(|| serializer.is_human_readable())
}

/// Whether what comes out of `deserializer` is counted by a session of ours, or was when serde buffered it.
#[inline]
pub(crate) fn reads_ours<'de, D: Deserializer<'de>>(deserializer: &D) -> bool {
    is_own_error::<D::Error>() || asks_ours(deserializer)
}

/// As [`reads_ours`], and not from a buffer.
#[inline]
pub(super) fn asks_ours<'de, D: Deserializer<'de>>(deserializer: &D) -> bool {
    answers(|| deserializer.is_human_readable())
}
