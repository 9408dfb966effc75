//! Parses JSON text as a tree with exact integers, which a reader without types would get as floats. Imports
//! `tree` only.
//!
//! Invariant: the core has already read the text within its limits, so its depth is bounded.

use crate::tree::Tree;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The tree of a text; `None` if it is not JSON.
pub fn exact(text: &RawValue) -> Option<Tree> {
    let text = text.get();
    match text.as_bytes().first()? {
        b'{' => {
            let entries = serde_json::Deserializer::from_str(text).deserialize_map(Entries).ok()?;
            let entries = entries.into_iter().map(|(key, value)| Some((Tree::Text(key), exact(value)?)));
            entries.collect::<Option<_>>().map(Tree::Map)
        }
        b'[' => {
            let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            elements.into_iter().map(exact).collect::<Option<_>>().map(Tree::Seq)
        }
        b'-' | b'0'..=b'9' => number(text),
        _ => serde_json::from_str(text).ok(),
    }
}

fn number(text: &str) -> Option<Tree> {
    let unsigned = || text.parse().map(Tree::Unsigned);
    unsigned().or_else(|_| text.parse().map(Tree::Signed)).ok().or_else(|| text.parse().map(Tree::Double).ok())
}

/// The entries of an object in order, including duplicate keys.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let tree = exact(serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(tree.compact(200).unwrap(), expected);
    }

    #[test]
    fn a_number_is_what_its_text_says() {
        check("[18446744073709551616, -9223372036854775809]", "[18446744073709551616, -9223372036854775809]");
        check("[0.5, 1e3, -0, true, null]", "[0.5, 1000.0, 0, true, null]");
    }

    #[test]
    fn a_key_may_stand_twice() {
        check(r#"{"a": 1, "a": {"b\n": "c"}}"#, r#"{a: 1, a: {"b\n": "c"}}"#);
    }
}
