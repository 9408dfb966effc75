//! `Failure`: the portable error. `cause` has the messages, `kept` the typed value, `convert` the conversions from other errors,
//! `result` the failures of unknown results, `wire` the state. Imports `codec`, `error`, `type_name` and its siblings.
//!
//! Invariant: messages are text from the start, so that a failure prints the same in each process; a received typed value is not
//! built before a caller names its type.

mod cause;
mod convert;
mod kept;
mod result;
mod view;
mod wire;

pub use convert::{IntoFailure, OwnError};
pub use kept::Failure;
pub use view::{NoErrorView, ViewProbe};

use crate::codec::{Opaque, Portable, Value};
use crate::type_name::TypeName;
use cause::Cause;
use kept::{Contents, Kept};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

impl Failure {
    /// Converts any error: keeps its messages, and the typed value of the first error in the chain that is portable.
    ///
    /// The contexts in a report of `anyhow` or `eyre` count as errors too: of all portable errors, the outermost is kept.
    ///
    /// The error's type is looked up among the registered types, so a generic one is found only if it is listed with
    /// [`specialize!`](crate::specialize). `Failure::from` and `?` know the type statically and keep any portable error.
    pub fn new<E: Error + Send + Sync + 'static>(error: E) -> Self {
        Failure::of_unknown(Box::new(error) as Box<dyn Error + Send + Sync>)
    }

    /// Converts an error's messages only.
    pub fn text_of(error: &(dyn Error + 'static)) -> Self {
        Failure::of(Cause::of(error), Kept::Nothing)
    }

    fn of(cause: Cause, kept: Kept) -> Self {
        Failure(Arc::new(Contents { cause, kept }))
    }

    /// Iterates over all messages, from that of the failure to that of its root cause.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.0.cause.messages()
    }

    /// Returns the typed error: the error itself, or the [`Opaque`] that was received.
    pub fn value(&self) -> Option<&dyn Value> {
        self.0.kept.value()
    }

    /// Returns the typed error as it was received from another process.
    pub fn opaque(&self) -> Option<&Opaque> {
        self.value()?.__about().carried()
    }

    /// Returns the name of the typed error's type.
    pub fn type_name(&self) -> Option<TypeName> {
        self.value().map(Value::type_name)
    }

    /// Returns the typed error, if it is an `E` and can be decoded here.
    pub fn downcast_ref<E: Error + Portable>(&self) -> Option<&E> {
        self.0.kept.downcast_ref()
    }

    /// Returns the typed error, if it is an `E` and can be decoded here. If a clone of the failure exists, it decodes a copy.
    ///
    /// # Errors
    ///
    /// Returns the failure itself if there is no such error.
    pub fn downcast<E: Error + Portable>(self) -> Result<E, Failure> {
        let Contents { cause, kept } = match Arc::try_unwrap(self.0) {
            Ok(contents) => contents,
            Err(shared) => return shared.kept.to_exact().map_err(|_| Failure(shared)),
        };
        kept.downcast().map_err(|kept| Failure::of(cause, kept))
    }

    /// Returns a copy of the typed error.
    ///
    /// # Errors
    ///
    /// There is no typed error, it is of another type, its type is not linked, or its bytes are damaged; the predicates of
    /// [`Error`](crate::Error) tell which.
    pub fn to_exact<E: Portable>(&self) -> crate::error::Result<E> {
        self.0.kept.to_exact()
    }
}

/// Prints the message; with `{:#}` all messages, joined by `: `.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.cause, f)?;
        let mut causes = self.messages().skip(1).filter(|_| f.alternate()).collect::<Vec<_>>().into_iter();
        causes.try_for_each(|message| write!(f, ": {message}"))
    }
}

/// Prints the message and its causes, one a line, for `main` and `unwrap`; with `{:#?}` the fields.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            let mut fields = f.debug_struct("Failure");
            return fields.field("messages", &self.0.cause).field("value", &self.value()).finish();
        }
        fmt::Display::fmt(&self.0.cause, f)?;
        if self.source().is_some() {
            f.write_str("\n\nCaused by:")?;
        }
        self.messages().skip(1).try_for_each(|message| write!(f, "\n    {message}"))
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.source()
    }
}
