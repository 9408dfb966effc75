//! Map keys that serde_json reserves. Imports `error` and its siblings.
//!
//! With its feature `raw_value`, which this crate needs, `serde_json::Value` parses the string behind one key with a parser of its
//! own: no limit holds there, and the value that comes back is another one. With `arbitrary_precision` a second key stands for a
//! number. So values that serde reads and writes have no such keys. Types under `#[portable]` have no such code, and may have them.

use super::json_number::key_of_numbers;
use crate::error::{Kind, Result};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::OnceLock;

/// The name under which serde_json hands over raw text; it is the key too.
pub(in crate::state) fn raw_name() -> &'static str {
    static NAME: OnceLock<&'static str> = OnceLock::new();
    NAME.get_or_init(|| Box::<RawValue>::deserialize(WhichName).err().map_or("", |found| found.0))
}

/// The error for a key that a `serde_json::Value` would parse.
pub(in crate::state) fn check_key(key: &str) -> Result<()> {
    if key.starts_with('$') && key == raw_name() { Err(reserved()) } else { Ok(()) }
}

/// The same on the way out, where the key of a number is ambiguous too.
pub(in crate::state) fn check_written_key(key: &str) -> Result<()> {
    if key.starts_with('$') && (key == raw_name() || Some(key) == key_of_numbers()) { Err(reserved()) } else { Ok(()) }
}

#[cold]
fn reserved() -> crate::error::Error {
    let what = "a map key that serde_json reserves for itself";
    Kind::NotRepresentable { format: "json", what, remedy: "use another key".into() }.into()
}

/// A deserializer that only reports the name of the requested newtype.
struct WhichName;

/// The report.
#[derive(Debug)]
struct Found(&'static str);

impl<'de> Deserializer<'de> for WhichName {
    type Error = Found;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Found> {
        Err(Found(""))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, Found> {
        Err(Found(name))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value, but the name of a newtype")
    }
}

impl std::error::Error for Found {}

impl serde::de::Error for Found {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Found("")
    }
}
