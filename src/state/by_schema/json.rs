//! A binary state turned into JSON by its schema: the bytes that the type's own encode gives. Imports `error`, `format`,
//! `schema` and its siblings.
//!
//! Invariant: what JSON cannot say, or would say as something else, is refused by the guards that refuse it of a typed value.

use super::read_seed;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::schema::Schema;
use crate::state::decode::types::Session;
use crate::state::encode::sink::Sink;
use crate::state::metered::guard_writer::put_json;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use std::cell::Cell;
use std::fmt;

/// Appends a binary state of the type of this name as JSON, read by schemas that are asked one after the other.
pub(crate) fn append_as_json(
    session: &Session,
    schemas: Vec<&Schema>,
    identity: (&str, u64),
    format: Format,
    state: &[u8],
    sink: &mut Sink<'_>,
) -> Result<()> {
    read_seed(session, schemas, identity, format, state, Root(sink))
}

struct Root<'s, 'a>(&'s mut Sink<'a>);

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        put_json(self.0, &Passed::new(deserializer)).map_err(Error::carry)
    }
}

/// What a deserializer has, to be written once.
struct Passed<D>(Cell<Option<D>>);

impl<D> Passed<D> {
    fn new(deserializer: D) -> Self {
        Passed(Cell::new(Some(deserializer)))
    }
}

impl<'de, D: Deserializer<'de>> Serialize for Passed<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let deserializer = self.0.take().ok_or_else(|| S::Error::custom("a part is written twice"))?;
        deserializer.deserialize_any(Written(serializer)).map_err(|error| Error::of_foreign(error).carry_out())
    }
}

/// Writes what it visits.
struct Written<S>(S);

/// `visit_u8 u8 serialize_u8` becomes the method of that name, which writes by the other.
macro_rules! visits {
    ($($visit:ident $ty:ty, $serialize:ident;)*) => {$(
        fn $visit<E: serde::de::Error>(self, value: $ty) -> Result<S::Ok, E> {
            self.0.$serialize(value).map_err(carried)
        }
    )*};
}

impl<'de, S: Serializer> Visitor<'de> for Written<S> {
    type Value = S::Ok;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    visits! {
        visit_bool bool, serialize_bool;
        visit_i8 i8, serialize_i8;
        visit_i16 i16, serialize_i16;
        visit_i32 i32, serialize_i32;
        visit_i64 i64, serialize_i64;
        visit_i128 i128, serialize_i128;
        visit_u8 u8, serialize_u8;
        visit_u16 u16, serialize_u16;
        visit_u32 u32, serialize_u32;
        visit_u64 u64, serialize_u64;
        visit_u128 u128, serialize_u128;
        visit_f32 f32, serialize_f32;
        visit_f64 f64, serialize_f64;
        visit_char char, serialize_char;
        visit_str &str, serialize_str;
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<S::Ok, E> {
        self.0.serialize_unit().map_err(carried)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<S::Ok, E> {
        self.0.serialize_none().map_err(carried)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Ok, D::Error> {
        self.0.serialize_some(&Passed::new(deserializer)).map_err(carried)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<S::Ok, A::Error> {
        let mut elements = self.0.serialize_seq(None).map_err(carried)?;
        while access.next_element_seed(Element(&mut elements))?.is_some() {}
        elements.end().map_err(carried)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<S::Ok, A::Error> {
        let mut entries = self.0.serialize_map(None).map_err(carried)?;
        while access.next_key_seed(Key(&mut entries))?.is_some() {
            access.next_value_seed(Entry(&mut entries))?;
        }
        entries.end().map_err(carried)
    }
}

/// An error of the side that writes, for the side that reads.
fn carried<E: serde::de::Error>(error: impl fmt::Display) -> E {
    Error::of_foreign_writer(error).carry()
}

/// `Element SerializeSeq serialize_element` becomes a seed that hands what comes to that method.
macro_rules! parts {
    ($($part:ident $serialize_parts:ident $serialize:ident;)*) => {$(
        struct $part<'a, C>(&'a mut C);

        impl<'de, C: $serialize_parts> DeserializeSeed<'de> for $part<'_, C> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                self.0.$serialize(&Passed::new(deserializer)).map_err(carried)
            }
        }
    )*};
}

parts! {
    Element SerializeSeq serialize_element;
    Key SerializeMap serialize_key;
    Entry SerializeMap serialize_value;
}
