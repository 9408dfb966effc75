//! Seeds for the fields of a nested value: texts, field names, envelopes, an absent value. Imports `codec`, `error`,
//! `state` and its siblings.

use super::place::Place;
use crate::codec::Codec;
use crate::error::Result;
use crate::state::NO_VALUE;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The deserializer of an absent value, in a format that omits `None`.
pub(super) struct MissingValue<E>(pub(super) PhantomData<E>);

impl<'de, E: serde::de::Error> Deserializer<'de> for MissingValue<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::custom(NO_VALUE))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The bytes of an envelope.
pub(super) struct EnvelopeSeed<P>(pub(super) PhantomData<P>);

impl<'de, P: Place> DeserializeSeed<'de> for EnvelopeSeed<P> {
    type Value = P;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<P, D::Error> {
        // Some readable formats have no bytes; serde's buffer calls itself readable, and may contain bytes.
        if deserializer.is_human_readable() {
            return deserializer.deserialize_any(self);
        }
        deserializer.deserialize_byte_buf(self)
    }
}

impl<'de, P: Place> Visitor<'de> for EnvelopeSeed<P> {
    type Value = P;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope as bytes")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<P, E> {
        Codec::default().decode_exact(bytes, |incoming| incoming.place()).map_err(|error| error.pass(E::custom))
    }

    /// Bytes as a sequence, in a format or buffer without bytes.
    fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<P, A::Error> {
        let mut envelope = Vec::new();
        while let Some(byte) = bytes.next_element()? {
            envelope.push(byte);
        }
        self.visit_bytes(&envelope)
    }
}

/// The first field of a nested value in a format without field names.
pub(super) struct FirstSeed<P>(pub(super) PhantomData<P>);

pub(super) enum First<P> {
    Place(P),
    Text(Box<str>),
}

impl<'de, P: Place> DeserializeSeed<'de> for FirstSeed<P> {
    type Value = First<P>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<First<P>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, P: Place> Visitor<'de> for FirstSeed<P> {
    type Value = First<P>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a type, or an envelope as bytes")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<First<P>, E> {
        Ok(First::Text(text.into()))
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<First<P>, E> {
        EnvelopeSeed(PhantomData).visit_bytes(bytes).map(First::Place)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, bytes: A) -> Result<First<P>, A::Error> {
        EnvelopeSeed(PhantomData).visit_seq(bytes).map(First::Place)
    }
}

/// A seed that passes a borrowed text to a function.
pub(super) struct WithText<F>(pub(super) F);

impl<'de, T, F: FnOnce(&str) -> Result<T>> DeserializeSeed<'de> for WithText<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_string(self)
    }
}

/// A seed that passes a field name to a function; some formats do not write it as text.
pub(super) struct WithKey<F>(pub(super) F);

impl<'de, T, F: FnOnce(&str) -> Result<T>> DeserializeSeed<'de> for WithKey<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_identifier(WithText(self.0))
    }
}

impl<T, F: FnOnce(&str) -> Result<T>> Visitor<'_> for WithText<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(|error| error.pass(E::custom))
    }
}
