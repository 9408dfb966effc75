//! A value of one type: what serde is told of it. Imports `error`, `schema`, `shape` and its siblings.

use super::context::Context;
use super::due::{Due, Typed, unread};
use super::nested::nested;
use super::parts::{Entries, FieldsOf, Inner, PositionsOf, SeqOf};
use super::variant::VariantOf;
use crate::error::{Error, Kind, Result};
use crate::schema::Node;
use crate::shape::{Style, TextFields, TextShape, TextTagging};
use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// The same, with the type looked at.
struct Shaped<'c, 's, D> {
    inner: D,
    context: &'c Context<'s>,
    node: &'c Node<'s>,
}

impl<'c, 's, 'de, D: Deserializer<'de>> Shaped<'c, 's, D> {
    fn not_described<T>(&self, reason: &'static str) -> Result<T, D::Error> {
        Err(Error::from(Kind::NotDescribed { name: self.node.name.to_string(), reason }).carry())
    }

    /// One of the primitives of serde's data model, by the name that shapes have for it.
    fn leaf<V: Visitor<'de>>(self, leaf: &str, visitor: V, due: Due<'c>) -> Result<V::Value, D::Error> {
        let Shaped { inner, context, node } = self;
        if leaf == "bytes" {
            // As in JSON, which is what most targets take.
            return due.settle_if(inner.deserialize_bytes(Bytes(context, visitor)));
        }
        let visitor = Leaf { visitor, due };
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
            "unit" => inner.deserialize_unit(visitor),
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
            _ => Shaped { inner, context, node }.not_described("its primitive is none of serde's"),
        }
    }

    /// What is text in readable formats, which a reading is one of.
    fn text<V: Visitor<'de>>(self, visitor: V, due: Due<'c>) -> Result<V::Value, D::Error> {
        let text = match &*self.node.name {
            "Ipv4Addr" => Ipv4Addr::deserialize(self.inner)?.to_string(),
            "Ipv6Addr" => Ipv6Addr::deserialize(self.inner)?.to_string(),
            "IpAddr" => IpAddr::deserialize(self.inner)?.to_string(),
            "SocketAddrV4" => SocketAddrV4::deserialize(self.inner)?.to_string(),
            "SocketAddrV6" => SocketAddrV6::deserialize(self.inner)?.to_string(),
            "SocketAddr" => SocketAddr::deserialize(self.inner)?.to_string(),
            _ => return self.not_described("its text is made by its type"),
        };
        due.settle();
        visitor.visit_string(text)
    }

    fn shaped<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let Shaped { context, node, .. } = self;
        let part = |index: usize| {
            let lost = || Error::from(Kind::Malformed { what: "schema", reason: "it lost a type" }).carry();
            node.parts().get(index).copied().ok_or_else(lost)
        };
        match node.shape {
            TextShape::None => visitor.visit_unit(),
            TextShape::Opaque => self.not_described("it is a foreign type, of which nothing but the name is known"),
            TextShape::Transparent(_) => self.not_described("by the schema it is the same as itself"),
            TextShape::Option(_) => self.inner.deserialize_option(Inner { visitor, context, at: part(0)? }),
            TextShape::Seq(_) => self.inner.deserialize_seq(SeqOf { visitor, context, at: part(0)? }),
            TextShape::Array(_) => match node.length {
                Some(length) => {
                    let types = std::iter::repeat_n(part(0)?, length);
                    self.inner.deserialize_tuple(length, PositionsOf { visitor, context, types })
                }
                None => self.not_described("it is an array without a length"),
            },
            TextShape::Map(..) => {
                self.inner.deserialize_map(Entries { visitor, context, key: part(0)?, value: part(1)? })
            }
            TextShape::Tuple(_) => {
                let types = node.parts().iter().copied();
                self.inner.deserialize_tuple(node.parts().len(), PositionsOf { visitor, context, types })
            }
            TextShape::Nested => nested(self.inner, context, visitor),
            TextShape::Struct(fields) => self.fields(fields, visitor),
            TextShape::Enum { tagging: TextTagging::External, variants } => {
                self.inner.deserialize_enum("", &[], VariantOf { visitor, context, node, variants })
            }
            TextShape::Enum { .. } => self.not_described("only JSON carries enums with tags"),
            // They have come to an end before.
            TextShape::Leaf(_) | TextShape::Text(_) => self.not_described("its primitive is none of serde's"),
        }
    }

    fn fields<V: Visitor<'de>>(self, fields: &'s TextFields, visitor: V) -> Result<V::Value, D::Error> {
        let (context, parts, fields_of) = (self.context, self.node.parts(), &fields.fields);
        if fields.has_json_only() {
            return self.not_described("only JSON carries fields that may be missing or flattened");
        }
        match fields.style {
            Style::Unit => self.inner.deserialize_unit(visitor),
            Style::Named => {
                self.inner.deserialize_tuple(parts.len(), FieldsOf { visitor, context, fields: fields_of, parts })
            }
            _ => {
                let types = parts.iter().copied();
                self.inner.deserialize_tuple(parts.len(), PositionsOf { visitor, context, types })
            }
        }
    }
}

/// A primitive, which has been read to its end once there is anything to be visited.
struct Leaf<'c, V> {
    visitor: V,
    due: Due<'c>,
}

/// `visit_u8 u8` becomes the method of that name.
macro_rules! visits {
    ($($visit:ident $ty:ty),*) => {$(
        fn $visit<E: serde::de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.due.settle();
            self.visitor.$visit(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Leaf<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    visits! {
        visit_bool bool, visit_i8 i8, visit_i16 i16, visit_i32 i32, visit_i64 i64, visit_i128 i128, visit_u8 u8,
        visit_u16 u16, visit_u32 u32, visit_u64 u64, visit_u128 u128, visit_f32 f32, visit_f64 f64, visit_char char,
        visit_str &str, visit_borrowed_str &'de str, visit_string String
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.due.settle();
        self.visitor.visit_unit()
    }
}

/// Bytes, as a sequence.
struct Bytes<'c, 's, V>(&'c Context<'s>, V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Bytes<'_, '_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.1.expecting(f)
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<V::Value, E> {
        let session = self.0.session;
        // Each becomes a value of the target.
        let room = bytes.len().saturating_mul(size_of::<V::Value>());
        let counted = session.budget.count_elements(bytes.len(), true, room);
        counted.map_err(|error| error.pass(E::custom))?;
        let mut bytes = SeqDeserializer::<_, E>::new(bytes.iter().copied());
        let value = self.1.visit_seq(&mut bytes)?;
        bytes.end().map(|()| value).map_err(|_| unread("a byte").pass(E::custom))
    }
}

impl<'c, 's, 'de, D: Deserializer<'de>> Deserializer<'de> for Typed<'c, 's, D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let Typed { inner, context, at, due } = self;
        let node = &*context.types.read_as(at).map_err(Error::carry)?;
        let shaped = Shaped { inner, context, node };
        match node.shape {
            TextShape::Leaf(leaf) => shaped.leaf(leaf, visitor, due),
            TextShape::Text(_) => shaped.text(visitor, due),
            _ => due.settle_if(shaped.shaped(visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let node = &*self.context.types.read_as(self.at).map_err(Error::carry)?;
        match node.shape {
            TextShape::Option(_) => self.deserialize_any(visitor),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    /// What it hands over is what a readable format has: addresses as text, variants by name, trait objects as maps.
    fn is_human_readable(&self) -> bool {
        true
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
