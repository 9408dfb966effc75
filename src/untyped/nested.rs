//! Trait objects in a value that is read without types: maps of `type` and `value`. Imports `error`, `format`, `state`
//! and its siblings.

use super::context::{Context, Spare};
use super::due::{Typed, unread};
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::state::{Exchange, Input, NESTED, NESTED_FIELDS, open_frame};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use std::fmt;

/// Hands a nested value over.
pub(super) fn nested<'de, D: Deserializer<'de>, V: Visitor<'de>>(
    inner: D,
    context: &Context<'_>,
    visitor: V,
) -> Result<V::Value, D::Error> {
    Exchange::want_frame();
    inner.deserialize_newtype_struct(NESTED, NestedVisitor { context, visitor })
}

struct NestedVisitor<'c, 's, V> {
    context: &'c Context<'s>,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for NestedVisitor<'_, '_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let NestedVisitor { context, visitor } = self;
        match Exchange::take() {
            Exchange::Frame(format) => deserializer.deserialize_bytes(FrameVisitor { context, visitor, format }),
            _ => Err(D::Error::custom("a frame outside of a session")),
        }
    }
}

struct FrameVisitor<'c, 's, V> {
    context: &'c Context<'s>,
    visitor: V,
    format: Format,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for FrameVisitor<'_, '_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the frame of a nested value")
    }

    fn visit_borrowed_bytes<E: serde::de::Error>(self, frame: &'de [u8]) -> Result<V::Value, E> {
        self.read(frame).map_err(|error| error.pass(E::custom))
    }
}

impl<V> FrameVisitor<'_, '_, V> {
    fn read<'de>(self, frame: &'de [u8]) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        let FrameVisitor { context, visitor, format } = self;
        let session = context.session;
        let _level = session.budget.descend_nested()?;
        let (index, table, state) = open_frame(frame)?;
        let (hash, name) = session.nested_type(index)?;
        let at = context.checked(&name, hash)?;
        session.with_container(table, || {
            Input::whole(state, session, format, |input| {
                input.by_seed(size_of::<V::Value>(), |reader| {
                    let value = Some(context.typed(reader, at));
                    let mut map = NestedMap { value, name: Some(name.as_str()), context, value_is_due: false };
                    let value = visitor.visit_map(&mut map)?;
                    if map.value.is_some() {
                        return Err(unread("a trait object"));
                    }
                    context.check_read()?;
                    Ok(value)
                })
            })
        })
    }
}

/// The name and the value of a nested value.
struct NestedMap<'c, 's, D> {
    context: &'c Context<'s>,
    /// Until it has been handed over, and so the value.
    name: Option<&'c str>,
    value: Option<Typed<'c, 's, D>>,
    /// A key has been handed over, and not its value.
    value_is_due: bool,
}

impl<D> NestedMap<'_, '_, D> {
    /// The first entry pays for what there is not.
    fn spare(&self) -> Spare {
        if self.name.is_some() { Spare::of(NESTED_FIELDS.len()) } else { Spare::NONE }
    }
}

impl<'de, D: Deserializer<'de>> MapAccess<'de> for NestedMap<'_, '_, D> {
    type Error = D::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, D::Error> {
        let [name, value] = NESTED_FIELDS;
        let key = match (self.name, &self.value) {
            (Some(_), _) => name,
            (None, Some(_)) => value,
            (None, None) => return Ok(None),
        };
        if std::mem::replace(&mut self.value_is_due, true) {
            return Err(unread("a trait object").carry());
        }
        self.context.count_part(self.spare().with(size_of::<S::Value>())).map_err(Error::carry)?;
        let key: StrDeserializer<'_, D::Error> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, D::Error> {
        self.value_is_due = false;
        self.context.count_part(self.spare().with(size_of::<S::Value>())).map_err(Error::carry)?;
        if let Some(name) = self.name.take() {
            self.context.charge_name(name).map_err(Error::carry)?;
            let name: StrDeserializer<'_, D::Error> = name.into_deserializer();
            return seed.deserialize(name);
        }
        let twice =
            || Error::from(Kind::Contract { reason: "the target asks twice for a nested value".into() }).carry();
        seed.deserialize(self.value.take().ok_or_else(twice)?)
    }
}
