//! The recorder, which turns a text into a tape or binary state, and its interface to the types. Imports `error`, `format` and its
//! siblings.
//!
//! Invariant: bytes beyond the size of the text are charged while they exist, and levels are counted as in a binary state.
//! Everything else of a tape is counted and charged when the value is decoded from it; elements of a binary state count here.

use super::known_types::KnownTypes;
use crate::error::{Error, Result, Step};
use crate::format::{Format, LONG_NUMBER, Primitives, Tape, dispatch};
use crate::state::decode::types::{Aside, Session, Table};
use crate::state::view::TypeAt;
use serde::Serialize;
use serde::de::{self, Deserializer, Expected, Unexpected};

/// The bytes of each value's tape that are free, as the length of a nested value's text is unknown.
const FREE: usize = 4 << 10;

/// Writes the values of a text to a tape or to a binary state.
pub(in crate::state) struct Recorder<'a> {
    pub(in crate::state) bytes: Vec<u8>,
    /// The format of the bytes; JSON stands for a tape.
    format: Format,
    pub(super) extent: Extent,
    pub(super) aside: Aside,
    pub(in crate::state) session: &'a Session,
    /// How many more levels of compound values, and of nested values, are allowed.
    pub(super) left: usize,
    pub(super) nested_left: usize,
    pub(super) table: Table,
    pub(super) types: KnownTypes,
    /// Whether serde_json reads a text that is known to be UTF-8, and so checks no string.
    pub(super) is_utf8: bool,
    /// Whether the next value is a key in such a text.
    pub(super) is_key: bool,
}

/// The memory of one value's tape.
pub(super) struct Extent {
    /// Where the tape begins, and how many values are kept aside before it.
    pub(super) start: usize,
    pub(super) aside_start: usize,
    /// The bytes that the tape and the values aside may take before any are charged.
    free: usize,
    /// The bytes of the values aside.
    pub(super) beside: usize,
    pub(super) charged: usize,
    /// The length of the bytes up to which nothing more is charged, computed ahead because each value compares it.
    paid: usize,
}

impl Extent {
    /// The extent of a value whose text has `text` bytes, or 0 if unknown.
    pub(super) fn new(start: usize, aside_start: usize, text: usize) -> Self {
        let free = text.max(FREE);
        Extent { start, aside_start, free, beside: 0, charged: 0, paid: start.saturating_add(free) }
    }

    /// Updates `paid` after more is kept aside or charged.
    pub(super) fn settle(&mut self) {
        let Extent { start, free, beside, charged, .. } = *self;
        self.paid = start.saturating_add(free).saturating_add(charged).saturating_sub(beside);
    }
}

/// The names of a type's fields or variants.
pub(in crate::state) trait Names {
    /// "field" or "variant".
    const KIND: &'static str;

    /// The index of a name, most likely `next`; `None` if it is unknown and unknown names are allowed.
    fn find<E: de::Error>(&self, next: usize, name: &str) -> Result<Option<usize>, E>;
    /// Checks an index that a format gives instead of a name.
    fn at_place<E: de::Error>(&self, place: u64) -> Result<Option<usize>, E> {
        Err(E::invalid_type(Unexpected::Unsigned(place), &"a name"))
    }

    /// The type's name for serde, and the list of accepted names.
    fn hints(&self) -> (&'static str, &'static [&'static str]) {
        ("", &[])
    }

    /// The expectation that serde's derive states.
    fn expected(&self) -> String {
        "what the schema describes".to_owned()
    }
}

/// A position in a type, as the recorder needs it.
pub(in crate::state) trait RecordAt: TypeAt<Parts: Names, Variants: Names> {
    /// Whether fields may come in any order, or by position.
    const IS_LENIENT: bool;

    /// The number and the parts of the variant whose name was found.
    fn variant(variants: &Self::Variants, found: usize) -> Result<(u32, Self::Parts)>;

    /// The step to a part, or into the variant that has the parts.
    fn step(parts: &Self::Parts, index: Option<usize>) -> Option<Step>;

    /// The error of a sequence that ends after `length` elements.
    fn too_short<E: de::Error>(length: usize, expected: &dyn Expected) -> E;

    /// Writes the value of a field that the text lacks, or fails.
    fn missing<E: de::Error>(recorder: &mut Recorder<'_>, parts: &Self::Parts, index: usize) -> Result<(), E>;

    /// Records a value that only this source of types has.
    fn own<'de, D: Deserializer<'de>>(recorder: &mut Recorder<'_>, own: Self::Own, from: D) -> Result<(), D::Error>;
}

/// Reads a value of a type.
pub(in crate::state) struct Seed<'t, 'a, A> {
    pub(in crate::state) recorder: &'t mut Recorder<'a>,
    pub(in crate::state) at: A,
}

/// Adds a step to the path of an error.
#[cold]
pub(super) fn within<E: de::Error>(error: E, step: impl Into<Option<Step>>) -> E {
    Error::of_foreign(error).within(step).carry()
}

impl<'a> Recorder<'a> {
    /// A recorder for a text of `text` bytes.
    pub(in crate::state) fn new(session: &'a Session, text: usize, format: Format) -> Self {
        let (left, nested_left) = session.budget.levels_left();
        let (table, extent) = (session.table.get(), Extent::new(0, 0, text));
        let (bytes, aside, types) = (Vec::with_capacity(text), Aside::default(), KnownTypes::new(session));
        Recorder {
            bytes,
            format,
            extent,
            aside,
            session,
            left,
            nested_left,
            table,
            types,
            is_utf8: false,
            is_key: false,
        }
    }

    /// Charges the bytes written so far.
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

    /// Counts an element, or a key or value of an entry, if no value will be decoded from it.
    #[inline]
    pub(super) fn count_element(&self) -> Result<()> {
        match self.format {
            Format::Json => Ok(()),
            _ => self.session.budget.count_elements(1, true, 0),
        }
    }

    /// Runs `read` one level of compound values deeper, on a stack with room for it.
    pub(in crate::state) fn level<T, E: de::Error>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let limit = self.session.budget.limits.depth;
        let Some(left) = self.left.checked_sub(1) else {
            return Err(self.session.budget.too_deep().carry());
        };
        self.left = left;
        let session = self.session;
        let read = session.on_level(limit.saturating_sub(left), || Ok(read(self)));
        self.left = left.saturating_add(1);
        read.unwrap_or_else(|error| Err(error.carry()))
    }

    /// Gives the session the context of the value that serde is about to read, until the guard ends.
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

    /// Inserts `bytes` at `start`, and in front of them the length of the bytes and all that follows.
    pub(in crate::state) fn put_front(&mut self, start: usize, bytes: &[u8]) {
        let (inside, mut front) = (self.bytes.len().saturating_sub(start), Vec::new());
        self.format.put_number(&mut front, inside.saturating_add(bytes.len()) as u64);
        self.bytes.splice(start..start, front.into_iter().chain(bytes.iter().copied()));
    }

    /// Reserves a byte for a length that is known after the last element; returns its position.
    pub(super) fn begin_claim(&mut self) -> usize {
        let start = self.bytes.len();
        match self.format {
            Format::Json => self.bytes.extend_from_slice(&Tape::long_number(0)),
            _ => self.bytes.push(0),
        }
        start
    }

    /// Fills in the length. Both binary formats write a length below 0x80 as one byte; a longer one is inserted.
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
