//! The parts of a compound value whose number is in its type: fields, positions, variants. Imports `error`, `shape` and its
//! siblings.
//!
//! Invariant: each error gets the step of its part. `elements` has the parts whose number the input claims.

use crate::error::{Error, Result, Step};
use crate::shape::Listed;
use crate::state::decode::types::Reader;
use serde::de::value::U32Deserializer;
use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor};

/// How error paths name the parts of a compound value. The input claims the number of parts of a sequence; for a struct or
/// tuple the type fixes it.
#[derive(Clone, Copy)]
pub(in crate::state) enum Parts {
    Claimed,
    Positions,
    Fields(Listed),
    /// The fields of a nested value in a readable format, which are typeport's own.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "readable formats need it"))]
    Hidden,
}

impl Parts {
    /// The step to the part with this index.
    pub(in crate::state) fn step(self, index: usize) -> Option<Step> {
        match self {
            Parts::Claimed => Some(Step::Element(index)),
            Parts::Positions => Some(Step::Position(index)),
            Parts::Fields(listed) => Some(listed.name(index).map_or(Step::Position(index), Step::Field)),
            Parts::Hidden => None,
        }
    }

    /// The step to the key of the entry with this index.
    pub(in crate::state) fn key(self, index: usize) -> Option<Step> {
        matches!(self, Parts::Claimed).then_some(Step::Key(index))
    }
}

/// The fields of a struct or the positions of a tuple: the type fixes their number, and its size includes them.
pub(in crate::state) struct Fields<'i, 'a, 'de> {
    reader: Reader<'i, 'a, 'de>,
    /// How many have been read.
    at: usize,
    length: usize,
    parts: Parts,
}

impl<'i, 'a, 'de> Fields<'i, 'a, 'de> {
    pub(in crate::state) fn new(reader: Reader<'i, 'a, 'de>, length: usize, parts: Parts) -> Self {
        Fields { reader, at: 0, length, parts }
    }
}

#[expect(clippy::arithmetic_side_effects, reason = "`at` is never above `length`")]
impl<'de> SeqAccess<'de> for Fields<'_, '_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.at == self.length {
            return Ok(None);
        }
        let (at, parts) = (self.at, self.parts);
        self.at += 1;
        let value = seed.deserialize(self.reader.again(size_of::<T::Value>()));
        value.map(Some).map_err(|error| error.within(parts.step(at)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some((self.length - self.at).min(self.reader.input.bytes.len()))
    }
}

/// An enum whose variant is still to be read.
pub(in crate::state) struct Variants<'i, 'a, 'de> {
    pub(in crate::state) reader: Reader<'i, 'a, 'de>,
    pub(in crate::state) variants: Listed,
}

impl<'i, 'a, 'de> EnumAccess<'de> for Variants<'i, 'a, 'de> {
    type Error = Error;
    type Variant = Content<'i, 'a, 'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self::Variant)> {
        let index: u32 = self.reader.input.unsigned()?;
        let deserializer: U32Deserializer<Error> = index.into_deserializer();
        let variant = seed.deserialize(deserializer)?;
        Ok((variant, Content { reader: self.reader, variants: self.variants, index }))
    }
}

/// The content of a variant.
pub(in crate::state) struct Content<'i, 'a, 'de> {
    reader: Reader<'i, 'a, 'de>,
    variants: Listed,
    index: u32,
}

impl<'de> Content<'_, '_, 'de> {
    fn fields<V: Visitor<'de>>(self, length: usize, parts: Parts, visitor: V) -> Result<V::Value> {
        let (variants, index) = (self.variants, self.index);
        visitor
            .visit_seq(Fields::new(self.reader, length, parts))
            .map_err(|error| error.within(variant(variants, index)))
    }
}

/// The step into a variant, if the type's list of variants has it: a hand-written `Deserialize` may give a shorter list.
#[cold]
fn variant(variants: Listed, index: u32) -> Option<Step> {
    usize::try_from(index).ok().and_then(|index| variants.name(index)).map(Step::Variant)
}

impl<'de> VariantAccess<'de> for Content<'_, '_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value> {
        let (variants, index) = (self.variants, self.index);
        seed.deserialize(self.reader.again(size_of::<T::Value>()))
            .map_err(|error| error.within(variant(variants, index)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.fields(length, Parts::Positions, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        let listed = Listed { owner: self.variants.owner, names: fields };
        self.fields(fields.len(), Parts::Fields(listed), visitor)
    }
}
