//! A user's code, called by functions that are compiled once for all types: its panics become errors, and a closure behind a
//! pointer runs once. Imports `error` and its siblings.

use crate::error::{Error, Kind, Result};
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

/// Takes what is there to be taken once: a closure out of its place, or what it has made.
pub(crate) fn once<T>(place: &mut Option<T>) -> Result<T> {
    match place.take() {
        Some(value) => Ok(value),
        None => Err(out_of_turn()),
    }
}

#[cold]
fn out_of_turn() -> Error {
    Kind::Contract { reason: "parts of a value were asked for out of turn".into() }.into()
}
