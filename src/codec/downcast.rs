//! Downcasts trait objects to their exact type. Imports `error`, `type_name` and its siblings.

use super::config::Codec;
use super::encode::encode_copy_as;
use super::identity::identity_of;
use super::unsettled::Naming;
use super::value::{Incoming, Interface, Portable, Value};
use crate::error::{Error, Result};
use crate::type_name::TypeName;
use std::fmt;

/// Turns a trait object into its exact type: a native value at no cost, an erased value by decoding a copy of its state.
///
/// # Errors
///
/// The value is of another type; [`DowncastError::into_value`] returns it.
///
/// ```
/// use typeport::Value;
/// let any: Box<dyn Value> = Box::new(7_i64);
/// let error = typeport::downcast::<String, _>(any).unwrap_err();
/// assert_eq!(error.to_string(), "value is `i64`, not `String`");
/// assert_eq!(typeport::downcast::<i64, _>(error.into_value())?, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn downcast<T: Portable, I: Interface + ?Sized>(value: Box<I>) -> Result<T, DowncastError<I>> {
    if value.__as_any().is::<T>() {
        #[expect(clippy::expect_used, reason = "the same value has just said that it is a `T`")]
        return Ok(*value.__into_any().downcast().expect("the type was asked above"));
    }
    to_exact(&*value).map_err(|reason| DowncastError { value, expected: T::TYPE.display(), reason })
}

/// Copies the value of a trait object into its exact type.
///
/// # Errors
///
/// The value is of another type.
pub fn to_exact<T: Portable, V: Value + ?Sized>(value: &V) -> Result<T> {
    let value = value.__subject();
    if let Some(opaque) = value.__about().carried() {
        return Codec::default().decode_kept(opaque, |incoming| incoming.exact());
    }
    let about = value.__about().settled(Naming::ByContent)?;
    let (found, expected) = (about.identity()?, identity_of::<T>()?);
    if found.hash != expected.hash || found.name != expected.name {
        let (expected, found) = (expected.name.clone(), found.name.clone());
        return Err(crate::error::Kind::WrongType { expected, found }.into());
    }
    Incoming::copy(&encode_copy_as(value, &about)?, |incoming| incoming.exact())
}

/// A value that is not of the requested type, and the reason.
pub struct DowncastError<I: ?Sized> {
    value: Box<I>,
    expected: String,
    reason: Error,
}

impl<I: Interface + ?Sized> DowncastError<I> {
    /// Returns the value, unchanged.
    pub fn into_value(self) -> Box<I> {
        self.value
    }

    /// Returns the name of the value's real type.
    pub fn found(&self) -> TypeName {
        self.value.type_name()
    }
}

impl<I: Interface + ?Sized> fmt::Display for DowncastError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reason.is_mismatch() {
            return write!(f, "value is `{}`, not `{}`", self.found(), self.expected);
        }
        write!(f, "value of type `{}` cannot be converted to `{}`: {}", self.found(), self.expected, self.reason)
    }
}

impl<I: Interface + ?Sized> fmt::Debug for DowncastError<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DowncastError({self})")
    }
}

impl<I: Interface + ?Sized> std::error::Error for DowncastError<I> {}
