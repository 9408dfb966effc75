//! Values that serde reads and writes where the rest of a text goes by its shape. Imports `error` and its siblings.
//!
//! What serde has read of a text stands aside, and the tape has its place there. What serde writes stands on the tape as text.

use crate::error::{Kind, Result};
#[cfg(not(feature = "json"))]
use crate::state::decode::types::Reader;
use crate::state::decode::types::{Aside, Input};
#[cfg(feature = "json")]
use crate::state::decode::types::{Guarded, Sourced};
use serde::de::DeserializeOwned;
use std::any::Any;

/// How serde reads a value of one type, or of one field.
pub struct BySerde {
    #[cfg(feature = "json")]
    pub(in crate::state) read: fn(Readable<'_, '_>) -> Result<Box<dyn Any>>,
    /// The size of a value.
    #[cfg(feature = "json")]
    pub(in crate::state) size: usize,
}

/// What reads a text, or a readable format of another crate.
#[cfg(feature = "json")]
pub type Readable<'a, 'de> = Guarded<'a, Sourced<'a, 'de>>;
/// Without the feature `json` nothing does.
#[cfg(not(feature = "json"))]
pub type Readable<'a, 'de> = Reader<'a, 'a, 'de>;

impl BySerde {
    /// By the type's `Deserialize`.
    pub const fn of<T: DeserializeOwned + 'static>() -> Self {
        BySerde::new::<T>(|readable| Ok(Box::new(T::deserialize(readable.in_place::<T>())?)))
    }

    /// By a function. The value has a place of its own size, so that what is read is `in_place` for it.
    #[cfg_attr(not(feature = "json"), allow(unused_variables, reason = "nothing reads a text"))]
    pub const fn new<T>(read: fn(Readable<'_, '_>) -> Result<Box<dyn Any>>) -> Self {
        BySerde {
            #[cfg(feature = "json")]
            read,
            #[cfg(feature = "json")]
            size: size_of::<T>(),
        }
    }
}

/// What one of them takes beside itself.
#[cfg(feature = "json")]
pub(in crate::state) const ASIDE: usize = 2 * size_of::<Option<Box<dyn Any>>>();

impl Aside {
    /// Keeps a value; gives its place.
    #[cfg(feature = "json")]
    pub(in crate::state) fn keep(&self, value: Box<dyn Any>) -> usize {
        let mut values = self.0.borrow_mut();
        values.push(Some(value));
        values.len().saturating_sub(1)
    }

    fn take(&self, place: usize) -> Option<Box<dyn Any>> {
        self.0.borrow_mut().get_mut(place)?.take()
    }
}

impl Input<'_, '_> {
    /// The value that serde has read.
    pub(crate) fn aside_value<T: 'static>(&mut self) -> Result<T> {
        let place: usize = self.unsigned()?;
        let value = self.aside.and_then(|aside| aside.take(place)).and_then(|value| value.downcast().ok());
        let another = Kind::Registration { reason: "its decoder makes another type" };
        value.map(|value: Box<T>| *value).ok_or_else(|| another.into())
    }
}
