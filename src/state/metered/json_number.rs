//! Numbers that serde_json hands over as a map, where another crate of the build has switched on its feature
//! `arbitrary_precision`: serde's buffer gets them as it does without. Imports its siblings.

use super::buffer::is_buffer;
use super::guard_visitor::Guard;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use std::fmt;
use std::sync::OnceLock;

/// The key of the map into which serde_json makes a number that nobody asks for, if it makes one.
fn key_of_numbers() -> Option<&'static str> {
    struct KeyOfNumber;
    impl<'de> Visitor<'de> for KeyOfNumber {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }

        fn visit_f64<E>(self, _: f64) -> Result<Option<String>, E> {
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<String>, A::Error> {
            let entry = map.next_entry::<String, IgnoredAny>()?;
            Ok(entry.map(|(key, _)| key))
        }
    }
    static KNOWN: OnceLock<Option<String>> = OnceLock::new();
    let ask = || serde_json::Deserializer::from_str("0.5").deserialize_any(KeyOfNumber).ok().flatten();
    KNOWN.get_or_init(ask).as_deref()
}

/// A guard of a visitor that takes whatever comes.
pub(in crate::state) struct Anything<'a, V>(pub(in crate::state) Guard<'a, V>);

macro_rules! forward {
    ($($visit:ident $ty:ty),* $(,)?) => {$(
        #[inline]
        fn $visit<E: serde::de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.0.$visit(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Anything<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    forward! {
        visit_bool bool, visit_char char, visit_i8 i8, visit_i16 i16, visit_i32 i32, visit_i64 i64, visit_i128 i128,
        visit_u8 u8, visit_u16 u16, visit_u32 u32, visit_u64 u64, visit_u128 u128, visit_f32 f32, visit_f64 f64,
        visit_bytes &[u8], visit_borrowed_bytes &'de [u8], visit_byte_buf Vec<u8>,
        visit_str &str, visit_borrowed_str &'de str, visit_string String,
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(inner)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(access)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<V::Value, A::Error> {
        let key = if is_buffer::<V>() { key_of_numbers() } else { None };
        if key.is_none() {
            return self.0.visit_map(access);
        }
        let first = access.next_key::<String>()?;
        if first.as_deref() == key {
            return number(&access.next_value::<String>()?, self.0);
        }
        self.0.visit_map(Behind { first, access })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(access)
    }
}

/// Reads a number as serde_json does for those that nobody asks for.
fn number<'de, V: Visitor<'de>, E: serde::de::Error>(text: &str, guard: Guard<'_, V>) -> Result<V::Value, E> {
    if let Ok(number) = text.parse() {
        return guard.visit_u64(number);
    }
    match (text.parse(), text.parse::<f64>()) {
        (Ok(number), _) if text != "-0" => guard.visit_i64(number),
        (_, Ok(number)) if number.is_finite() => guard.visit_f64(number),
        _ => Err(E::custom("number out of range")),
    }
}

/// A map whose first key was looked at.
struct Behind<A> {
    first: Option<String>,
    access: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Behind<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(first) = self.first.take() else { return self.access.next_key_seed(seed) };
        let first: StringDeserializer<A::Error> = first.into_deserializer();
        seed.deserialize(first).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.access.next_value_seed(seed)
    }
}
