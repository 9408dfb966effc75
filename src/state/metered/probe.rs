//! A deserializer that only reports what a type asks it for. Imports nothing.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::any::TypeId;
use std::fmt;

/// The deserializer: each request ends with the report.
pub(crate) struct Probe;

/// The report.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// The visitor's type, unless a newtype was requested.
    pub(crate) visitor: Option<TypeId>,
    /// The name of the requested newtype.
    pub(crate) newtype: Option<&'static str>,
}

impl<'de> Deserializer<'de> for Probe {
    type Error = Asked;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Asked> {
        Err(Asked { visitor: Some(typeid::of::<V>()), newtype: None })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, Asked> {
        Err(Asked { visitor: None, newtype: Some(name) })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value, but what was asked for")
    }
}

impl std::error::Error for Asked {}

impl serde::de::Error for Asked {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Asked::default()
    }
}
