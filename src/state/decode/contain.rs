//! Calls user code from functions that are compiled once for all types: panics become errors, and a closure behind a reference
//! runs once. Imports `error` and its siblings.

use crate::error::{Error, Kind, Result};
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

/// Takes a value that can be taken only once: a closure, or its result.
pub(crate) fn once<T>(place: &mut Option<T>) -> Result<T> {
    match place.take() {
        Some(value) => Ok(value),
        None => Err(out_of_turn()),
    }
}

#[cold]
fn out_of_turn() -> Error {
    Kind::Contract { reason: "a visitor reads the parts of a value out of order".into() }.into()
}
