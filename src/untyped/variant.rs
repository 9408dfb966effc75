//! Enums in a value: a name, or a map of the name and what the variant holds. Imports `error`, `schema`, `shape` and its
//! siblings.

use super::context::{Context, Spare};
use super::due::{Due, unread};
use super::parts::{FieldsOf, PositionsOf, as_expected};
use crate::error::{Error, Kind, Result};
use crate::schema::Node;
use crate::shape::{Style, TextFields, TextVariant};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, VariantAccess, Visitor};
use std::fmt;

/// A visitor of an enum, around the target's own.
pub(super) struct VariantOf<'c, 's, V> {
    pub(super) visitor: V,
    pub(super) context: &'c Context<'s>,
    pub(super) node: &'c Node<'s>,
    pub(super) variants: &'c [TextVariant],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for VariantOf<'_, '_, V> {
    as_expected!();

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let VariantOf { visitor, context, node, variants } = self;
        let (index, content) = access.variant::<u32>()?;
        let unknown = || Error::from(Kind::Malformed { what: "the state", reason: "there is no such variant" }).carry();
        let (place, parts) = node.variant(index).ok_or_else(unknown)?;
        let variant = variants.get(place).ok_or_else(unknown)?;
        if variant.fields.style == Style::Unit {
            content.unit_variant()?;
            context.charge_name(&variant.name).map_err(Error::carry)?;
            return visitor.visit_str(&variant.name);
        }
        let due = Due::new(&context.is_unread);
        let content = Content { content, context, fields: &variant.fields, parts, due };
        let mut map = VariantMap { name: Some(&variant.name), content: Some(content), context };
        let value = visitor.visit_map(&mut map)?;
        match map.content {
            None => Ok(value),
            Some(_) => Err(unread("the content of a variant").carry()),
        }
    }
}

/// A variant with content, as a map of one entry.
struct VariantMap<'c, 's, A> {
    /// Until it has been handed over, and so the content.
    name: Option<&'c str>,
    content: Option<Content<'c, 's, A>>,
    context: &'c Context<'s>,
}

impl<'de, A: VariantAccess<'de>> MapAccess<'de> for VariantMap<'_, '_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Some(name) = self.name.take() else { return Ok(None) };
        let size = Spare::of(1).with(size_of::<S::Value>());
        self.context.count_part(size).and_then(|()| self.context.charge_name(name)).map_err(Error::carry)?;
        let name: StrDeserializer<'_, A::Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let twice = || {
            Error::from(Kind::Contract { reason: "the target asks twice for the content of a variant".into() }).carry()
        };
        let content = self.content.take().ok_or_else(twice)?;
        self.context.count_part(Spare::of(1).with(size_of::<S::Value>())).map_err(Error::carry)?;
        seed.deserialize(content)
    }
}

/// What a variant holds.
struct Content<'c, 's, A> {
    content: A,
    context: &'c Context<'s>,
    fields: &'c TextFields,
    parts: &'c [usize],
    due: Due<'c>,
}

impl<'de, A: VariantAccess<'de>> Deserializer<'de> for Content<'_, '_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        let Content { content, context, fields: TextFields { style, fields }, parts, due } = self;
        // Those of the next variants stand behind them.
        let parts = parts.get(..fields.len()).unwrap_or_default();
        due.settle_if(match (style, parts) {
            (Style::Newtype, [at]) => {
                content.newtype_variant_seed(NewtypeSeed { visitor, context, at: *at, is_option: false })
            }
            (Style::Named, _) => content.tuple_variant(parts.len(), FieldsOf { visitor, context, fields, parts }),
            _ => {
                let types = parts.iter().copied();
                content.tuple_variant(parts.len(), PositionsOf { visitor, context, types })
            }
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        match (self.fields.style, self.fields.fields.len(), self.parts) {
            (Style::Newtype, 1, [at, ..]) => {
                let seed = NewtypeSeed { visitor, context: self.context, at: *at, is_option: true };
                self.due.settle_if(self.content.newtype_variant_seed(seed))
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    /// As that of all parts of a reading.
    fn is_human_readable(&self) -> bool {
        true
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// A seed that gives the target's visitor the one value of a variant.
struct NewtypeSeed<'c, 's, V> {
    visitor: V,
    context: &'c Context<'s>,
    at: usize,
    /// Whether the target is an option, which the value may be or not.
    is_option: bool,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for NewtypeSeed<'_, '_, V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let typed = self.context.typed(inner, self.at);
        if self.is_option { typed.deserialize_option(self.visitor) } else { typed.deserialize_any(self.visitor) }
    }
}
