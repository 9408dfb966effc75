//! The parts of sequences, tuples, maps and options on their way to a tape. Imports `error`, `format`, `shape` and its siblings.

use super::at::At;
use super::recorder::{Recorder, Seed};
use crate::error::{Error, Result, Step};
use crate::format::{LONG_NUMBER, Tape};
use crate::shape::TypeExpr;
use serde::de::{Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use std::fmt;

/// What a value is made of.
#[derive(Clone, Copy)]
pub(super) enum What {
    Option(&'static TypeExpr),
    Seq(&'static TypeExpr),
    Array(&'static TypeExpr, usize),
    Tuple(&'static [&'static TypeExpr]),
    Map(&'static TypeExpr, &'static TypeExpr),
}

/// A visitor of its parts.
pub(super) struct Parts<'t, 'a, 'p> {
    pub(super) recorder: &'t mut Recorder<'a>,
    pub(super) at: At<'p>,
    pub(super) what: What,
}

impl Recorder<'_> {
    /// Leaves room for a length that is known when all elements have come; gives its place.
    pub(super) fn begin_claim(&mut self) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&Tape::long_number(0));
        start
    }

    /// Fills it in.
    pub(super) fn end_claim(&mut self, start: usize, length: u64) {
        if let Some(place) = self.bytes.get_mut(start..).and_then(|rest| rest.get_mut(..LONG_NUMBER)) {
            place.copy_from_slice(&Tape::long_number(length));
        }
    }
}

/// The error as seen from around the part.
#[cold]
pub(super) fn within<E: serde::de::Error>(error: E, step: Step) -> E {
    Error::of_foreign(error).within(step).carry()
}

impl<'t, 'a> Parts<'t, 'a, '_> {
    fn positions<'de, A: SeqAccess<'de>>(
        self,
        types: impl ExactSizeIterator<Item = &'static TypeExpr>,
        mut access: A,
    ) -> Result<(), A::Error> {
        for (place, ty) in types.enumerate() {
            let seed = Seed { recorder: &mut *self.recorder, at: self.at.with(ty) };
            match access.next_element_seed(seed) {
                Ok(Some(())) => {}
                Ok(None) => return Err(serde::de::Error::invalid_length(place, &self)),
                Err(error) => return Err(within(error, Step::Position(place))),
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Parts<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::Option(_) => f.write_str("option"),
            What::Seq(_) => f.write_str("a sequence"),
            What::Array(_, 0) => f.write_str("an empty array"),
            What::Array(_, length) => write!(f, "an array of length {length}"),
            What::Tuple(elements) => write!(f, "a tuple of size {}", elements.len()),
            What::Map(..) => f.write_str("a map"),
        }
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<(), E> {
        let What::Option(_) = self.what else { return Err(E::invalid_type(Unexpected::Option, &self)) };
        self.recorder.bytes.push(0);
        self.recorder.count().map_err(Error::carry)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        match self.what {
            What::Option(_) => self.visit_none(),
            _ => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let What::Option(inner) = self.what else {
            return Err(serde::de::Error::invalid_type(Unexpected::Option, &self));
        };
        let Parts { recorder, at, .. } = self;
        recorder.bytes.push(1);
        recorder.level(|recorder| serde::de::DeserializeSeed::deserialize(Seed { recorder, at: at.with(inner) }, from))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let element = match self.what {
            What::Seq(element) => element,
            What::Array(element, length) => return self.positions((0..length).map(|_| element), access),
            What::Tuple(elements) => return self.positions(elements.iter().copied(), access),
            _ => return Err(serde::de::Error::invalid_type(Unexpected::Seq, &self)),
        };
        let Parts { recorder, at, .. } = self;
        let (start, at) = (recorder.begin_claim(), at.with(element));
        let mut length = 0_usize;
        loop {
            match access.next_element_seed(Seed { recorder: &mut *recorder, at }) {
                Ok(Some(())) => length = length.saturating_add(1),
                Ok(None) => break,
                Err(error) => return Err(within(error, Step::Element(length))),
            }
        }
        recorder.end_claim(start, length as u64);
        recorder.count().map_err(Error::carry)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let What::Map(key, value) = self.what else {
            return Err(serde::de::Error::invalid_type(Unexpected::Map, &self));
        };
        let Parts { recorder, at, .. } = self;
        let (start, key, value) = (recorder.begin_claim(), at.with(key), at.with(value));
        let mut length = 0_usize;
        loop {
            match access.next_key_seed(Seed { recorder: &mut *recorder, at: key }) {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(error) => return Err(within(error, Step::Key(length))),
            }
            let read = access.next_value_seed(Seed { recorder: &mut *recorder, at: value });
            read.map_err(|error| within(error, Step::Element(length)))?;
            length = length.saturating_add(1);
        }
        recorder.end_claim(start, length as u64);
        recorder.count().map_err(Error::carry)
    }
}
