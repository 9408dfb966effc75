//! The elements of a sequence and the entries of a map, whose number the input claims. Imports `error`, siblings only.
//!
//! Invariant: each part is counted and charged before it is decoded, and each error learns its place.

use super::as_native::{Each, PAID};
use super::decode_plan::Binary;
use super::parts::{Parts, SPARE};
use super::reader::Reader;
use super::session::Session;
use crate::error::{Error, Result};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};
use std::marker::PhantomData;

/// How many handles a collection may reserve room for at once.
const FEW: usize = 256;

/// The parts of a sequence or map, on their way in.
///
/// Two words, which serde's visitors get in registers. With all of [`Claimed`] in here they would get an address, and write
/// there with each step of their loop: a `Vec<u8>` takes a third longer then, or more.
pub(super) struct Elements<'c, 'a, 'de, B> {
    /// How many of the next elements, or keys, are counted and charged.
    ready: usize,
    claimed: &'c mut Claimed<'a, 'de, B>,
}

/// What the input claims, and what is known of it.
struct Claimed<'a, 'de, B> {
    /// A position of its own. Behind the reader's reference it would be loaded anew for each element, since what a `Vec`
    /// writes could be the position for all that the compiler knows: a `Vec<f64>` takes a fifth longer then.
    input: &'de [u8],
    session: &'a Session,
    /// More than a `usize`, it is never reached: a limit is, or the end of the input.
    length: u64,
    /// How many elements, or keys, there can really be: a collection may reserve room for so many.
    expected: usize,
    /// How many elements, or keys, have come or are ready.
    counted: usize,
    /// How many of the next values of a map are counted and charged.
    ready_values: usize,
    /// How the elements, or keys, are charged, and how the values of a map are.
    each: Each,
    each_value: Each,
    /// Whether they count as items.
    are_items: bool,
    format: PhantomData<B>,
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "no count is above `length`, and each is seen to be above 0 before it goes down"
)]
impl<'a, 'de, B: Binary> Elements<'_, 'a, 'de, B> {
    /// Visits parts whose number, `length`, has just been read.
    pub(super) fn visit<T>(
        reader: Reader<'a, 'de, B>,
        length: u64,
        are_items: bool,
        visit: impl FnOnce(Elements<'_, 'a, 'de, B>) -> Result<T>,
    ) -> Result<T> {
        let Reader { input, session, .. } = reader;
        // An element takes a byte, or nothing at all, and then it needs no room that was worth a reservation.
        let expected = usize::try_from(length).map_or(input.len(), |length| length.min(input.len()));
        let (each, format) = (Each::Plain, PhantomData);
        let mut claimed = Claimed {
            input,
            session,
            length,
            expected,
            counted: 0,
            ready_values: 0,
            each,
            each_value: each,
            are_items,
            format,
        };
        let visited = visit(Elements { ready: 0, claimed: &mut claimed });
        *input = claimed.input;
        visited
    }

    /// How many elements, or keys, have come.
    fn at(&self) -> usize {
        self.claimed.counted - self.ready
    }

    /// Whether there is an element, or key, that has not come. It is counted and charged then: here, since the frames of
    /// what decodes it have room for it already, and the stack may not have any.
    #[inline]
    fn begins<T>(&mut self) -> Result<bool> {
        if self.ready > 0 {
            return Ok(true);
        }
        if self.claimed.counted as u64 == self.claimed.length {
            return Ok(false);
        }
        self.claimed.counted = self.claimed.counted.saturating_add(1);
        if self.claimed.counted == 1 {
            self.claimed.each = self.claimed.session.each::<T>();
        }
        let Claimed { session, counted, expected, each, are_items, .. } = *self.claimed;
        if are_items {
            session.count_items(1)?;
        }
        begin_part(session, counted, expected, size_of::<T>(), each)?;
        Ok(true)
    }

    /// As [`Elements::begins`], of the value of the entry whose key has come.
    fn begins_value<T>(&mut self) -> Result<()> {
        if self.claimed.ready_values > 0 {
            return Ok(());
        }
        if self.at() == 1 {
            self.claimed.each_value = self.claimed.session.each::<T>();
        }
        let Claimed { session, expected, each_value, .. } = *self.claimed;
        session.count_items(1)?;
        begin_part(session, self.at(), expected, size_of::<T>(), each_value)
    }

    /// The index of the element, or entry, that has come last.
    fn last(&self) -> usize {
        self.at().saturating_sub(1)
    }

    fn left(&self) -> usize {
        let left = self.claimed.expected.saturating_sub(self.at());
        // A handle may be larger than what is charged for it, so none is reserved for what may not come.
        if self.claimed.session.is_erased.get() { left.min(FEW) } else { left }
    }

    /// Decodes the element, or key, that comes next.
    #[inline]
    fn element<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        if self.ready > 0 {
            self.ready -= 1;
            return self.claimed.ready_part(seed);
        }
        let (value, ready) = self.claimed.new_part(seed, self.claimed.counted, self.claimed.each)?;
        self.claimed.counted += ready;
        self.ready = ready;
        Ok(value)
    }

    /// Decodes the value of the entry whose key has come.
    fn value<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        if self.claimed.ready_values > 0 {
            self.claimed.ready_values -= 1;
            return self.claimed.ready_part(seed);
        }
        let (value, ready) = self.claimed.new_part(seed, self.at(), self.claimed.each_value)?;
        self.claimed.ready_values = ready;
        Ok(value)
    }
}

impl<'de, B: Binary> Claimed<'_, 'de, B> {
    /// Decodes a part that is counted and charged.
    #[inline]
    fn ready_part<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        seed.deserialize(Reader::<B>::new(&mut self.input, self.session, size_of::<T::Value>()))
    }

    /// Counts and decodes a part, the `at`th, and tells how many that follow are counted and charged with it.
    #[inline]
    fn new_part<T: DeserializeSeed<'de>>(&mut self, seed: T, at: usize, each: Each) -> Result<(T::Value, usize)> {
        let (value, input, ready) = new_part::<B, T>(seed, self.input, self.session, at, self.expected, each)?;
        self.input = input;
        Ok((value, ready))
    }
}

/// A function without `self`, so that a call of it leaves what the loop knows of the position as it is: a `Vec<u8>` takes a
/// third longer otherwise.
#[inline(never)]
#[expect(clippy::arithmetic_side_effects, reason = "a reader only takes from its input")]
fn new_part<'de, B: Binary, T: DeserializeSeed<'de>>(
    seed: T,
    mut input: &'de [u8],
    session: &Session,
    at: usize,
    expected: usize,
    each: Each,
) -> Result<(T::Value, &'de [u8], usize)> {
    let before = input.len();
    let size = size_of::<T::Value>();
    let slot = if let Each::Exact(_) = each { PAID } else { size };
    let unit = if let Each::Unit = each { Some(session.begin_unit(size)) } else { None };
    let value = seed.deserialize(Reader::<B>::new(&mut input, session, slot))?;
    if let Some(unit) = unit {
        unit.end(if at == 1 { 1 + SPARE } else { 1 })?;
    }
    let ready = end_part(session, at, expected, before - input.len(), each)?;
    Ok((value, input, ready))
}

/// Charges a part.
///
/// The first is charged for all that can really come: for the room that the collection has just reserved, before a
/// collection inside reserves more.
fn begin_part(session: &Session, at: usize, expected: usize, size: usize, each: Each) -> Result<()> {
    if at == 1 {
        session.check_stack(size)?;
    }
    let size = match each {
        Each::Plain => size,
        Each::Exact(size) => size,
        Each::Unit => return Ok(()),
    };
    if at == 1 {
        return session.charge(size.saturating_mul(expected.max(1).saturating_add(SPARE)));
    }
    if at > expected { session.charge(size) } else { Ok(()) }
}

/// After a part that took so many bytes: how many that follow are counted and charged with it.
///
/// If the first takes input, it also counts for all that can come, as they are no more than the bytes that are left. That
/// keeps the session out of the loop, which makes a `Vec<u8>` four times as fast.
#[expect(clippy::arithmetic_side_effects, reason = "it subtracts after a comparison")]
fn end_part(session: &Session, at: usize, expected: usize, taken: usize, each: Each) -> Result<usize> {
    if taken == 0 {
        session.count_unbacked_item()?;
    } else if at == 1 && expected > 1 && matches!(each, Each::Plain) {
        session.count_items(expected - 1)?;
        return Ok(expected - 1);
    }
    Ok(0)
}

impl<'de, B: Binary> SeqAccess<'de> for Elements<'_, '_, 'de, B> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        match self.begins::<T::Value>() {
            Ok(true) => self.element(seed).map(Some).map_err(|error| error.within(Parts::Claimed.step(self.last()))),
            Ok(false) => Ok(None),
            Err(error) => Err(error.within(Parts::Claimed.step(self.last()))),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left())
    }
}

impl<'de, B: Binary> MapAccess<'de> for Elements<'_, '_, 'de, B> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        match self.begins::<K::Value>() {
            Ok(true) => self.element(seed).map(Some).map_err(|error| error.within(Parts::Claimed.key(self.last()))),
            Ok(false) => Ok(None),
            Err(error) => Err(error.within(Parts::Claimed.key(self.last()))),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        match self.begins_value::<V::Value>() {
            Ok(()) => self.value(seed).map_err(|error| error.within(Parts::Claimed.step(self.last()))),
            Err(error) => Err(error.within(Parts::Claimed.step(self.last()))),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left())
    }
}
