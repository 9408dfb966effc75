//! Counts and charges the elements of a sequence, or the keys or values of a map, for all readers. Imports `error` and its
//! siblings.
//!
//! Invariant: an element is counted and charged before it is decoded.

use crate::error::Result;
use crate::state::budget::beside::{Layout, PLACE};
use crate::state::budget::handle::{Each, mentions_handle};
use crate::state::decode::types::{Input, Session};

/// Elements that a collection is charged for beyond those that it has: a node of a B-tree has room for eleven, the smallest hash
/// table for four, and a quarter of the bound in `SECURITY.md` has to cover them.
pub(crate) const SPARE: usize = 2;

/// How many handles a collection may reserve room for at once.
const FEW: usize = 256;

/// The progress of a collection's elements.
pub(in crate::state) struct Run {
    /// The number of elements that the input can hold, at most.
    expected: usize,
    /// How many have begun, or are ready.
    counted: usize,
    /// How many of the next elements are already counted and charged.
    pub(in crate::state) ready: usize,
    /// The size of one element, and the bytes that the collection takes beside it.
    layout: Layout,
    beside: usize,
    pub(in crate::state) each: Each,
    is_item: bool,
    /// Whether the type contains handles, which hide the layout of the native one.
    has_handles: bool,
    /// Whether `begin` has run for the next element, and `end` has not.
    pub(in crate::state) is_begun: bool,
}

/// The number of elements that the input can hold, at most, of the claimed `length`. Elements of no bytes may be more, but are
/// not worth reserving room for.
#[inline]
pub(in crate::state) fn expected(input: &Input<'_, '_>, length: u64) -> usize {
    usize::try_from(length).map_or(input.bytes.len(), |length| length.min(input.bytes.len()))
}

impl Run {
    /// A run of elements of type `T`, of which the input can hold `expected`; `are_entries`: keys or values of a map.
    #[inline]
    pub(in crate::state) fn new<T>(input: &Input<'_, '_>, expected: usize, are_entries: bool) -> Self {
        let (each, is_number) = input.counts_of::<T>();
        Run {
            expected,
            counted: 0,
            ready: 0,
            layout: Layout::of::<T>(),
            beside: 0,
            each,
            has_handles: are_entries && input.is_erased && mentions_handle::<T>(),
            // In JSON each number of a list counts.
            is_item: are_entries || !is_number || input.is_tape(),
            is_begun: false,
        }
    }

    /// The run of a collection that takes so many bytes beside each element.
    #[inline]
    pub(in crate::state) fn beside(self, beside: usize) -> Self {
        Run { beside, ..self }
    }

    /// The run of the values of these keys.
    pub(in crate::state) fn of_values(self, keys: &Run) -> Self {
        let hidden = self.has_handles || keys.has_handles;
        let beside = if hidden { PLACE } else { keys.layout.beside_entry(self.layout) };
        self.beside(beside)
    }

    /// Counts and charges all elements at once, if they count nothing themselves and are within the limits. Otherwise charges
    /// nothing, and the caller counts them one by one to report the element that exceeds a limit.
    #[inline(never)]
    pub(in crate::state) fn at_once(input: &Input<'_, '_>, number: usize, size: usize, are_items: bool) -> bool {
        if input.session.budget.stack.surely_has_part(size) {
            Run::all_at_once(input, number, size, are_items)
        } else {
            Run::first_at_once(input, number, size, are_items)
        }
    }

    /// The first check of a stack looks up its floor.
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

    /// Begins elements of which each takes input, and the input can hold all `number`: like [`Run::begin`] for the first one.
    #[inline(never)]
    pub(in crate::state) fn begin_all(
        input: &Input<'_, '_>,
        number: usize,
        size: usize,
        beside: usize,
        is_item: bool,
    ) -> Result<()> {
        let budget = &input.session.budget;
        let memory = size.saturating_add(beside).saturating_mul(number.saturating_add(SPARE));
        if budget.stack.surely_has_part(size) && budget.count_at_once(usize::from(is_item), memory) {
            return Ok(());
        }
        input.session.check_stack_for(size)?;
        budget.count_elements(1, is_item, memory)
    }

    /// How many elements to reserve room for. A handle may be larger than its charge, so the reservation for handles is small.
    pub(in crate::state) fn room(&self) -> usize {
        let left = self.expected.saturating_sub(self.counted.saturating_sub(self.ready));
        if matches!(self.each, Each::Plain) { left } else { left.min(FEW) }
    }

    /// Like [`Run::room`], with the element that has begun and has no room yet.
    pub(in crate::state) fn room_begun(&self) -> usize {
        self.room().saturating_add(1)
    }

    /// How many times the element that has begun is charged. The first one pays for all expected elements, that is for the room
    /// that the collection is about to reserve, before a collection inside reserves more.
    pub(in crate::state) fn times(&self) -> usize {
        match (self.counted, self.each) {
            (1, Each::Unit) => 1_usize.saturating_add(SPARE),
            (1, _) => self.expected.max(1).saturating_add(SPARE),
            (_, Each::Unit) => 1,
            (at, _) => usize::from(at > self.expected),
        }
    }

    /// Counts and charges an element that is not ready, before it is decoded.
    #[inline(never)]
    pub(in crate::state) fn begin(&mut self, session: &Session) -> Result<()> {
        self.counted = self.counted.saturating_add(1);
        if self.counted == 1 {
            session.check_stack_for(self.layout.size)?;
        }
        let size = match self.each {
            Each::Plain => self.layout.size,
            Each::Exact(size) => size,
            Each::Unit => 0,
        };
        let memory = size.saturating_add(self.beside).saturating_mul(self.times());
        session.budget.count_elements(1, self.is_item, memory)
    }

    /// Finishes an element that was not ready and took `taken` bytes.
    ///
    /// If the first element takes input, all expected elements are counted at once, as the remaining bytes bound their number.
    /// That keeps the session out of the loop.
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
