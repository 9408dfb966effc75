//! Values that serde reads and writes inside a text whose other values go by shape. Imports `error`, `shape` and its siblings.
//!
//! A value that serde has read is kept aside, and the tape holds its index there. A value that serde writes is text on the tape.

use crate::error::{Error, Kind, Result};
use crate::shape::InterfaceInfo;
use crate::state::decode::open_envelope::Carry;
#[cfg(not(feature = "json"))]
use crate::state::decode::types::Reader;
#[cfg(feature = "json")]
use crate::state::decode::types::Sourced;
use crate::state::decode::types::{AnyBox, Aside, Input, Kept};
use serde::de::DeserializeOwned;
use std::any::Any;

/// How serde reads a value of one type, or of one field.
pub struct BySerde {
    #[cfg(feature = "json")]
    pub(in crate::state) read: fn(Readable<'_, '_>) -> Result<Box<dyn Any>>,
    /// The size of a value.
    #[cfg(feature = "json")]
    pub(in crate::state) size: usize,
    /// Set for a trait object, or a type that stands for one.
    #[cfg(feature = "json")]
    pub(in crate::state) nested: Option<Nested>,
}

/// The field of a nested value: its interface, and whether it accepts members only.
#[cfg(feature = "json")]
#[derive(Clone, Copy)]
pub(in crate::state) struct Nested {
    pub(in crate::state) interface: &'static InterfaceInfo,
    pub(in crate::state) is_exact: bool,
}

/// The deserializer of a text, or of a readable format of another crate.
#[cfg(feature = "json")]
pub type Readable<'a, 'de> = Sourced<'a, 'de>;
/// Without the feature `json` no text is read.
#[cfg(not(feature = "json"))]
pub type Readable<'a, 'de> = Reader<'a, 'a, 'de>;

impl BySerde {
    /// Reads through the type's `Deserialize`.
    pub const fn of<T: DeserializeOwned + 'static>() -> Self {
        BySerde::new::<T>(|readable| Ok(Box::new(T::deserialize(readable)?)))
    }

    /// Reads a nested value of this interface; `carry` says which other values the field keeps undecoded.
    #[cfg_attr(not(feature = "json"), allow(unused_variables, reason = "nothing reads a text"))]
    pub(crate) const fn nested<T: DeserializeOwned + 'static>(interface: &'static InterfaceInfo, carry: Carry) -> Self {
        let by_serde = BySerde::of::<T>();
        #[cfg(feature = "json")]
        let nested = Nested { interface, is_exact: matches!(carry, Carry::Nothing) };
        #[cfg(feature = "json")]
        let by_serde = BySerde { nested: Some(nested), ..by_serde };
        by_serde
    }

    /// Reads through a function. The slot of the value is its own size.
    #[cfg_attr(not(feature = "json"), allow(unused_variables, reason = "nothing reads a text"))]
    pub const fn new<T>(read: fn(Readable<'_, '_>) -> Result<Box<dyn Any>>) -> Self {
        BySerde {
            #[cfg(feature = "json")]
            read,
            #[cfg(feature = "json")]
            size: size_of::<T>(),
            #[cfg(feature = "json")]
            nested: None,
        }
    }
}

/// The memory that one value takes in the list aside.
#[cfg(feature = "json")]
pub(in crate::state) const ASIDE: usize = 2 * size_of::<Option<Box<dyn Any>>>();

impl Aside {
    /// Keeps a value and returns its index.
    #[cfg(feature = "json")]
    pub(in crate::state) fn keep(&self, value: Kept) -> usize {
        let mut values = self.0.borrow_mut();
        values.push(value);
        values.len().saturating_sub(1)
    }

    /// The number of values kept so far, including those already taken.
    #[cfg(feature = "json")]
    pub(in crate::state) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Drops the values from index `length` on.
    #[cfg(feature = "json")]
    pub(in crate::state) fn truncate(&self, length: usize) {
        self.0.borrow_mut().truncate(length);
    }

    fn take(&self, place: usize) -> Option<Kept> {
        Some(std::mem::replace(self.0.borrow_mut().get_mut(place)?, Kept::Taken))
    }
}

#[cold]
fn another() -> Error {
    Kind::Registration { reason: "a decode function returns another type" }.into()
}

impl Input<'_, '_> {
    /// Takes the value that serde has read into a slot of `slot` bytes.
    pub(crate) fn aside_value<T: 'static>(&mut self, slot: usize) -> Result<T> {
        self.take_aside_into(slot, |_, _| Err(another()))
    }

    /// Takes the nested value kept aside: as serde has read it, or as `make` builds it of a value and the `Cast` of its plan.
    pub(crate) fn aside_nested<T: 'static>(
        &mut self,
        make: impl FnOnce(AnyBox, &'static (dyn Any + Send + Sync)) -> Result<T>,
    ) -> Result<T> {
        self.take_aside_into(size_of::<T>(), make)
    }

    fn take_aside_into<T: 'static>(
        &mut self,
        slot: usize,
        make: impl FnOnce(AnyBox, &'static (dyn Any + Send + Sync)) -> Result<T>,
    ) -> Result<T> {
        let place: usize = self.unsigned()?;
        match self.aside.and_then(|aside| aside.take(place)) {
            Some(Kept::Nested(value, cast)) => make(value, cast),
            Some(Kept::BySerde(value, native)) => {
                self.charge_aside(size_of::<T>(), native, slot)?;
                value.downcast().map(|value: Box<T>| *value).map_err(|_| another())
            }
            Some(Kept::Taken) | None => Err(another()),
        }
    }
}
