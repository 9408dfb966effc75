//! What is in a value: elements, entries, fields, the content of a variant. Imports `error`, `shape` and its siblings.

use super::typed::Typed;
use super::{Context, Spare};
use crate::error::{Error, Kind, Result};
use crate::shape::{Style, TextField, TextFields, TextVariant};
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::fmt;

/// A visitor of what is in a value, around the target's own.
macro_rules! visitors {
    ($($(#[$doc:meta])* $visitor:ident { $($field:ident: $ty:ty),* })*) => {$(
        $(#[$doc])*
        pub(super) struct $visitor<'c, V> {
            pub(super) visitor: V,
            pub(super) context: &'c Context<'c>,
            $(pub(super) $field: $ty),*
        }
    )*};
}

visitors! {
    /// An option; or a newtype, and whether the target is an option, which what is in it may be or not.
    Inner { name: &'c str, is_option: bool }
    /// A sequence whose length the input claims.
    SeqOf { name: &'c str }
    /// A map.
    Entries { key: &'c str, value: &'c str }
    /// Named fields.
    FieldsOf { fields: &'c [TextField] }
    /// An enum.
    VariantOf { variants: &'c [TextVariant] }
}

/// Positions, of these types.
pub(super) struct PositionsOf<'c, V, N> {
    pub(super) visitor: V,
    pub(super) context: &'c Context<'c>,
    pub(super) names: N,
}

/// A seed for a value of one type.
struct Of<'c, S> {
    seed: S,
    context: &'c Context<'c>,
    name: &'c str,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Of<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        let Of { seed, context, name } = self;
        seed.deserialize(Typed { inner, context, name })
    }
}

/// Passes on what the target expects.
macro_rules! as_expected {
    () => {
        type Value = V::Value;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.visitor.expecting(f)
        }
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Inner<'_, V> {
    as_expected!();

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Typed { inner, context: self.context, name: self.name })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let typed = Typed { inner, context: self.context, name: self.name };
        if self.is_option { typed.deserialize_option(self.visitor) } else { typed.deserialize_any(self.visitor) }
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for SeqOf<'_, V> {
    as_expected!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Elements { access, context: self.context, name: self.name })
    }
}

struct Elements<'c, A> {
    access: A,
    context: &'c Context<'c>,
    name: &'c str,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.access.next_element_seed(Of { seed, context: self.context, name: self.name })
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Entries<'_, V> {
    as_expected!();

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let Entries { visitor, context, key, value } = self;
        visitor.visit_map(TypedMap { access, context, key, value })
    }
}

struct TypedMap<'c, A> {
    access: A,
    context: &'c Context<'c>,
    key: &'c str,
    value: &'c str,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for TypedMap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.access.next_key_seed(Of { seed, context: self.context, name: self.key })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.access.next_value_seed(Of { seed, context: self.context, name: self.value })
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}

impl<'c, 'de, V: Visitor<'de>, N: Iterator<Item = &'c str>> Visitor<'de> for PositionsOf<'c, V, N> {
    as_expected!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Positions { access, context: self.context, names: self.names })
    }
}

struct Positions<'c, A, N> {
    access: A,
    context: &'c Context<'c>,
    names: N,
}

impl<'c, 'de, A: SeqAccess<'de>, N: Iterator<Item = &'c str>> SeqAccess<'de> for Positions<'c, A, N> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.context.count_part(size_of::<S::Value>()).map_err(Error::carry)?;
        self.access.next_element_seed(Of { seed, context: self.context, name })
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for FieldsOf<'_, V> {
    as_expected!();

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let (fields, spare) = (self.fields.iter(), Spare::of(self.fields.len()));
        self.visitor.visit_map(FieldMap { access, context: self.context, fields, next: None, spare })
    }
}

/// Fields that come by position, handed over by name.
struct FieldMap<'c, A> {
    access: A,
    context: &'c Context<'c>,
    fields: std::slice::Iter<'c, TextField>,
    /// The field whose name has been handed over.
    next: Option<&'c TextField>,
    /// Until the first field has been handed over.
    spare: Spare,
}

impl<'de, A: SeqAccess<'de>> MapAccess<'de> for FieldMap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.next = self.fields.next();
        let Some(field) = self.next else { return Ok(None) };
        let size = self.spare.with(size_of::<S::Value>());
        self.context.count_part(size).and_then(|()| self.context.charge_name(&field.name)).map_err(Error::carry)?;
        let name: StrDeserializer<'_, A::Error> = field.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let missing = || Error::from(Kind::Malformed { what: "the state", reason: "a field is missing" }).carry();
        let field = self.next.take().ok_or_else(missing)?;
        let spare = std::mem::replace(&mut self.spare, Spare::NONE);
        self.context.count_part(spare.with(size_of::<S::Value>())).map_err(Error::carry)?;
        self.access.next_element_seed(Of { seed, context: self.context, name: &field.ty })?.ok_or_else(missing)
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for VariantOf<'_, V> {
    as_expected!();

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<V::Value, A::Error> {
        let (index, content) = access.variant::<u32>()?;
        let unknown = || Error::from(Kind::Malformed { what: "the state", reason: "there is no such variant" }).carry();
        let variant = self.variants.iter().find(|variant| variant.index == index).ok_or_else(unknown)?;
        if variant.fields.style == Style::Unit {
            content.unit_variant()?;
            self.context.charge_name(&variant.name).map_err(Error::carry)?;
            return self.visitor.visit_str(&variant.name);
        }
        let name = Some(variant.name.as_str());
        self.visitor.visit_map(VariantMap {
            name,
            content: Some(content),
            context: self.context,
            fields: &variant.fields,
        })
    }
}

/// A variant with content, as a map of one entry.
struct VariantMap<'c, A> {
    /// Until it has been handed over.
    name: Option<&'c str>,
    content: Option<A>,
    context: &'c Context<'c>,
    fields: &'c TextFields,
}

impl<'de, A: VariantAccess<'de>> MapAccess<'de> for VariantMap<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let Some(name) = self.name.take() else { return Ok(None) };
        let size = Spare::of(1).with(size_of::<S::Value>());
        self.context.count_part(size).and_then(|()| self.context.charge_name(name)).map_err(Error::carry)?;
        let name: StrDeserializer<'_, A::Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let twice = || Error::from(Kind::Malformed { what: "the state", reason: "a variant has one content" }).carry();
        let content = self.content.take().ok_or_else(twice)?;
        self.context.count_part(Spare::of(1).with(size_of::<S::Value>())).map_err(Error::carry)?;
        seed.deserialize(Content { content, context: self.context, fields: self.fields })
    }
}

/// What a variant holds.
struct Content<'c, A> {
    content: A,
    context: &'c Context<'c>,
    fields: &'c TextFields,
}

impl<'de, A: VariantAccess<'de>> Deserializer<'de> for Content<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        let Content { content, context, fields: TextFields { style, fields } } = self;
        let length = fields.len();
        match (style, fields.as_slice()) {
            (Style::Newtype, [field]) => {
                content.newtype_variant_seed(NewtypeSeed { visitor, context, name: &field.ty, is_option: false })
            }
            (Style::Named, fields) => content.tuple_variant(length, FieldsOf { visitor, context, fields }),
            (_, fields) => {
                let names = fields.iter().map(|field| field.ty.as_str());
                content.tuple_variant(length, PositionsOf { visitor, context, names })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        match (self.fields.style, self.fields.fields.as_slice()) {
            (Style::Newtype, [field]) => {
                let seed = NewtypeSeed { visitor, context: self.context, name: &field.ty, is_option: true };
                self.content.newtype_variant_seed(seed)
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// A seed that gives the target's visitor the one value of a variant.
struct NewtypeSeed<'c, V> {
    visitor: V,
    context: &'c Context<'c>,
    name: &'c str,
    /// Whether the target is an option, which the value may be or not.
    is_option: bool,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for NewtypeSeed<'_, V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let typed = Typed { inner, context: self.context, name: self.name };
        if self.is_option { typed.deserialize_option(self.visitor) } else { typed.deserialize_any(self.visitor) }
    }
}
