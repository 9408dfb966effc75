//! Panics of a user's code, which become errors. Imports `error` and its siblings.

use crate::error::{Kind, Result};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs code of a user's type, and turns a panic in it into an error.
///
/// Unwinding drops what was built so far, and guards restore sessions and scopes, so nothing half-done is seen later.
#[inline]
pub(crate) fn contain<T>(name: impl FnOnce() -> String, decode: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|panic| {
        discard(panic);
        Err(Kind::Panicked { name: name() }.into())
    })
}

/// Drops what a panic came with. That may panic itself; what that one comes with is left alone.
#[cold]
pub(in crate::state) fn discard(panic: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(another);
    }
}
