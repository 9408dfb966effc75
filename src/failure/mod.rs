//! `Failure`: the portable error. Imports all layers below. Its parts: `cause` (the messages), `kept` (the typed value),
//! `convert` (from other errors), `result` (what came of something unknown), `wire` (its state).
//!
//! Invariant: its messages are text from the start, so that it prints the same here and wherever it is decoded; nothing
//! of a typed value that came from elsewhere is built until the type is named.

mod cause;
mod convert;
mod kept;
mod result;
mod wire;

pub use convert::{IntoFailure, NoErrorView, OwnError, ViewProbe};

use crate::codec::{Opaque, Portable, Value};
use crate::type_name::TypeName;
use cause::Cause;
use kept::Kept;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// A portable error of any type, for processes that may not link the type: all of its messages, and its typed value.
///
/// Any process can decode it, print it as the original printed, and walk its [`source`](Error::source)s. A process that
/// links the type gets the typed error from [`downcast_ref`](Failure::downcast_ref) or [`downcast`](Failure::downcast). Any
/// other process carries the value and never loses it. `Result<T, Failure>` is portable.
///
/// `?` converts each error that is [`IntoFailure`]: every `Portable` error, generic ones included, std's errors,
/// `Box<dyn Error + Send + Sync>`, text, and `anyhow` and `eyre` errors with the features of these names. Any other error takes
/// `.map_err(Failure::new)?`.
///
/// It has at most eight messages, the first and the last ones of a longer chain. Each has at most 1 KiB; a longer one is cut and
/// ends in `…`. Messages are text that the sender chose: escape them where control characters matter.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use typeport::{Failure, Portable};
///
/// #[derive(Debug, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
/// #[error("{value} is negative")]
/// struct Negative<T> {
///     value: T,
/// }
///
/// fn root(value: i64) -> Result<i64, Failure> {
///     if value < 0 { Err(Negative { value })? }
///     Ok(value.isqrt())
/// }
///
/// let bytes = typeport::to_vec(&root(-4))?;
/// // Elsewhere.
/// let failure = typeport::from_slice::<Result<i64, Failure>>(&bytes)?.unwrap_err();
/// assert_eq!(failure.to_string(), "-4 is negative");
/// assert_eq!(failure.downcast::<Negative<i64>>()?, Negative { value: -4 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Failure(Arc<Contents>);

struct Contents {
    cause: Cause,
    kept: Kept,
}

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
    pub fn to_exact<E: Portable>(&self) -> crate::Result<E> {
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
