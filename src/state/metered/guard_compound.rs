//! Writes the parts of a compound value to JSON. Imports `error` and its siblings.
//!
//! Invariant: each part is guarded, and a name that collides with a tag is noted.

use super::guarded_value::{GuardedValue, WriteGuard};
use crate::error::{Error, Result};
use serde::ser::{self, Serialize};

/// The parts of one compound value.
pub struct GuardedCompound<'a, C> {
    inner: C,
    guard: WriteGuard<'a>,
    /// Whether a decode will count the parts, as their number is a claim of the input.
    is_claimed: bool,
    /// The name of the first field.
    first: Option<&'static str>,
}

impl<'a, C> GuardedCompound<'a, C> {
    pub(in crate::state) fn new(inner: C, guard: WriteGuard<'a>, is_claimed: bool) -> Self {
        GuardedCompound { inner, guard, is_claimed, first: None }
    }

    fn part<'v, T: ?Sized>(&self, value: &'v T) -> Result<GuardedValue<'v, T>>
    where
        'a: 'v,
    {
        if self.is_claimed {
            self.guard.count_item()?;
        }
        self.guard.note_depth();
        Ok(GuardedValue { value, guard: self.guard })
    }

    /// Notes a field with the name of the first one, which may be a tag.
    fn watch(&mut self, name: &'static str) {
        match self.first {
            None => self.first = Some(name),
            Some(first) if first == name => self.guard.doubtful(),
            Some(_) => (),
        }
    }
}

macro_rules! compounds {
    ($($trait:ident $method:ident ($($name:ident: $ty:ty)?)),* $(,)?) => {$(
        impl<C: ser::$trait> ser::$trait for GuardedCompound<'_, C> {
            type Ok = C::Ok;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $ty,)? value: &T) -> Result<()> {
                $(self.watch($name);)?
                let part = self.part(value)?;
                self.inner.$method($($name,)? &part).map_err(Error::of_foreign_writer)
            }

            fn end(self) -> Result<C::Ok> {
                self.inner.end().map_err(Error::of_foreign_writer)
            }
        }
    )*};
}

compounds! {
    SerializeSeq serialize_element (),
    SerializeTuple serialize_element (),
    SerializeTupleStruct serialize_field (),
    SerializeTupleVariant serialize_field (),
    SerializeStruct serialize_field (name: &'static str),
    SerializeStructVariant serialize_field (name: &'static str),
}

impl<C: ser::SerializeMap> ser::SerializeMap for GuardedCompound<'_, C> {
    type Ok = C::Ok;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        let mut part = self.part(key)?;
        part.guard.is_key = true;
        // Only `flatten` and `tag` write a key of this type: it may collide with the keys of a merged value.
        if typeid::of::<T>() == typeid::of::<str>() {
            self.guard.doubtful();
        }
        self.inner.serialize_key(&part).map_err(Error::of_foreign_writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let part = self.part(value)?;
        self.inner.serialize_value(&part).map_err(Error::of_foreign_writer)
    }

    fn end(self) -> Result<C::Ok> {
        self.inner.end().map_err(Error::of_foreign_writer)
    }
}
