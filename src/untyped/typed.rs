//! A value of one type: what serde is told of it. Imports `error`, `shape`, `type_name` and its siblings.

use super::Context;
use super::nested::nested;
use super::parts::{Entries, FieldsOf, Inner, PositionsOf, SeqOf, VariantOf};
use crate::error::{Error, Kind, Result};
use crate::shape::{Style, TextFields, TextShape, TextTagging};
use crate::type_name::TypeName;
use serde::Deserialize;
use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// The primitives of serde's data model, as shapes call them.
const LEAVES: [&str; 17] = [
    "bool", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64", "char", "str", "bytes",
    "unit",
];

/// A deserializer that does not know types, told which one comes.
pub(super) struct Typed<'c, D> {
    pub(super) inner: D,
    pub(super) context: &'c Context<'c>,
    pub(super) name: &'c str,
}

impl<'c, 'de, D: Deserializer<'de>> Typed<'c, D> {
    fn not_described<T>(&self, reason: &'static str) -> Result<T, D::Error> {
        Err(Error::from(Kind::NotDescribed { name: self.name.to_owned(), reason }).carry())
    }

    fn leaf<V: Visitor<'de>>(self, leaf: &str, visitor: V) -> Result<V::Value, D::Error> {
        if !LEAVES.contains(&leaf) {
            return self.not_described("its primitive is none of serde's");
        }
        let inner = self.inner;
        match leaf {
            "bool" => inner.deserialize_bool(visitor),
            "i8" => inner.deserialize_i8(visitor),
            "i16" => inner.deserialize_i16(visitor),
            "i32" => inner.deserialize_i32(visitor),
            "i64" => inner.deserialize_i64(visitor),
            "u8" => inner.deserialize_u8(visitor),
            "u16" => inner.deserialize_u16(visitor),
            "u32" => inner.deserialize_u32(visitor),
            "u64" => inner.deserialize_u64(visitor),
            "f32" => inner.deserialize_f32(visitor),
            "f64" => inner.deserialize_f64(visitor),
            "char" => inner.deserialize_char(visitor),
            "str" => inner.deserialize_str(visitor),
            // Few targets take so many bits, and few values need them.
            "i128" => {
                let number = i128::deserialize(inner)?;
                match i64::try_from(number) {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_i128(number),
                }
            }
            "u128" => {
                let number = u128::deserialize(inner)?;
                match u64::try_from(number) {
                    Ok(number) => visitor.visit_u64(number),
                    Err(_) => visitor.visit_u128(number),
                }
            }
            // As in JSON, which is what most targets take.
            "bytes" => inner.deserialize_bytes(Bytes(self.context, visitor)),
            _ => inner.deserialize_unit(visitor),
        }
    }

    /// What is text in readable formats.
    fn text<V: Visitor<'de>>(self, binary: &TextShape, visitor: V) -> Result<V::Value, D::Error> {
        let text = match self.name {
            "Ipv4Addr" => Ipv4Addr::deserialize(self.inner)?.to_string(),
            "Ipv6Addr" => Ipv6Addr::deserialize(self.inner)?.to_string(),
            "IpAddr" => IpAddr::deserialize(self.inner)?.to_string(),
            "SocketAddrV4" => SocketAddrV4::deserialize(self.inner)?.to_string(),
            "SocketAddrV6" => SocketAddrV6::deserialize(self.inner)?.to_string(),
            "SocketAddr" => SocketAddr::deserialize(self.inner)?.to_string(),
            _ => return self.shaped(binary, visitor),
        };
        visitor.visit_string(text)
    }

    fn shaped<V: Visitor<'de>>(self, shape: &TextShape, visitor: V) -> Result<V::Value, D::Error> {
        let context = self.context;
        match shape {
            TextShape::None => visitor.visit_unit(),
            TextShape::Leaf(leaf) => self.leaf(leaf, visitor),
            TextShape::Opaque => self.not_described("it is a foreign type, of which nothing but the name is known"),
            TextShape::Transparent(_) => self.not_described("by the schema it is the same as itself"),
            TextShape::Option(name) => {
                self.inner.deserialize_option(Inner { visitor, context, name, is_option: false })
            }
            TextShape::Seq(name) => self.inner.deserialize_seq(SeqOf { visitor, context, name }),
            TextShape::Array(name) => {
                let length = length_of(self.name);
                let names = || std::iter::repeat(name.as_str());
                match length {
                    Some(length) => {
                        self.inner.deserialize_tuple(length, PositionsOf { visitor, context, names: names() })
                    }
                    None => self.not_described("it is an array without a length"),
                }
            }
            TextShape::Map(key, value) => self.inner.deserialize_map(Entries { visitor, context, key, value }),
            TextShape::Tuple(types) => {
                let names = types.iter().map(String::as_str);
                self.inner.deserialize_tuple(types.len(), PositionsOf { visitor, context, names })
            }
            TextShape::Text(binary) => self.text(binary, visitor),
            TextShape::Nested => nested(self.inner, context, visitor),
            TextShape::Struct(fields) => self.fields(fields, visitor, false),
            TextShape::Enum { tagging: TextTagging::External, variants } => {
                self.inner.deserialize_enum("", &[], VariantOf { visitor, context, variants })
            }
            TextShape::Enum { .. } => self.not_described("only JSON carries enums with tags"),
        }
    }

    fn fields<V: Visitor<'de>>(self, fields: &TextFields, visitor: V, is_option: bool) -> Result<V::Value, D::Error> {
        let (context, types) = (self.context, &fields.fields);
        if types.iter().any(|field| field.flatten || field.optional) {
            return self.not_described("only JSON carries fields that may be missing or flattened");
        }
        match (fields.style, types.as_slice()) {
            (Style::Unit, _) => self.inner.deserialize_unit(visitor),
            (Style::Newtype, [field]) => {
                self.inner.deserialize_newtype_struct("", Inner { visitor, context, name: &field.ty, is_option })
            }
            (Style::Named, _) => {
                self.inner.deserialize_tuple(types.len(), FieldsOf { visitor, context, fields: types })
            }
            _ => {
                let names = types.iter().map(|field| field.ty.as_str());
                self.inner.deserialize_tuple(types.len(), PositionsOf { visitor, context, names })
            }
        }
    }
}

/// The length in the name of an array; one that this machine cannot count is the largest, which no limit allows either.
fn length_of(name: &str) -> Option<usize> {
    let name: TypeName = name.parse().ok()?;
    let length = name.args().nth(1)?.as_str();
    length.bytes().all(|byte| byte.is_ascii_digit()).then(|| length.parse().unwrap_or(usize::MAX))
}

/// Bytes, as a sequence.
struct Bytes<'c, V>(&'c Context<'c>, V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Bytes<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.1.expecting(f)
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<V::Value, E> {
        let session = self.0.session;
        // Each becomes a value of the target.
        let room = bytes.len().saturating_mul(size_of::<V::Value>());
        let counted = session.count_items(bytes.len()).and_then(|()| session.charge(room));
        counted.map_err(|error| error.pass(E::custom))?;
        self.1.visit_seq(SeqDeserializer::new(bytes.iter().copied()))
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Typed<'_, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let known = self.context.shape(self.name).map_err(Error::carry)?;
        Typed { name: &known.name, ..self }.shaped(&known.shape, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let known = self.context.shape(self.name).map_err(Error::carry)?;
        match &known.shape {
            TextShape::Option(_) => self.deserialize_any(visitor),
            // As in JSON: it is what is in it.
            TextShape::Struct(fields) if fields.style == Style::Newtype => {
                Typed { name: &known.name, ..self }.fields(fields, visitor, true)
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
