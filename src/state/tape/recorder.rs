//! What a text is recorded with, and what it asks of the types. Imports `error`, `format` and its siblings.
//!
//! Invariant: what the bytes take beyond those of the text is charged while they are there; levels are counted as those of a
//! binary state. Of a tape all else is counted and charged where the value is made of it; of a binary state, elements count here.

use super::known_types::KnownTypes;
use crate::error::{Error, Result, Step};
use crate::format::{Format, LONG_NUMBER, Primitives, Tape, dispatch};
use crate::state::budget::count::over;
use crate::state::decode::types::{Aside, Session, Table};
use crate::state::view::TypeAt;
use serde::Serialize;
use serde::de::{self, Deserializer, Expected, Unexpected};

/// Bytes of a tape that are not charged, for the text of small values that nobody measures: as many for each value within a value.
const FREE: usize = 4 << 10;

/// Writes what comes to a tape, or to a binary state.
pub(in crate::state) struct Recorder<'a> {
    pub(in crate::state) bytes: Vec<u8>,
    /// That of the bytes; JSON stands for a tape.
    format: Format,
    pub(super) extent: Extent,
    pub(super) aside: Aside,
    pub(in crate::state) session: &'a Session,
    /// Levels of compound values, and of nested values, that may follow.
    pub(super) left: usize,
    pub(super) nested_left: usize,
    pub(super) table: Table,
    pub(super) types: KnownTypes,
}

/// What the tape of a value takes.
pub(super) struct Extent {
    /// Where it begins, and what stands aside of other values.
    pub(super) start: usize,
    pub(super) aside_start: usize,
    /// How many bytes it and what stands aside may take before any is charged.
    free: usize,
    /// What stands aside.
    pub(super) beside: usize,
    pub(super) charged: usize,
    /// How long the bytes may be before more is charged: known ahead, as that is asked after each value.
    paid: usize,
}

impl Extent {
    /// That of a value whose own text is so long, where that is known.
    pub(super) fn new(start: usize, aside_start: usize, text: usize) -> Self {
        let free = text.max(FREE);
        Extent { start, aside_start, free, beside: 0, charged: 0, paid: start.saturating_add(free) }
    }

    /// After more stands aside, or another amount is charged.
    pub(super) fn settle(&mut self) {
        let Extent { start, free, beside, charged, .. } = *self;
        self.paid = start.saturating_add(free).saturating_add(charged).saturating_sub(beside);
    }
}

/// What serde calls the fields of a type, or its variants.
pub(in crate::state) trait Names {
    /// "field" or "variant".
    const KIND: &'static str;

    /// The place of a name, most likely `next`; none where it is unknown and may be.
    fn find<E: de::Error>(&self, next: usize, name: &str) -> Result<Option<usize>, E>;
    /// The same of a place, as some formats say it.
    fn at_place<E: de::Error>(&self, place: u64) -> Result<Option<usize>, E> {
        Err(E::invalid_type(Unexpected::Unsigned(place), &"a name"))
    }

    /// The type's name to serde, and the names that it reads by.
    fn hints(&self) -> (&'static str, &'static [&'static str]) {
        ("", &[])
    }

    /// What serde's derive expects.
    fn expected(&self) -> String {
        "what the schema describes".to_owned()
    }
}

/// A place in a type that a text is recorded by.
pub(in crate::state) trait RecordAt: TypeAt<Parts: Names, Variants: Names> {
    /// Whether fields may come in any order, or by position.
    const IS_LENIENT: bool;

    /// The number and the parts of the variant whose name was found.
    fn variant(variants: &Self::Variants, found: usize) -> Result<(u32, Self::Parts)>;

    /// The step to a part, or into the variant that has the parts.
    fn step(parts: &Self::Parts, index: Option<usize>) -> Option<Step>;

    /// The error of a sequence that ends after so many elements.
    fn too_short<E: de::Error>(length: usize, expected: &dyn Expected) -> E;

    /// Writes what stands for a field that is not there.
    fn missing<E: de::Error>(recorder: &mut Recorder<'_>, parts: &Self::Parts, index: usize) -> Result<(), E>;

    /// Records what only this kind of places has.
    fn own<'de, D: Deserializer<'de>>(recorder: &mut Recorder<'_>, own: Self::Own, from: D) -> Result<(), D::Error>;
}

/// Reads a value of a type.
pub(in crate::state) struct Seed<'t, 'a, A> {
    pub(in crate::state) recorder: &'t mut Recorder<'a>,
    pub(in crate::state) at: A,
}

/// The error as seen from around the part.
#[cold]
pub(super) fn within<E: de::Error>(error: E, step: impl Into<Option<Step>>) -> E {
    Error::of_foreign(error).within(step).carry()
}

impl<'a> Recorder<'a> {
    /// For a text of so many bytes.
    pub(in crate::state) fn new(session: &'a Session, text: usize, format: Format) -> Self {
        let (left, nested_left) = session.budget.levels_left();
        let (table, extent) = (session.table.get(), Extent::new(0, 0, text));
        let (bytes, aside, types) = (Vec::with_capacity(text), Aside::default(), KnownTypes::new(session));
        Recorder { bytes, format, extent, aside, session, left, nested_left, table, types }
    }

    /// Charges what was written.
    #[inline]
    pub(in crate::state) fn count(&mut self) -> Result<()> {
        if self.bytes.len() > self.extent.paid { self.count_beyond() } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn count_beyond(&mut self) -> Result<()> {
        let Extent { start, free, beside, charged, .. } = self.extent;
        let taken = self.bytes.len().saturating_sub(start).saturating_add(beside);
        let beyond = taken.saturating_sub(free);
        self.session.budget.charge(beyond.saturating_sub(charged))?;
        self.extent.charged = beyond;
        self.extent.settle();
        Ok(())
    }

    /// Counts an element, or the key or the value of an entry, where nobody will make a value of it.
    #[inline]
    pub(super) fn count_element(&self) -> Result<()> {
        match self.format {
            Format::Json => Ok(()),
            _ => self.session.budget.count_elements(1, true, 0),
        }
    }

    /// Runs `read`, one level of compound values further in, on a stack that has room for it.
    pub(in crate::state) fn level<T, E: de::Error>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let limit = self.session.budget.limits.depth;
        let Some(left) = self.left.checked_sub(1) else {
            return Err(over("depth", limit, limit.saturating_add(1)).carry());
        };
        self.left = left;
        let session = self.session;
        let read = session.on_level(limit.saturating_sub(left), || Ok(read(self)));
        self.left = left.saturating_add(1);
        read.unwrap_or_else(|error| Err(error.carry()))
    }

    /// Shows the session where the value stands that serde is about to read, until the guard ends.
    pub(super) fn shown(&self, is_erased: bool) -> impl Drop + use<'a> {
        self.session.at_levels(self.left, self.nested_left, self.table, is_erased)
    }

    #[inline]
    pub(in crate::state) fn number(&mut self, number: u64) {
        match self.format {
            Format::Json => Tape::put_number(&mut self.bytes, number),
            format => format.put_number(&mut self.bytes, number),
        }
    }

    #[inline]
    pub(super) fn signed(&mut self, number: i64) {
        self.number(u64::from_le_bytes((number << 1 ^ number >> 63).to_le_bytes()));
    }

    pub(super) fn slice(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    /// Any other primitive.
    pub(in crate::state) fn other<T: Serialize, E: de::Error>(&mut self, value: T) -> Result<(), E> {
        let put = dispatch!(self.format, F => F::put(&mut self.bytes, &value), format => format.missing());
        put.map_err(Error::carry)
    }

    /// Puts these bytes before what begins at `start`, and the length of both before that.
    pub(in crate::state) fn put_front(&mut self, start: usize, bytes: &[u8]) {
        let (inside, mut front) = (self.bytes.len().saturating_sub(start), Vec::new());
        self.format.put_number(&mut front, inside.saturating_add(bytes.len()) as u64);
        self.bytes.splice(start..start, front.into_iter().chain(bytes.iter().copied()));
    }

    /// Leaves room for a length that is known when all elements have come; gives its place.
    pub(super) fn begin_claim(&mut self) -> usize {
        let start = self.bytes.len();
        match self.format {
            Format::Json => self.bytes.extend_from_slice(&Tape::long_number(0)),
            _ => self.bytes.push(0),
        }
        start
    }

    /// Fills it in. Both binary formats write what is below 0x80 as one byte; more takes the place of that.
    pub(super) fn end_claim(&mut self, start: usize, length: u64) {
        let places = self.bytes.get_mut(start..).unwrap_or_default();
        match (places, length.to_le_bytes()) {
            (places, _) if self.format == Format::Json => {
                let places = places.iter_mut().zip(Tape::long_number(length));
                places.take(LONG_NUMBER).for_each(|(place, byte)| *place = byte);
            }
            ([place, ..], [low, ..]) if length < 0x80 => *place = low,
            _ => {
                let mut number = Vec::new();
                self.format.put_number(&mut number, length);
                self.bytes.splice(start..start.saturating_add(1), number);
            }
        }
    }
}

impl Drop for Recorder<'_> {
    fn drop(&mut self) {
        self.session.budget.give_back(self.extent.charged);
    }
}
