//! The levels around an encode that rewrites a carried value for a running encode, whose count it continues. Imports `error`,
//! `limits` and its siblings.

use super::count::{OnDrop, more};
use super::counters::Budget;
use crate::error::Result;
use crate::limits::Limits;
use std::cell::Cell;

thread_local! {
    /// The counts around the next encode, if that rewrites a carried value for a running one.
    static AROUND: Cell<Option<Around>> = const { Cell::new(None) };
}

/// The levels that an encode has used, and its limits, for an encode inside it.
#[derive(Clone, Copy)]
struct Around {
    depth: usize,
    nested: usize,
    depth_limit: usize,
    nested_limit: usize,
}

impl Around {
    fn one_nested(self) -> Result<Self> {
        Ok(Around { nested: more(self.nested, 1, "nested", self.nested_limit)?, ..self })
    }
}

impl Budget {
    pub(in crate::state) fn of_encode(limits: &Limits) -> Self {
        let mut budget = Budget::new(limits.clone(), 0);
        budget.count_on();
        budget
    }

    #[inline]
    pub(in crate::state) fn begin_encode(&mut self, limits: &Limits) {
        self.begin(limits.clone(), 0);
        self.count_on();
    }

    /// The budget of an encode inside the foreign code of `outer`: on its levels, with the rest of its items.
    pub(in crate::state) fn of_inner_encode(limits: &Limits, outer: &Budget) -> Self {
        let Limits { depth, nested, items, unbacked_items, .. } = outer.limits;
        let mut budget = Budget::new(limits.clone(), 0);
        let own = &mut budget.limits;
        (own.depth, own.nested) = (own.depth.min(depth), own.nested.min(nested));
        own.items = own.items.min(items.saturating_sub(outer.items.get()));
        own.unbacked_items = own.unbacked_items.min(unbacked_items.saturating_sub(outer.unbacked_items.get()));
        budget.depth.set(outer.depth.get());
        // Its envelope is one level.
        budget.nested.set(outer.nested.get().saturating_add(1));
        budget
    }

    /// Checks the level of an envelope that is written inside another one.
    #[inline]
    pub(crate) fn check_nested(&self) -> Result<()> {
        more(0, self.nested.get(), "nested", self.limits.nested).map(drop)
    }

    /// Adds the items of an encode that has ended inside this one.
    pub(in crate::state) fn add_inner_encode(&self, inner: &Budget) {
        self.items.set(self.items.get().saturating_add(inner.items.get()));
        self.unbacked_items.set(self.unbacked_items.get().saturating_add(inner.unbacked_items.get()));
    }

    /// Continues the counts of the surrounding encode.
    #[inline]
    fn count_on(&mut self) {
        if let Some(around) = AROUND.get() {
            self.limits.depth = self.limits.depth.min(around.depth_limit);
            self.limits.nested = self.limits.nested.min(around.nested_limit);
            self.depth.set(around.depth);
            self.nested.set(around.nested);
        }
    }

    /// Lets the encodes that begin until the guard ends continue a count: that of `budget`, which has counted the level of the
    /// carried value; without one, that of the surrounding encode, one level deeper; without that too, a new one with `limits`.
    pub(crate) fn pass_on(budget: Option<&Budget>, limits: impl FnOnce() -> Limits) -> Result<impl Drop> {
        let around = match (budget, AROUND.get()) {
            (Some(budget), _) => budget.around(),
            (None, Some(around)) => around.one_nested()?,
            (None, None) => Budget::of_encode(&limits()).around().one_nested()?,
        };
        let outer = AROUND.replace(Some(around));
        Ok(OnDrop(move || AROUND.set(outer)))
    }

    /// Whether a carried value is being rewritten.
    pub(crate) fn is_within() -> bool {
        AROUND.get().is_some()
    }

    fn around(&self) -> Around {
        let Limits { depth: depth_limit, nested: nested_limit, .. } = self.limits;
        Around { depth: self.depth.get(), nested: self.nested.get(), depth_limit, nested_limit }
    }
}
