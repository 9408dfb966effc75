//! `Tree`: a value of a readable format whose type is unknown, as a step to its JSON text. Imports `state`.
//!
//! Invariant: a number keeps its value, or is an error; the members of a map keep their order.

use crate::state::NESTED_FIELDS;
use serde::de::{Deserialize, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::HashSet;
use std::fmt;

/// The values that serde's self-describing formats have in common.
pub(super) enum Tree {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Unsigned128(u128),
    Signed128(i128),
    Float(f64),
    Text(String),
    Seq(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

/// From here on, many deserializers turn integers into floats, as they exceed 64 bits.
const FIRST_UNSURE: f64 = 9_223_372_036_854_775_808.0;
/// No integer of 128 bits is larger than this.
const LAST_UNSURE: f64 = 340_282_366_920_938_463_463_374_607_431_768_211_456.0;

impl Tree {
    /// Whether a reader that buffers JSON preserves this value.
    pub(super) fn passes_a_buffer(&self) -> bool {
        match self {
            Tree::Unsigned128(_) | Tree::Signed128(_) => false,
            Tree::Float(number) => !is_unsure(*number),
            Tree::Seq(elements) => elements.iter().all(Tree::passes_a_buffer),
            Tree::Map(members) => {
                // Our buffer keeps the text of a map that looks like a nested value under another name.
                let is_nested = members.iter().map(|(key, _)| key.as_str()).take(NESTED_FIELDS.len()).eq(NESTED_FIELDS);
                let mut keys = HashSet::new();
                !is_nested && members.iter().all(|(key, member)| keys.insert(key) && member.passes_a_buffer())
            }
            Tree::Null | Tree::Bool(_) | Tree::Unsigned(_) | Tree::Signed(_) | Tree::Text(_) => true,
        }
    }
}

fn is_unsure(number: f64) -> bool {
    (FIRST_UNSURE..=LAST_UNSURE).contains(&number.abs())
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => serializer.serialize_unit(),
            Tree::Bool(value) => serializer.serialize_bool(*value),
            Tree::Unsigned(number) => serializer.serialize_u64(*number),
            Tree::Signed(number) => serializer.serialize_i64(*number),
            Tree::Unsigned128(number) => serializer.serialize_u128(*number),
            Tree::Signed128(number) => serializer.serialize_i128(*number),
            Tree::Float(number) if !number.is_finite() => {
                Err(serde::ser::Error::custom("JSON cannot represent infinity or NaN"))
            }
            Tree::Float(number) => serializer.serialize_f64(*number),
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::Seq(elements) => serializer.collect_seq(elements),
            Tree::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(key, member)| map.serialize_entry(key, member))?;
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

macro_rules! leaves {
    ($($visit:ident $ty:ty as $value:ident: $tree:expr),* $(,)?) => {$(
        fn $visit<E: Error>(self, $value: $ty) -> Result<Tree, E> {
            Ok($tree)
        }
    )*};
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    leaves! {
        visit_bool bool as value: Tree::Bool(value), visit_u64 u64 as value: Tree::Unsigned(value),
        visit_u128 u128 as value: u64::try_from(value).map_or(Tree::Unsigned128(value), Tree::Unsigned),
        visit_i128 i128 as value: i64::try_from(value).map_or(Tree::Signed128(value), signed),
        visit_i64 i64 as value: signed(value), visit_str &str as value: Tree::Text(value.to_owned()),
        visit_string String as value: Tree::Text(value),
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        if is_unsure(value) {
            return Err(E::custom(
                "a number beyond 64 bits may have been cut short by the format's reader; link the type of the value, or \
                 read it outside of `tag`, `untagged` and `flatten`",
            ));
        }
        Ok(Tree::Float(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Tree, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Tree, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Tree::Seq(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some((Key(key), member)) = access.next_entry()? {
            members.push((key, member));
        }
        Ok(Tree::Map(members))
    }

    /// A variant with content, which some formats mark; in JSON it is a map of one member.
    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Tree, A::Error> {
        let (Key(variant), content) = access.variant()?;
        Ok(Tree::Map(vec![(variant, content.newtype_variant()?)]))
    }
}

/// JSON readers return small numbers as unsigned, other readers as signed: both become the same value.
fn signed(number: i64) -> Tree {
    u64::try_from(number).map_or(Tree::Signed(number), Tree::Unsigned)
}

/// A key as JSON writes it.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Tree::deserialize(deserializer)? {
            Tree::Text(text) => Ok(Key(text)),
            Tree::Bool(value) => Ok(Key(value.to_string())),
            Tree::Unsigned(number) => Ok(Key(number.to_string())),
            Tree::Signed(number) => Ok(Key(number.to_string())),
            Tree::Unsigned128(number) => Ok(Key(number.to_string())),
            Tree::Signed128(number) => Ok(Key(number.to_string())),
            Tree::Null | Tree::Float(_) | Tree::Seq(_) | Tree::Map(_) => {
                Err(D::Error::custom("JSON cannot represent a map key that is null, a float, a sequence or a map"))
            }
        }
    }
}
