//! The typed error in a failure. Imports `codec`, `erased`, `error`, `registry`, `state` and its siblings.

use super::cause::{Cause, chain, message};
use super::view::ErrorView;
use crate::codec::{Opaque, Portable, Value, to_exact};
use crate::erased::Scoped;
use crate::error::{Kind, Result};
use crate::registry::find_linked;
use crate::state::AnyBox;
use std::any::Any;
use std::error::Error;
use std::io;
use std::sync::{Arc, OnceLock};

/// A portable error of any type, for processes that may not link the type: all of its messages, and its typed value.
///
/// Any process can decode it, print it as the original printed, and walk its [`source`](Error::source)s. A process that
/// links the type gets the typed error from [`downcast_ref`](Failure::downcast_ref) or [`downcast`](Failure::downcast). Any
/// other process carries the value and never loses it. `Result<T, Failure>` is portable.
///
/// `?` converts each error that is [`IntoFailure`](crate::IntoFailure): every `Portable` error, generic ones included, std's errors,
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
pub struct Failure(pub(super) Arc<Contents>);

pub(super) struct Contents {
    pub(super) cause: Cause,
    pub(super) kept: Kept,
}

/// The typed error of a failure.
pub(super) enum Kept {
    /// No typed error.
    Nothing,
    /// An error of a known type, created in this process.
    Own(Box<dyn Value>, Copied),
    /// An error in the chain of an error of an unknown type.
    Within(Box<dyn Holds>),
    /// A received error, undecoded.
    Carried(Opaque, Copied),
}

/// The typed error, decoded at its first use.
pub(super) type Copied = OnceLock<Box<dyn Any + Send + Sync>>;

/// A holder of an error of an unknown type.
pub(super) trait Holds: Send + Sync {
    /// The error.
    fn outermost(&self) -> &(dyn Error + 'static);

    /// An error of the view's type that no `source` reaches: a report hides a context behind a type of its own.
    fn hidden(&self, _: &ErrorView) -> Option<&(dyn Error + 'static)> {
        None
    }

    /// A failure that no `source` reaches.
    fn hidden_failure(&self) -> Option<&(dyn Error + 'static)> {
        None
    }
}

impl Kept {
    /// Keeps an error of a known type. A generic error in a method of an erased value may have a type that is named only in that
    /// scope; if no scope names it, only the messages are kept.
    pub(super) fn own<E: Portable>(error: E) -> Self {
        match Scoped::of(error) {
            Some(value) => Kept::Own(value, Copied::new()),
            None => Kept::Nothing,
        }
    }

    /// Keeps an error of an unknown type, if it or one of its sources is portable.
    pub(super) fn within(holder: Box<dyn Holds>) -> Self {
        match portable_in(&*holder) {
            Some(_) => Kept::Within(holder),
            None => Kept::Nothing,
        }
    }

    pub(super) fn value(&self) -> Option<&dyn Value> {
        match self {
            Kept::Nothing => None,
            Kept::Own(value, _) => Some(&**value),
            Kept::Within(holder) => portable_in(&**holder),
            Kept::Carried(opaque, _) => Some(opaque),
        }
    }

    pub(super) fn downcast_ref<E: Error + Portable>(&self) -> Option<&E> {
        let own = self.value()?.__as_any().downcast_ref();
        let (Kept::Own(_, copied) | Kept::Carried(_, copied)) = self else { return own };
        let copy = || match copied.get() {
            Some(copied) => Some(copied),
            None => {
                let copy = self.to_exact::<E>().ok()?;
                Some(copied.get_or_init(|| Box::new(copy)))
            }
        };
        own.or_else(|| copy()?.downcast_ref())
    }

    pub(super) fn downcast<E: Error + Portable>(self) -> Result<E, Self> {
        match self {
            Kept::Own(value, _) if (*value).__as_any().is::<E>() => unboxed(Value::__into_any(value)),
            kept => kept.to_exact().map_err(|_| kept),
        }
    }

    pub(super) fn to_exact<E: Portable>(&self) -> Result<E> {
        match self {
            Kept::Carried(opaque, _) => opaque.decode(),
            _ => match self.value() {
                Some(value) => to_exact(value),
                None => Err(Kind::WrongType { expected: E::TYPE.display(), found: "text".to_owned() }.into()),
            },
        }
    }
}

#[expect(clippy::expect_used, reason = "the same value has just said that it is an `E`")]
fn unboxed<E: 'static>(value: AnyBox) -> Result<E, Kept> {
    Ok(*value.downcast().expect("the type was asked before"))
}

/// The first portable error in a chain.
fn portable_in(holder: &dyn Holds) -> Option<&dyn Value> {
    let mut hidden: Vec<_> = holder.hidden_failure().into_iter().collect();
    find_linked(|entry| {
        hidden.extend(holder.hidden(entry.error?.downcast_ref()?));
        None::<()>
    });
    chain(holder.outermost()).find_map(|error| {
        // The inner error of an `io::Error` prints instead of it, and is not its source.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        portable(error).or_else(|| portable(inner?)).or_else(|| portable(stands_for(&hidden, error)?))
    })
}

/// The error whose message `error`, a type of the report, prints. The report may also contain the errors below it, which print
/// elsewhere.
fn stands_for<'a>(
    hidden: &[&'a (dyn Error + 'static)],
    error: &(dyn Error + 'static),
) -> Option<&'a (dyn Error + 'static)> {
    let start = address(error);
    let place = start..=start.saturating_add(size_of_val(error));
    hidden.iter().copied().find(|hidden| place.contains(&address(*hidden)) && message(*hidden) == message(&error))
}

fn address(error: &(dyn Error + 'static)) -> usize {
    std::ptr::from_ref(error).cast::<()>().addr()
}

/// This very error, if it is portable.
fn portable<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a dyn Value> {
    match error.downcast_ref::<Failure>() {
        Some(failure) => failure.value(),
        None => find_linked(|entry| entry.error?.downcast_ref::<ErrorView>()?.apply(error)),
    }
}
