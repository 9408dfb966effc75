//! Map keys that serde_json reserves. Imports `error` and its siblings.
//!
//! With its feature `raw_value`, which this crate needs, `serde_json::Value` parses the string behind one key with a parser of its
//! own: no limit holds there, and the value that comes back is another one. With `arbitrary_precision` a second key stands for a
//! number. So values that serde reads and writes have no such keys. Types under `#[portable]` have no such code, and may have them.

use super::json_number::key_of_numbers;
use super::probe::Probe;
use crate::error::{Error, Kind, Result};
use serde::de::Deserialize;
use serde_json::value::RawValue;
use std::sync::OnceLock;

/// The name under which serde_json hands over raw text; it is the key too.
pub(in crate::state) fn raw_name() -> &'static str {
    static NAME: OnceLock<&'static str> = OnceLock::new();
    NAME.get_or_init(|| Box::<RawValue>::deserialize(Probe).err().and_then(|asked| asked.newtype).unwrap_or_default())
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
fn reserved() -> Error {
    let what = "a map key that serde_json reserves for itself";
    Kind::NotRepresentable { format: "json", what, remedy: "use another key".into() }.into()
}
