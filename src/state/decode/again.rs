//! Reuses the allocations of an ended session. Imports `limits` and its siblings.
//!
//! Invariant: nothing of the ended session remains except its allocations.

use super::types::{Session, Table, Terms};
use crate::limits::Limits;

/// The most envelopes, or entries of tables, whose room is kept for the next decode.
const KEPT: usize = 256;

impl Session {
    /// Turns an ended session into a new one.
    pub(in crate::state) fn renew(&mut self, terms: &Terms) {
        self.given.become_like(terms);
        self.begin_anew(terms.own_limits());
    }

    #[inline]
    fn begin_anew(&mut self, limits: Limits) {
        // Names all fields, so that a new field cannot be forgotten.
        let Session { budget, given: _, global: _, outer, is_erased, unit, slot, envelopes, slots, table } = self;
        budget.begin_decode(limits);
        *outer = None;
        is_erased.set(false);
        unit.take();
        slot.set(0);
        envelopes.get_mut().clear();
        slots.get_mut().clear();
        table.set(Table::default());
    }

    /// Turns an ended session into a new one with these limits, if the ended one was given nothing but limits.
    #[inline]
    pub(in crate::state) fn restart(&mut self, limits: Option<&Limits>, input: usize) -> bool {
        if !self.given.are_no_more_than_limits() {
            return false;
        }
        self.given.limits = limits.cloned();
        self.begin_anew(limits.cloned().unwrap_or_default());
        self.budget.earn(input);
        true
    }

    /// Whether an ended session may be kept for the next decode: its allocations are small, and it keeps no other registry alive.
    pub(in crate::state) fn may_wait(&self) -> bool {
        let is_small = |room: usize| room <= KEPT;
        self.given.looks_up_by(&self.global)
            && self.envelopes.try_borrow().is_ok_and(|envelopes| is_small(envelopes.capacity()))
            && self.slots.try_borrow().is_ok_and(|slots| is_small(slots.capacity()))
    }
}
