//! Turns panics of user code into errors. Imports `error` and its siblings.

use crate::error::{Kind, Result};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of a user's type, and turns a panic in it into an error.
///
/// Unwinding drops the partly built value, and guards restore sessions and scopes, so no later code sees a partial state.
#[inline]
pub(crate) fn contain<T>(name: impl FnOnce() -> String, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|panic| {
        discard(panic);
        Err(Kind::Panicked { name: name() }.into())
    })
}

/// Drops the payload of a panic. If that panics too, the second payload is leaked.
#[cold]
pub(in crate::state) fn discard(panic: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
}
