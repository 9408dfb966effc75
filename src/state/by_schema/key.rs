//! The key of an entry that is read by a schema: a text, as in JSON, unless the target asks for something else. Imports `error`,
//! `shape` and its siblings.

use super::due::{Typed, What};
use crate::error::{Error, Result};
use crate::shape::{Leaf, Style};
#[cfg(feature = "json")]
use crate::state::metered::reserved::check_key;
use crate::state::view::{PartsAt, TypeAt, View};
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt;

/// A deserializer of a key.
pub(super) struct Key<'c, 's, 'i, 'a, 'de>(pub(super) Typed<'c, 's, 'i, 'a, 'de>);

impl<'de> Key<'_, '_, '_, '_, 'de> {
    /// The key as text, for a target that takes texts. The wrapper of a key is not seen in JSON.
    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let Key(mut typed) = self;
        let leaf = loop {
            let What::At(at) = &typed.what else { return typed.deserialize_any(visitor) };
            match at.view()? {
                View::Leaf(leaf) => break leaf,
                View::Parts(parts) if parts.style() == Style::Newtype => match parts.part(0) {
                    Some(part) => typed.what = What::At(part.at),
                    None => return typed.deserialize_any(visitor),
                },
                _ => return typed.deserialize_any(visitor),
            }
        };
        match leaf {
            Leaf::Str => typed.deserialize_any(Checked(visitor)),
            Leaf::Bytes | Leaf::Unit | Leaf::Char => typed.deserialize_any(visitor),
            _ => typed.deserialize_any(Spelled(visitor)),
        }
    }
}

/// `method;` becomes the method that the value itself has.
macro_rules! as_itself {
    ($($deserialize:ident ($($argument:ident: $ty:ty),*);)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, $($argument: $ty,)* visitor: V) -> Result<V::Value> {
            self.0.$deserialize($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'_, '_, '_, '_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.text(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn is_human_readable(&self) -> bool {
        true
    }

    forward_to_deserialize_any! { char str string identifier }

    as_itself! {
        deserialize_bool(); deserialize_i8(); deserialize_i16(); deserialize_i32(); deserialize_i64(); deserialize_i128();
        deserialize_u8(); deserialize_u16(); deserialize_u32(); deserialize_u64(); deserialize_u128(); deserialize_f32();
        deserialize_f64(); deserialize_bytes(); deserialize_byte_buf(); deserialize_option(); deserialize_unit();
        deserialize_unit_struct(name: &'static str); deserialize_seq(); deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize); deserialize_map(); deserialize_ignored_any();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }
}

/// Hands a number or boolean to a visitor as JSON spells it in a key.
struct Spelled<V>(V);

macro_rules! spelled {
    ($($visit:ident $ty:ty: $form:literal),* $(,)?) => {$(
        fn $visit<E: serde::de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.0.visit_string(format!($form, value))
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Spelled<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    spelled! {
        visit_bool bool: "{}", visit_i8 i8: "{}", visit_i16 i16: "{}", visit_i32 i32: "{}", visit_i64 i64: "{}",
        visit_i128 i128: "{}", visit_u8 u8: "{}", visit_u16 u16: "{}", visit_u32 u32: "{}", visit_u64 u64: "{}",
        visit_u128 u128: "{}", visit_f32 f32: "{:?}", visit_f64 f64: "{:?}",
    }
}

/// Hands a text to a visitor, if it is no key that the target would parse.
struct Checked<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Checked<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<V::Value, E> {
        #[cfg(feature = "json")]
        check_key(text).map_err(Error::carry)?;
        self.0.visit_borrowed_str(text)
    }
}
