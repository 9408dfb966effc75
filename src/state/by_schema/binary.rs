//! A JSON state turned into a binary one by its schema: the bytes that the type's own encode gives. Imports `error`, `format`,
//! `schema`, `shape`, `type_name`, `wire` and its siblings.
//!
//! Invariant: a session's guard counts what is read. Fields come in the order of the type, as every encode of ours writes them.

use super::at::Context;
use crate::error::{Error, Kind, Result};
use crate::schema::Node;
use crate::shape::{Style, TextField, TextFields, TextShape, TextTagging};
use crate::state::binary::writer_parts::Writer;
use crate::state::decode::types::Guarded;
use crate::state::encode::sink::Sink;
use crate::state::handoff::NESTED_FIELDS;
use crate::type_name::NameList;
use crate::wire::put_varint;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

/// What is written, and how what is in it is found.
struct Job<'c, 's> {
    context: &'c Context<'s>,
    names: &'c NameList,
    sink: Sink<'c>,
    /// The type hashes of the container's own nested values, in order of first use; and the place of each.
    table: Vec<u64>,
    places: HashMap<u64, usize>,
}

/// A JSON state of a type as a binary one, with its table.
pub(super) fn from_json(
    context: &Context<'_>,
    names: &NameList,
    state: &[u8],
    at: usize,
    sink: Sink<'_>,
) -> Result<(Vec<u8>, Vec<u64>)> {
    let (table, places) = (Vec::new(), HashMap::new());
    let mut job = Job { context, names, sink, table, places };
    crate::format::json_state(state, |json| {
        Part { job: &mut job, at }.deserialize(Guarded::new(json, context.session, 0))
    })?;
    Ok((job.sink.end(), job.table))
}

fn malformed(reason: &'static str) -> Error {
    Kind::Malformed { what: "the state", reason }.into()
}

impl Job<'_, '_> {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(Writer::new(&mut self.sink))
    }

    /// What is read of a type, written.
    fn copy<'de, T: Deserialize<'de> + Serialize, D: Deserializer<'de>>(&mut self, from: D) -> Result<(), D::Error> {
        let value = T::deserialize(from)?;
        self.put(&value).map_err(Error::carry)
    }

    /// Puts what `write` appends behind its length, which is what it gives, or that of the bytes.
    fn behind_length<E: serde::de::Error>(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<Option<usize>, E>,
    ) -> Result<(), E> {
        let before = std::mem::take(&mut self.sink.bytes);
        let length = write(self)?;
        let mut inside = std::mem::replace(&mut self.sink.bytes, before);
        self.put(&(length.unwrap_or(inside.len()) as u64)).map_err(Error::carry)?;
        self.sink.bytes.append(&mut inside);
        Ok(())
    }

    /// A nested value, whose type is checked as that of the whole.
    fn frame<'de, D: Deserializer<'de>>(&mut self, name: &str, from: D) -> Result<(), D::Error> {
        let nameless =
            || Error::from(Kind::Malformed { what: "nested value", reason: "its type has no name in the envelope" });
        let listed = self.names.place_of_name(name).and_then(|at| self.names.get(at));
        let (hash, name) = listed.ok_or_else(|| nameless().carry())?;
        let at = self.context.checked(name, *hash).map_err(Error::carry)?.place;
        let _level = self.context.session.descend_nested().map_err(Error::carry)?;
        let next = self.table.len();
        let place = *self.places.entry(*hash).or_insert(next);
        if place == next {
            self.table.push(*hash);
        }
        self.behind_length(|job| {
            let (table, places) = (std::mem::take(&mut job.table), std::mem::take(&mut job.places));
            Part { job, at }.deserialize(from)?;
            let (table, _) = (std::mem::replace(&mut job.table, table), std::mem::replace(&mut job.places, places));
            let is_around = job.table.starts_with(&table);
            let state = std::mem::take(&mut job.sink.bytes);
            put_varint(&mut job.sink.bytes, (place as u64) << 1 | u64::from(!table.is_empty()));
            if !table.is_empty() {
                put_varint(&mut job.sink.bytes, (table.len() as u64) << 1 | u64::from(is_around));
            }
            if !is_around {
                job.sink.bytes.extend(table.iter().flat_map(|hash| hash.to_le_bytes()));
            }
            job.sink.bytes.extend(state);
            Ok(None)
        })
    }
}

/// A value of one type.
struct Part<'k, 'c, 's> {
    job: &'k mut Job<'c, 's>,
    at: usize,
}

/// What a value is made of.
enum What<'n, 's> {
    Option(usize),
    Seq(usize),
    Positions(&'n [usize]),
    Array(usize, usize),
    Map(usize, usize),
    Fields(&'n [TextField], &'n [usize]),
    Enum(&'n Node<'s>),
    Nested,
}

struct Parts<'k, 'n, 'c, 's> {
    job: &'k mut Job<'c, 's>,
    what: What<'n, 's>,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let Part { job, at } = self;
        let node = &*job.context.types.read_as(at).map_err(Error::carry)?;
        let not_described =
            |reason| Err(Error::from(Kind::NotDescribed { name: node.name.to_string(), reason }).carry());
        let parts = node.parts();
        match (node.shape, parts) {
            (TextShape::Leaf(leaf), _) => match leaf.as_str() {
                "bool" => job.copy::<bool, D>(from),
                "i8" => job.copy::<i8, D>(from),
                "i16" => job.copy::<i16, D>(from),
                "i32" => job.copy::<i32, D>(from),
                "i64" => job.copy::<i64, D>(from),
                "i128" => job.copy::<i128, D>(from),
                "u8" => job.copy::<u8, D>(from),
                "u16" => job.copy::<u16, D>(from),
                "u32" => job.copy::<u32, D>(from),
                "u64" => job.copy::<u64, D>(from),
                "u128" => job.copy::<u128, D>(from),
                "f32" => job.copy::<f32, D>(from),
                "f64" => job.copy::<f64, D>(from),
                "char" => job.copy::<char, D>(from),
                "str" => job.copy::<String, D>(from),
                "bytes" => job.copy::<Vec<u8>, D>(from),
                "unit" => job.copy::<(), D>(from),
                _ => not_described("its primitive is none of serde's"),
            },
            (TextShape::Text(_), _) => match &*node.name {
                "Ipv4Addr" => job.copy::<Ipv4Addr, D>(from),
                "Ipv6Addr" => job.copy::<Ipv6Addr, D>(from),
                "IpAddr" => job.copy::<IpAddr, D>(from),
                "SocketAddrV4" => job.copy::<SocketAddrV4, D>(from),
                "SocketAddrV6" => job.copy::<SocketAddrV6, D>(from),
                "SocketAddr" => job.copy::<SocketAddr, D>(from),
                _ => not_described("its text is made by its type"),
            },
            (TextShape::None, _) => job.copy::<(), D>(from),
            (TextShape::Option(_), [at]) => from.deserialize_option(Parts { job, what: What::Option(*at) }),
            (TextShape::Seq(_), [at]) => from.deserialize_seq(Parts { job, what: What::Seq(*at) }),
            (TextShape::Array(_), [at]) => match node.length {
                Some(length) => from.deserialize_tuple(length, Parts { job, what: What::Array(*at, length) }),
                None => not_described("it is an array without a length"),
            },
            (TextShape::Map(..), [key, value]) => from.deserialize_map(Parts { job, what: What::Map(*key, *value) }),
            (TextShape::Tuple(_), parts) => {
                from.deserialize_tuple(parts.len(), Parts { job, what: What::Positions(parts) })
            }
            (TextShape::Nested, _) => from.deserialize_map(Parts { job, what: What::Nested }),
            (TextShape::Struct(fields), parts) if !fields.has_json_only() => job.fields(fields, parts, from),
            (TextShape::Enum { tagging: TextTagging::External, .. }, _) => {
                from.deserialize_any(Parts { job, what: What::Enum(node) })
            }
            (TextShape::Struct(_) | TextShape::Enum { .. }, _) => not_described("only JSON carries it"),
            _ => not_described("it is a foreign type, of which nothing but the name is known"),
        }
    }
}

impl Job<'_, '_> {
    fn fields<'de, D: Deserializer<'de>>(
        &mut self,
        fields: &TextFields,
        parts: &[usize],
        from: D,
    ) -> Result<(), D::Error> {
        match (fields.style, parts) {
            (Style::Unit, _) => self.copy::<(), D>(from),
            (Style::Newtype, [at]) => Part { job: self, at: *at }.deserialize(from),
            (Style::Named, _) => from.deserialize_map(Parts { job: self, what: What::Fields(&fields.fields, parts) }),
            _ => from.deserialize_tuple(parts.len(), Parts { job: self, what: What::Positions(parts) }),
        }
    }

    /// The fields that an encode of ours leaves out, up to this one: those that are none.
    fn skipped(
        &mut self,
        left: &mut impl Iterator<Item = (String, usize)>,
        name: Option<&str>,
    ) -> Result<Option<usize>> {
        for (field, at) in left {
            if name == Some(field.as_str()) {
                return Ok(Some(at));
            }
            match self.context.types.read_as(at)?.shape {
                TextShape::Option(_) => {
                    // No byte of the state stands for it.
                    self.context.session.charge(1)?;
                    self.put(&None::<()>)?;
                }
                _ => return Err(malformed("a field is missing, or not in its place")),
            }
        }
        match name {
            None => Ok(None),
            Some(_) => Err(malformed("there is no such field, or it is not in its place")),
        }
    }
}

impl<'de> Visitor<'de> for Parts<'_, '_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what the schema describes")
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<(), E> {
        self.job.put(&None::<()>).map_err(Error::carry)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        match self.what {
            What::Option(_) => self.visit_none(),
            _ => Err(malformed("it is null, which its type is not").carry()),
        }
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let What::Option(at) = self.what else { return Err(malformed("it is no option").carry()) };
        // The tag alone: what is in it follows.
        self.job.put(&Some(())).map_err(Error::carry)?;
        Part { job: self.job, at }.deserialize(from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Parts { job, what } = self;
        let missing = || malformed("an element is missing").carry();
        let mut position = |job: &mut Job<'_, '_>, at| access.next_element_seed(Part { job, at })?.ok_or_else(missing);
        match what {
            What::Seq(at) => job.behind_length(|job| {
                let mut length = 0_usize;
                while access.next_element_seed(Part { job: &mut *job, at })?.is_some() {
                    length = length.saturating_add(1);
                }
                Ok(Some(length))
            }),
            What::Array(at, length) => (0..length).try_for_each(|_| position(job, at)),
            What::Positions(parts) => parts.iter().try_for_each(|at| position(job, *at)),
            _ => Err(malformed("it is a sequence, which its type is not").carry()),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let Parts { job, what } = self;
        match what {
            What::Map(key, value) => job.behind_length(|job| {
                let mut length = 0_usize;
                while access.next_key_seed(Part { job: &mut *job, at: key })?.is_some() {
                    access.next_value_seed(Part { job: &mut *job, at: value })?;
                    length = length.saturating_add(1);
                }
                Ok(Some(length))
            }),
            What::Fields(fields, parts) => {
                let mut left = fields.iter().map(|field| field.name.clone()).zip(parts.iter().copied());
                while let Some(name) = access.next_key::<String>()? {
                    if let Some(at) = job.skipped(&mut left, Some(&name)).map_err(Error::carry)? {
                        access.next_value_seed(Part { job: &mut *job, at })?;
                    }
                }
                job.skipped(&mut left, None).map(drop).map_err(Error::carry)
            }
            What::Enum(node) => {
                let name = access.next_key::<String>()?.ok_or_else(|| malformed("a variant is missing").carry())?;
                let (parts, fields) = job.variant(node, &name).map_err(Error::carry)?;
                access.next_value_seed(Content { job: &mut *job, fields, parts })
            }
            What::Nested => {
                let [of_type, of_value] = NESTED_FIELDS;
                let unknown = || malformed("a nested value is no `type` and `value`, in this order").carry();
                let is_type = access.next_key::<String>()?.as_deref() == Some(of_type);
                let name: String = if is_type { access.next_value()? } else { return Err(unknown()) };
                if access.next_key::<String>()?.as_deref() != Some(of_value) {
                    return Err(unknown());
                }
                access.next_value_seed(Frame { job: &mut *job, name })
            }
            _ => Err(malformed("it is a map, which its type is not").carry()),
        }
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<(), E> {
        let What::Enum(node) = self.what else { return Err(malformed("it is text").carry()) };
        let (_, fields) = self.job.variant(node, name).map_err(Error::carry)?;
        if fields.style == Style::Unit { Ok(()) } else { Err(malformed("a variant lacks its content").carry()) }
    }
}

impl Job<'_, '_> {
    /// Writes the index of a variant; gives its fields and their types.
    fn variant<'n, 's>(&mut self, node: &'n Node<'s>, name: &str) -> Result<(&'n [usize], &'s TextFields)> {
        let unknown = || malformed("there is no such variant");
        let variant = node.variant_named(name).ok_or_else(unknown)?;
        let (_, start) = node.variant(variant.index).ok_or_else(unknown)?;
        self.put(&variant.index)?;
        Ok((node.parts().get(start..).unwrap_or_default().get(..variant.fields.fields.len()).unwrap_or_default(), &variant.fields))
    }
}

/// What a variant holds.
struct Content<'k, 'n, 'c, 's> {
    job: &'k mut Job<'c, 's>,
    fields: &'n TextFields,
    parts: &'n [usize],
}

impl<'de> DeserializeSeed<'de> for Content<'_, '_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.job.fields(self.fields, self.parts, from)
    }
}

/// A nested value, whose type is known.
struct Frame<'k, 'c, 's> {
    job: &'k mut Job<'c, 's>,
    name: String,
}

impl<'de> DeserializeSeed<'de> for Frame<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        self.job.frame(&self.name, from)
    }
}
