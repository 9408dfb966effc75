//! The parts of a compound value on their way in: elements, fields, variants. Imports `error` and its siblings only.
//!
//! Invariant: each part that the input claims is counted before it is decoded, and each error learns its place.

use super::decode_plan::Binary;
use super::reader::Reader;
use crate::error::{Error, Result, Step};
use serde::de::value::U32Deserializer;
use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

/// Elements that a collection pays for beyond those that it has: the nodes of a tree have room for eleven, those of a table
/// for four, and a quarter of the promise in `SECURITY.md` has to cover them.
pub(super) const SPARE: usize = 2;

/// What the parts of a compound value are called, and whether their number is a claim of the input, as of a sequence;
/// that of a struct is in its type, and its fields are part of its size.
#[derive(Clone, Copy)]
pub(super) enum Parts {
    Claimed,
    Positions,
    Fields(&'static [&'static str]),
    /// Those of a nested value in a readable format, which are ours.
    Hidden,
}

impl Parts {
    /// The step to the part with this index.
    pub(super) fn step(self, index: usize) -> Option<Step> {
        match self {
            Parts::Claimed => Some(Step::Element(index)),
            Parts::Positions => Some(Step::Position(index)),
            Parts::Fields(names) => Some(names.get(index).map_or(Step::Position(index), |name| Step::Field(name))),
            Parts::Hidden => None,
        }
    }

    /// The step to the key of the entry with this index.
    pub(super) fn key(self, index: usize) -> Option<Step> {
        matches!(self, Parts::Claimed).then_some(Step::Key(index))
    }
}

/// The elements of a compound value of known length.
pub(super) struct Elements<'a, 'de, B> {
    reader: Reader<'a, 'de, B>,
    /// How many have come.
    at: usize,
    length: usize,
    /// How many the input may really have: a collection may reserve room for so many.
    expected: usize,
    /// Up to which element, or key, and up to which value all is counted and charged.
    ready: [usize; 2],
    parts: Parts,
}

/// Elements and keys are one kind of part, the values of a map the other.
const KEYS: usize = 0;
const VALUES: usize = 1;

impl<'a, 'de, B: Binary> Elements<'a, 'de, B> {
    #[inline]
    pub(super) fn new(reader: Reader<'a, 'de, B>, length: usize, parts: Parts) -> Self {
        // An element takes a byte, or nothing at all, and then it needs no room that was worth a reservation.
        let expected = length.min(reader.input.len());
        let ready = if matches!(parts, Parts::Claimed) { [0; 2] } else { [length; 2] };
        Elements { reader, at: 0, length, expected, ready, parts }
    }

    /// Decodes the part that comes next.
    #[inline]
    fn part<const KIND: usize, T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        if self.at <= self.ready[KIND] {
            return seed.deserialize(self.reader.again(size_of::<T::Value>()));
        }
        self.claimed_part::<KIND, T>(seed)
    }

    /// Counts a part that the input claims, and decodes it.
    ///
    /// The first is charged for all that can really come: for the room that the collection has just reserved, before a
    /// collection inside reserves more. If it takes input, it also counts for them, as they are no more than the bytes
    /// that are left. That keeps the session out of the loop, which makes a `Vec<u8>` four times as fast.
    #[inline(never)]
    fn claimed_part<const KIND: usize, T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let (session, size) = (self.reader.session, size_of::<T::Value>());
        session.count_items(1)?;
        if self.at == 1 {
            session.check_stack(size)?;
            session.charge(size.saturating_mul(self.expected.max(1).saturating_add(SPARE)))?;
        } else if self.at > self.expected {
            session.charge(size)?;
        }
        let before = self.reader.input.len();
        let value = seed.deserialize(self.reader.again(size))?;
        if self.reader.input.len() == before {
            session.count_unbacked_item()?;
        } else if self.at == 1 && self.expected > 1 {
            session.count_items(self.expected - 1)?;
            self.ready[KIND] = self.expected;
        }
        Ok(value)
    }

    #[cold]
    fn step(&self) -> Option<Step> {
        self.parts.step(self.at.saturating_sub(1))
    }
}

impl<'de, B: Binary> SeqAccess<'de> for Elements<'_, 'de, B> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if self.at == self.length {
            return Ok(None);
        }
        self.at += 1;
        self.part::<KEYS, _>(seed).map(Some).map_err(|error| error.within(self.step()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.expected.saturating_sub(self.at))
    }
}

impl<'de, B: Binary> MapAccess<'de> for Elements<'_, 'de, B> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if self.at == self.length {
            return Ok(None);
        }
        self.at += 1;
        self.part::<KEYS, _>(seed).map(Some).map_err(|error| error.within(self.parts.key(self.at - 1)))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.part::<VALUES, _>(seed).map_err(|error| error.within(self.step()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.expected.saturating_sub(self.at))
    }
}

/// An enum whose variant is still to be read.
pub(super) struct Variants<'a, 'de, B> {
    pub(super) reader: Reader<'a, 'de, B>,
    pub(super) variants: &'static [&'static str],
}

impl<'a, 'de, B: Binary> EnumAccess<'de> for Variants<'a, 'de, B> {
    type Error = Error;
    type Variant = Content<'a, 'de, B>;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, Self::Variant)> {
        let index: u32 = self.reader.number()?;
        let deserializer: U32Deserializer<Error> = index.into_deserializer();
        let variant = seed.deserialize(deserializer)?;
        let name = usize::try_from(index).ok().and_then(|index| self.variants.get(index));
        Ok((variant, Content { reader: self.reader, variant: name.copied() }))
    }
}

/// What a variant holds.
pub(super) struct Content<'a, 'de, B> {
    reader: Reader<'a, 'de, B>,
    /// The variant's name, where the type gave serde the whole list.
    variant: Option<&'static str>,
}

impl<'de, B: Binary> Content<'_, 'de, B> {
    fn fields<V: Visitor<'de>>(self, length: usize, parts: Parts, visitor: V) -> Result<V::Value> {
        let variant = self.variant;
        visitor
            .visit_seq(Elements::new(self.reader, length, parts))
            .map_err(|error| error.within(variant.map(Step::Variant)))
    }
}

impl<'de, B: Binary> VariantAccess<'de> for Content<'_, 'de, B> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value> {
        let variant = self.variant;
        seed.deserialize(self.reader.again(size_of::<T::Value>()))
            .map_err(|error| error.within(variant.map(Step::Variant)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.fields(length, Parts::Positions, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.fields(fields.len(), Parts::Fields(fields), visitor)
    }
}
