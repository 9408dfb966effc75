//! The elements of a sequence and the entries of a map, as serde reads them; the input claims their number. Imports `error`
//! and its siblings.
//!
//! Invariant: each error gets the step of its element.

use super::parts::Parts;
use super::run::{Run, expected};
use crate::error::{Error, Result};
use crate::state::budget::as_native::PAID;
use crate::state::budget::beside::beside;
use crate::state::budget::handle::Each;
use crate::state::decode::types::{Input, Reader};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};
use std::any::TypeId;

/// Serde's access to the parts of a sequence or map.
pub(in crate::state) struct Elements<'i, 'a, 'de> {
    input: &'i mut Input<'a, 'de>,
    /// A length beyond `usize` is never reached: a limit or the end of the input comes first.
    length: u64,
    expected: usize,
    /// The type that the visitor makes.
    collection: TypeId,
    /// How many elements, or keys, have begun.
    at: usize,
    /// The runs of the elements or keys, and of the values, from their first one on.
    parts: Option<Run>,
    values: Option<Run>,
}

impl<'i, 'a, 'de> Elements<'i, 'a, 'de> {
    /// Reads the number of parts and visits them.
    pub(in crate::state) fn visit<T>(reader: Reader<'i, 'a, 'de>, visit: impl FnOnce(Self) -> Result<T>) -> Result<T> {
        let Reader { input, .. } = reader;
        let length = input.unsigned()?;
        let expected = expected(input, length);
        visit(Elements { input, length, expected, collection: typeid::of::<T>(), at: 0, parts: None, values: None })
    }

    /// Whether all have begun.
    pub(in crate::state) fn is_over(&self) -> bool {
        self.at as u64 >= self.length
    }

    /// Whether another one comes.
    fn advance(&mut self) -> bool {
        let comes = (self.at as u64) < self.length;
        self.at = self.at.saturating_add(usize::from(comes));
        comes
    }

    /// The index of the element, or entry, that began last.
    fn last(&self) -> usize {
        self.at.saturating_sub(1)
    }

    fn left(&self) -> usize {
        match &self.parts {
            Some(run) => run.room(),
            None => Run::new::<()>(self.input, self.expected, false).room(),
        }
    }

    /// The next element, through `read`.
    #[inline]
    pub(in crate::state) fn element<T>(
        &mut self,
        read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>,
    ) -> Result<Option<T>> {
        if !self.advance() {
            return Ok(None);
        }
        let run = self.parts.get_or_insert_with(|| {
            Run::new::<T>(self.input, self.expected, false).beside(beside::<T>(self.collection))
        });
        let value = self.input.part_by_serde(run, read);
        value.map(Some).map_err(|error| error.within(Parts::Claimed.step(self.last())))
    }

    /// The next key.
    pub(in crate::state) fn key<T>(
        &mut self,
        read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>,
    ) -> Result<Option<T>> {
        if !self.advance() {
            return Ok(None);
        }
        let run = self.parts.get_or_insert_with(|| Run::new::<T>(self.input, self.expected, true));
        let key = self.input.part_by_serde(run, read);
        key.map(Some).map_err(|error| error.within(Parts::Claimed.key(self.last())))
    }

    /// The value of that key.
    pub(in crate::state) fn value<T>(&mut self, read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>) -> Result<T> {
        let Elements { parts: keys, values, .. } = self;
        let run = values.get_or_insert_with(|| {
            let run = Run::new::<T>(self.input, self.expected, true);
            match keys {
                Some(keys) => run.of_values(keys),
                None => run,
            }
        });
        self.input.part_by_serde(run, read).map_err(|error| error.within(Parts::Claimed.step(self.last())))
    }
}

impl<'a, 'de> Input<'a, 'de> {
    /// Decodes a part by serde.
    #[inline]
    fn part_by_serde<T>(&mut self, run: &mut Run, read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>) -> Result<T> {
        if run.ready > 0 {
            run.ready = run.ready.saturating_sub(1);
            return read(Reader { input: self, slot: size_of::<T>() });
        }
        run.begin(self.session)?;
        let (session, before) = (self.session, self.bytes.len());
        let slot = if let Each::Exact(_) = run.each { PAID } else { size_of::<T>() };
        let unit = if let Each::Unit = run.each { Some(session.begin_unit(size_of::<T>())) } else { None };
        let value = read(Reader { input: self, slot })?;
        if let Some(unit) = unit {
            unit.charge(self.handles(), run.times())?;
        }
        run.end(session, before.saturating_sub(self.bytes.len()))?;
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, '_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        self.element(|reader| seed.deserialize(reader))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left())
    }
}

impl<'de> MapAccess<'de> for Elements<'_, '_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        self.key(|reader| seed.deserialize(reader))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.value(|reader| seed.deserialize(reader))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left())
    }
}
