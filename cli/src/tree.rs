//! A value as a reader without types sees it, its JSON form, and its text on one line. Imports `text` only.

use crate::text::{count, quoted};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;

#[derive(Clone, Debug)]
pub enum Tree {
    Null,
    Bool(bool),
    Signed(i128),
    Unsigned(u128),
    Single(f32),
    Double(f64),
    Text(String),
    Seq(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
}

impl Tree {
    pub fn text(text: impl Into<String>) -> Self {
        Tree::Text(text.into())
    }

    /// The text of a value that has no parts and is not a string.
    pub fn scalar(&self) -> Option<String> {
        Some(match self {
            Tree::Null => "null".to_owned(),
            Tree::Bool(value) => value.to_string(),
            Tree::Signed(number) => number.to_string(),
            Tree::Unsigned(number) => number.to_string(),
            Tree::Single(number) => format!("{number:?}"),
            Tree::Double(number) => format!("{number:?}"),
            Tree::Text(_) | Tree::Seq(_) | Tree::Map(_) => return None,
        })
    }

    /// The key of a JSON object for this value, if it can be one.
    fn json_key(&self) -> Option<String> {
        match self {
            Tree::Text(text) => Some(text.clone()),
            Tree::Null => None,
            _ => self.scalar(),
        }
    }

    /// The value on one line, if that has at most `longest` bytes.
    pub fn compact(&self, longest: usize) -> Option<String> {
        let mut line = Line { text: String::new(), longest };
        line.write(self).then_some(line.text)
    }

    /// Like [`compact`](Self::compact), or a description if the value is longer.
    pub fn summary(&self, longest: usize) -> String {
        self.compact(longest).unwrap_or_else(|| match self {
            Tree::Seq(elements) => format!("[{}]", count(elements.len(), "element")),
            Tree::Map(entries) => format!("{{{}}}", count(entries.len(), "part")),
            Tree::Text(text) => quoted(text, longest),
            _ => self.scalar().unwrap_or_default(),
        })
    }
}

/// A line that a tree is written to until it is full.
struct Line {
    text: String,
    longest: usize,
}

impl Line {
    fn push(&mut self, text: &str) -> bool {
        self.text.push_str(text);
        self.text.len() <= self.longest
    }

    fn write(&mut self, tree: &Tree) -> bool {
        match tree {
            Tree::Text(text) => text.len() <= self.longest && self.push(&quoted(text, self.longest)),
            Tree::Seq(elements) => {
                let mut parts = elements.iter().enumerate();
                self.push("[") && parts.all(|(at, part)| self.comma(at) && self.write(part)) && self.push("]")
            }
            Tree::Map(entries) => {
                let mut parts = entries.iter().enumerate();
                self.push("{") && parts.all(|(at, (key, value))| self.entry(at, key, value)) && self.push("}")
            }
            _ => self.push(&tree.scalar().unwrap_or_default()),
        }
    }

    fn comma(&mut self, at: usize) -> bool {
        at == 0 || self.push(", ")
    }

    fn entry(&mut self, at: usize, key: &Tree, value: &Tree) -> bool {
        self.comma(at) && self.push(&key_text(key)) && self.push(": ") && self.write(value)
    }
}

/// The most characters of a key; field names are shorter.
const KEY: usize = 100;

/// The text of a key, without quotes if it is a word, like a field name.
pub fn key_text(key: &Tree) -> String {
    let is_word = |text: &str| text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    match key {
        Tree::Text(text) if !text.is_empty() && text.len() <= KEY && is_word(text) => text.clone(),
        _ => key.summary(KEY),
    }
}

/// JSON: maps as objects if each key is text, a number or a boolean, otherwise as arrays of pairs; non-finite floats as
/// the strings `NaN`, `inf` and `-inf`.
impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => serializer.serialize_unit(),
            Tree::Bool(value) => serializer.serialize_bool(*value),
            Tree::Signed(number) => serializer.serialize_i128(*number),
            Tree::Unsigned(number) => serializer.serialize_u128(*number),
            Tree::Single(number) if number.is_finite() => serializer.serialize_f32(*number),
            Tree::Double(number) if number.is_finite() => serializer.serialize_f64(*number),
            Tree::Single(number) => serializer.collect_str(number),
            Tree::Double(number) => serializer.collect_str(number),
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::Seq(elements) => serializer.collect_seq(elements),
            Tree::Map(entries) => {
                let keys: Option<Vec<String>> = entries.iter().map(|(key, _)| key.json_key()).collect();
                let Some(keys) = keys else { return serializer.collect_seq(entries) };
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, (_, value)) in keys.iter().zip(entries) {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

/// `visit_u8 u8 => Unsigned` becomes the method of that name, which returns `Tree::Unsigned`.
macro_rules! visits {
    ($($visit:ident $ty:ty => $variant:ident),*) => {$(
        fn $visit<E>(self, value: $ty) -> Result<Tree, E> {
            Ok(Tree::$variant(value.into()))
        }
    )*};
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    visits! {
        visit_bool bool => Bool, visit_i64 i64 => Signed, visit_i128 i128 => Signed, visit_u64 u64 => Unsigned,
        visit_u128 u128 => Unsigned, visit_f32 f32 => Single, visit_f64 f64 => Double, visit_char char => Text,
        visit_str &str => Text, visit_string String => Text
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Tree::Seq(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}
