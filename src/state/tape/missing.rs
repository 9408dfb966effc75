//! A field that is not in the text: what its type makes of that. Imports `error`, `shape` and its siblings.

use super::at::{At, View};
use super::recorder::{Recorder, Seed};
use crate::error::Result;
use crate::shape::{Absent, Field, Shape};
use serde::de::{DeserializeSeed, Deserializer, Visitor};
use std::marker::PhantomData;

/// What stands for the value of a field that is not there: an option is none, anything else an error. Serde's derive has it too,
/// where nobody else can name it.
struct Missing<E> {
    name: &'static str,
    error: PhantomData<E>,
}

impl<'de, E: serde::de::Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    /// Only the private names get so far, of which none adds to the value.
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

impl Recorder<'_> {
    /// Writes what stands for a field that is not there.
    pub(super) fn missing<E: serde::de::Error>(&mut self, at: At<'_>, field: &'static Field) -> Result<(), E> {
        let refused = Err(E::missing_field(field.name));
        let at = at.with(field.ty);
        match (field.absent, at.view().map_err(crate::error::Error::carry)?) {
            (Absent::Refused, _) => return refused,
            (Absent::Default, _) | (Absent::ByType, (_, View::Shaped(Shape::Option { .. }))) => self.bytes.push(0),
            (Absent::ByType, (_, View::Shaped(_))) => return refused,
            (Absent::ByType, (at, View::BySerde(_))) => {
                let missing = Missing { name: field.name, error: PhantomData };
                return Seed { recorder: self, at }.deserialize(missing);
            }
        }
        self.count().map_err(crate::error::Error::carry)
    }
}
