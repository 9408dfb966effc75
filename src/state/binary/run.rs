//! How the elements of a sequence, or the keys or the values of a map, are counted and charged, whoever reads them. Imports
//! `error` and its siblings.
//!
//! Invariant: an element is counted and charged before it is decoded.

use crate::error::Result;
use crate::state::budget::handle::Each;
use crate::state::decode::types::{Input, Session};

/// Elements that a collection pays for beyond those that it has: the nodes of a tree have room for eleven, those of a table
/// for four, and a quarter of the promise in `SECURITY.md` has to cover them.
pub(crate) const SPARE: usize = 2;

/// How many handles a collection may reserve room for at once.
const FEW: usize = 256;

/// How far the elements have come.
pub(in crate::state) struct Run {
    /// How many there can really be.
    expected: usize,
    /// How many have begun, or are ready.
    counted: usize,
    /// How many of the next are counted and charged.
    pub(in crate::state) ready: usize,
    /// The size of one.
    size: usize,
    pub(in crate::state) each: Each,
    is_item: bool,
    /// Whether the next one is counted and charged, but for those that follow it.
    pub(in crate::state) is_begun: bool,
}

/// How many elements can really be there of those that the input has just claimed. Each takes a byte, or nothing at all, and then
/// it needs no room that was worth a reservation.
#[inline]
pub(in crate::state) fn expected(input: &Input<'_, '_>, length: u64) -> usize {
    usize::try_from(length).map_or(input.bytes.len(), |length| length.min(input.bytes.len()))
}

impl Run {
    /// Elements of type `T`, of which so many can really be there; `are_entries`: keys or values of a map.
    #[inline]
    pub(in crate::state) fn new<T>(input: &Input<'_, '_>, expected: usize, are_entries: bool) -> Self {
        let (each, is_number) = input.counts_of::<T>();
        Run {
            expected,
            counted: 0,
            ready: 0,
            size: size_of::<T>(),
            each,
            // JSON has a list of numbers, each of which counts.
            is_item: are_entries || !is_number || input.is_tape(),
            is_begun: false,
        }
    }

    /// Counts and charges elements that count nothing themselves, if all of them can be there and are within the limits; or none,
    /// and then they are to be counted one by one, which tells where it ends.
    #[inline(never)]
    pub(in crate::state) fn at_once(input: &Input<'_, '_>, number: usize, size: usize, are_items: bool) -> bool {
        if input.session.budget.stack.surely_has_part(size) {
            Run::all_at_once(input, number, size, are_items)
        } else {
            Run::first_at_once(input, number, size, are_items)
        }
    }

    /// The first time, nobody knows of the stack.
    #[cold]
    #[inline(never)]
    fn first_at_once(input: &Input<'_, '_>, number: usize, size: usize, are_items: bool) -> bool {
        input.session.budget.stack.check_part(size).is_ok() && Run::all_at_once(input, number, size, are_items)
    }

    #[inline]
    fn all_at_once(input: &Input<'_, '_>, number: usize, size: usize, are_items: bool) -> bool {
        let memory = size.saturating_mul(number.saturating_add(SPARE));
        !input.is_erased && input.session.budget.count_at_once(if are_items { number } else { 0 }, memory)
    }

    /// How many to reserve room for. A handle may be larger than what is charged for it, so few are for what may not come.
    pub(in crate::state) fn room(&self) -> usize {
        let left = self.expected.saturating_sub(self.counted.saturating_sub(self.ready));
        if matches!(self.each, Each::Plain) { left } else { left.min(FEW) }
    }

    /// The same where one has begun that has no room yet.
    pub(in crate::state) fn room_begun(&self) -> usize {
        self.room().saturating_add(1)
    }

    /// How often one that has begun is charged. The first is charged for all that can really come: for the room that the
    /// collection is about to reserve, before a collection inside reserves more.
    pub(in crate::state) fn times(&self) -> usize {
        match (self.counted, self.each) {
            (1, Each::Unit) => 1_usize.saturating_add(SPARE),
            (1, _) => self.expected.max(1).saturating_add(SPARE),
            (_, Each::Unit) => 1,
            (at, _) => usize::from(at > self.expected),
        }
    }

    /// Counts and charges one that is not ready.
    #[inline(never)]
    pub(in crate::state) fn begin(&mut self, session: &Session) -> Result<()> {
        self.counted = self.counted.saturating_add(1);
        if self.counted == 1 {
            session.budget.stack.check_part(self.size)?;
        }
        let memory = match self.each {
            Each::Plain => self.size.saturating_mul(self.times()),
            Each::Exact(size) => size.saturating_mul(self.times()),
            Each::Unit => 0,
        };
        session.budget.count_elements(1, self.is_item, memory)
    }

    /// After one that was not ready, which took so many bytes: tells how many that follow are counted and charged with it.
    ///
    /// If the first takes input, it also counts for all that can come, as they are no more than the bytes that are left. That
    /// keeps the session out of the loop.
    #[inline(never)]
    pub(in crate::state) fn end(&mut self, session: &Session, taken: usize) -> Result<()> {
        if taken == 0 {
            session.budget.count_unbacked_item()?;
        } else if self.counted == 1 && self.expected > 1 && matches!(self.each, Each::Plain) {
            self.ready = self.expected.saturating_sub(1);
            session.budget.count_elements(self.ready, self.is_item, 0)?;
            self.counted = self.expected;
        }
        Ok(())
    }
}
