//! The deserializer of a field that the text lacks. Imports its siblings.

use serde::de::{Deserializer, Visitor};
use std::marker::PhantomData;

/// Deserializes an option as `None`, and anything else as an error. Serde's derive has the same deserializer, but does not export
/// it.
pub(super) struct Missing<E> {
    pub(super) name: &'static str,
    pub(super) error: PhantomData<E>,
}

impl<'de, E: serde::de::Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    /// Only our private names reach this, and they do not nest the value.
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, E> {
        if name == crate::state::handoff::BY_SERDE {
            visitor.visit_newtype_struct(self)
        } else {
            self.deserialize_any(visitor)
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
