//! A value of any shape, as a reader without types sees it. Imports serde only.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;

#[derive(Clone, Debug, PartialEq)]
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

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => serializer.serialize_unit(),
            Tree::Bool(value) => serializer.serialize_bool(*value),
            Tree::Signed(number) => serializer.serialize_i128(*number),
            Tree::Unsigned(number) => serializer.serialize_u128(*number),
            Tree::Single(number) => serializer.serialize_f32(*number),
            Tree::Double(number) => serializer.serialize_f64(*number),
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::Seq(elements) => serializer.collect_seq(elements),
            Tree::Map(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

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
        visit_bool bool => Bool, visit_i8 i8 => Signed, visit_i16 i16 => Signed, visit_i32 i32 => Signed,
        visit_i64 i64 => Signed, visit_i128 i128 => Signed, visit_u8 u8 => Unsigned, visit_u16 u16 => Unsigned,
        visit_u32 u32 => Unsigned, visit_u64 u64 => Unsigned, visit_u128 u128 => Unsigned, visit_f32 f32 => Single,
        visit_f64 f64 => Double, visit_char char => Text, visit_str &str => Text, visit_string String => Text
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
