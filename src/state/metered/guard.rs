//! Guards another crate's deserializer for a session: that of JSON, or of a foreign format behind a stand-in. Imports `error`,
//! `shape` and its siblings.
//!
//! Invariant: values are counted as the binary `reader` counts them, and errors are ours, with a path.

use super::guard_visitor::Guard;
use super::json_number::Anything;
use crate::error::{Error, Result};
use crate::shape::Listed;
use crate::state::binary::parts::Parts;
use crate::state::decode::types::{Guarded, Session};
use crate::state::handoff::{ARGUMENT, Exchange, FOREIGN_FIELDS, NESTED, answer};
use serde::de::{Deserializer, Visitor};

impl<'a, D> Guarded<'a, D> {
    pub(crate) fn new(inner: D, session: &'a Session, slot: usize) -> Self {
        Guarded { inner, session, slot, watch: None }
    }

    /// The deserializer for a value of type `T` in a slot of its own size.
    #[must_use]
    pub fn in_place<T>(self) -> Self {
        Guarded { slot: size_of::<T>(), ..self }
    }

    fn guard<V>(&self, visitor: V, parts: Parts) -> Guard<'a, V> {
        Guard { visitor, session: self.session, parts, slot: self.slot, watch: self.watch, is_level: true }
    }
}

macro_rules! forward {
    ($($deserialize:ident ($($argument:ident: $ty:ty),*) $parts:expr),* $(,)?) => {$(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, $($argument: $ty,)* visitor: V) -> Result<V::Value> {
            let guard = self.guard(visitor, $parts);
            self.inner.$deserialize($($argument,)* guard).map_err(Error::of_foreign)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Guarded<'_, D> {
    type Error = Error;

    forward! {
        deserialize_ignored_any() Parts::Claimed,
        deserialize_bool() Parts::Claimed, deserialize_char() Parts::Claimed,
        deserialize_i8() Parts::Claimed, deserialize_i16() Parts::Claimed, deserialize_i32() Parts::Claimed,
        deserialize_i64() Parts::Claimed, deserialize_i128() Parts::Claimed,
        deserialize_u8() Parts::Claimed, deserialize_u16() Parts::Claimed, deserialize_u32() Parts::Claimed,
        deserialize_u64() Parts::Claimed, deserialize_u128() Parts::Claimed,
        deserialize_f32() Parts::Claimed, deserialize_f64() Parts::Claimed,
        deserialize_str() Parts::Claimed, deserialize_string() Parts::Claimed,
        deserialize_bytes() Parts::Claimed, deserialize_byte_buf() Parts::Claimed,
        deserialize_identifier() Parts::Claimed, deserialize_unit() Parts::Claimed, deserialize_option() Parts::Claimed,
        deserialize_unit_struct(name: &'static str) Parts::Claimed,
        deserialize_seq() Parts::Claimed, deserialize_map() Parts::Claimed,
        deserialize_tuple(length: usize) Parts::Positions,
        deserialize_tuple_struct(name: &'static str, length: usize) Parts::Positions,
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) Parts::Fields(Listed { owner: name, names: variants }),
    }

    /// Few types call this; one of them is serde's buffer.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let anything = Anything(self.guard(visitor, Parts::Claimed));
        self.inner.deserialize_any(anything).map_err(Error::of_foreign)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        // The fields of a nested value are not the user's, so error paths omit them.
        let listed = Listed { owner: name, names: fields };
        let parts = if std::ptr::eq(fields, &FOREIGN_FIELDS) { Parts::Hidden } else { Parts::Fields(listed) };
        let guard = self.guard(visitor, parts);
        self.inner.deserialize_struct(name, fields, guard).map_err(Error::of_foreign)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            // If the inner deserializer is a source, it answers the request; otherwise the visitor does, with a source of its own.
            ARGUMENT => {
                self.session.slot.set(self.slot);
                self.inner.deserialize_newtype_struct(ARGUMENT, visitor).map_err(Error::of_foreign)
            }
            // The visitor then reads the form of a readable or foreign format.
            NESTED => {
                Exchange::Guarded.put();
                visitor.visit_newtype_struct(self)
            }
            _ => {
                let guard = self.guard(visitor, Parts::Claimed);
                self.inner.deserialize_newtype_struct(name, guard).map_err(Error::of_foreign)
            }
        }
    }

    fn is_human_readable(&self) -> bool {
        answer();
        self.inner.is_human_readable()
    }
}
