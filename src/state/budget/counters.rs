//! `Budget`: the limits of a running decode or encode and what it has used of them, nested values included. Imports `error`,
//! `limits` and its siblings.
//!
//! An encode refuses what a decode with the same limits would refuse, except for memory: serde hands it references, which do not
//! tell how large the decoded values will be.
//!
//! Invariant: whatever the input claims is counted before it is built; only levels and freed memory are counted back.

use super::count::{CountGuard, count, more, over};
use super::refusal::Refusal;
use super::stack::Stack;
use crate::error::{Error, Result};
use crate::limits::Limits;
use std::cell::Cell;

/// The table of all counters. `items: items;` becomes a counter and its limit. Resetting a budget, splitting it for an inner decode
/// and taking that back cover all counters of the table.
macro_rules! counters {
    ($($(#[$doc:meta])* $counter:ident: $limit:ident;)*) => {
        /// What one decode or encode may use and has used.
        pub(crate) struct Budget {
            pub(crate) limits: Limits,
            pub(in crate::state) stack: Stack,
            $($(#[$doc])* pub(in crate::state) $counter: Cell<usize>,)*
            /// The bytes of state received so far.
            input: Cell<usize>,
            /// The bound of `memory`, which grows with `input`.
            memory_limit: Cell<usize>,
            /// The boxes of erased arguments.
            handles: Cell<usize>,
            pub(in crate::state) refusal: Refusal,
        }

        impl Budget {
            /// A budget for a value of at most `levels` levels, as far as its stack is concerned.
            pub(super) fn new(limits: Limits, levels: usize) -> Self {
                let zero = Cell::default;
                let (input, memory_limit, handles) = (zero(), zero(), zero());
                let (stack, refusal) = (Stack::here(levels), Refusal::default());
                Budget { limits, stack, $($counter: zero(),)* input, memory_limit, handles, refusal }
            }

            /// Resets the budget to [`Budget::new`].
            #[inline]
            pub(super) fn begin(&mut self, limits: Limits, levels: usize) {
                // Names all fields, so that a new field cannot be forgotten.
                let Budget { limits: own, stack, $($counter,)* input, memory_limit, handles, refusal } = self;
                *own = limits;
                stack.forget(levels);
                refusal.clear();
                for counter in [$($counter,)* input, memory_limit, handles] {
                    counter.set(0);
                }
            }

            /// The rest of the limits.
            fn left(&self) -> Limits {
                let left = |most: usize, used: &Cell<usize>| most.saturating_sub(used.get());
                Limits {
                    $($limit: left(self.most(stringify!($limit), self.limits.$limit), &self.$counter),)*
                    // The outer bytes have earned the rest of the memory.
                    memory_per_byte: usize::MAX,
                    ..self.limits.clone()
                }
            }

            /// Adds the use of an inner budget, whose levels are back at zero.
            pub(in crate::state) fn take_over(&self, inner: &Budget) {
                for (own, inner) in [$((&self.$counter, &inner.$counter)),*] {
                    own.set(own.get().saturating_add(inner.get()));
                }
                self.handles.set(inner.handles.get());
            }

            /// The bound of a limit's counter, and its value.
            fn counted(&self, limit: &'static str) -> Option<(usize, usize)> {
                match limit {
                    $(stringify!($limit) => Some((self.most(limit, self.limits.$limit), self.$counter.get())),)*
                    _ => None,
                }
            }
        }
    };
}

counters! {
    /// Levels of compound values around the next value.
    depth: depth;
    /// Trait objects around the next value.
    nested: nested;
    items: items;
    /// Elements without bytes.
    unbacked_items: unbacked_items;
    memory: memory_bytes;
    /// Bytes that an envelope repeats for each value, which may be many for a small value.
    repeated: envelope_bytes;
}

/// The boxes of arguments that one decode may have whatever its limits are.
const HANDLES: usize = 1 << 20;

impl Budget {
    pub(in crate::state) fn of_decode(limits: Limits) -> Self {
        let levels = limits.depth;
        Budget::new(limits, levels)
    }

    #[inline]
    pub(in crate::state) fn begin_decode(&mut self, limits: Limits) {
        let levels = limits.depth;
        self.begin(limits, levels);
    }

    /// The budget of an inner decode: the tighter of the given limits and the rest of these.
    pub(in crate::state) fn within(&self, given: Option<&Limits>) -> Budget {
        let left = self.left();
        let inner = Budget::of_decode(given.map_or_else(|| left.clone(), |given| left.tighter(given)));
        inner.handles.set(self.handles.get());
        inner
    }

    /// The bound of the counter of a limit: `value`, except for memory, which has to be earned.
    fn most(&self, limit: &'static str, value: usize) -> usize {
        if limit == "memory_bytes" { self.memory_limit.get() } else { value }
    }

    /// This budget's own limit, if it is the one that an inner budget exceeded: if the inner limit was the rest of this one.
    pub(in crate::state) fn own_limit(
        &self,
        limit: &'static str,
        value: u64,
        asked: u64,
    ) -> Option<(&'static str, u64, u64)> {
        let (most, used) = self.counted(limit)?;
        if most.saturating_sub(used) as u64 != value {
            return None;
        }
        let asked = asked.saturating_add(used as u64);
        if limit != "memory_bytes" {
            return Some((limit, most as u64, asked));
        }
        let asked = usize::try_from(asked).unwrap_or(usize::MAX);
        let (limit, value, asked) = self.limits.over_memory(asked, self.input.get());
        Some((limit, value as u64, asked as u64))
    }

    /// Notes an error that ends the decode. After a limit is exceeded nothing more may be charged.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn refuse(&self, error: Error) -> Error {
        self.refusal.note(&error);
        if self.refusal.is_exhausted() {
            self.memory_limit.set(0);
        }
        error
    }

    /// Counts elements of sequences and maps before they are read or written; all readers and writers call this. `are_items` is false
    /// for numbers of fixed size; `memory` is zero in an encode, which does not know it.
    #[inline]
    pub(crate) fn count_elements(&self, number: usize, are_items: bool, memory: usize) -> Result<()> {
        if are_items {
            count(&self.items, number, "items", self.limits.items).map_err(|error| self.refuse(error))?;
        }
        if memory == 0 { Ok(()) } else { self.charge(memory) }
    }

    /// Counts items and charges memory, if both are within the limits.
    #[inline]
    pub(in crate::state) fn count_at_once(&self, n_items: usize, memory: usize) -> bool {
        let (items, memory) = (self.items.get().saturating_add(n_items), self.memory.get().saturating_add(memory));
        let is_allowed = items <= self.limits.items && memory <= self.memory_limit.get();
        if is_allowed {
            self.items.set(items);
            self.memory.set(memory);
        }
        is_allowed
    }

    /// Counts one element without bytes.
    pub(in crate::state) fn count_unbacked_item(&self) -> Result<()> {
        count(&self.unbacked_items, 1, "unbacked_items", self.limits.unbacked_items).map_err(|error| self.refuse(error))
    }

    /// Counts the box of an erased argument. A native decode has no such count, so the bound is far above any honest value.
    pub(super) fn count_handle(&self) -> Result<()> {
        count(&self.handles, 1, "items", self.limits.items.max(HANDLES)).map_err(|error| self.refuse(error))
    }

    /// Raises the bound of memory by what `input` bytes of a new envelope earn.
    pub(crate) fn earn(&self, input: usize) {
        self.input.set(self.input.get().saturating_add(input));
        if !self.refusal.is_exhausted() {
            self.memory_limit.set(self.limits.memory_of(self.input.get()));
        }
    }

    /// Charges `size` bytes of memory before they are allocated.
    #[inline]
    pub(crate) fn charge(&self, size: usize) -> Result<()> {
        let asked = self.memory.get().saturating_add(size);
        if asked > self.memory_limit.get() {
            return Err(self.out_of_memory(asked));
        }
        self.memory.set(asked);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn out_of_memory(&self, asked: usize) -> Error {
        if let Some(first) = self.refusal.first().filter(|_| self.refusal.is_exhausted()) {
            return first;
        }
        let (limit, value, asked) = self.limits.over_memory(asked, self.input.get());
        self.refuse(over(limit, value, asked))
    }

    /// Takes back the charge of freed memory.
    #[cfg(feature = "json")]
    pub(in crate::state) fn give_back(&self, size: usize) {
        self.memory.set(self.memory.get().saturating_sub(size));
    }

    /// Bytes of memory charged so far.
    #[cfg(feature = "json")]
    pub(crate) fn charged(&self) -> usize {
        self.memory.get()
    }

    /// Counts a long name, or a text made of a short state of another format: a too large envelope is refused before it fills the
    /// memory.
    #[cfg(feature = "json")]
    pub(crate) fn count_repeated(&self, bytes: usize) -> Result<()> {
        count(&self.repeated, bytes, "envelope_bytes", self.limits.envelope_bytes).map_err(|error| self.refuse(error))
    }

    /// Checks that an envelope may have this many bytes.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn check_bytes(&self, bytes: usize) -> Result<()> {
        more(0, bytes, "envelope_bytes", self.limits.envelope_bytes).map(drop)
    }

    /// How many levels of compound values, and of nested values, may follow.
    pub(in crate::state) fn levels_left(&self) -> (usize, usize) {
        let (depth, nested) = (self.depth.get(), self.nested.get());
        (self.limits.depth.saturating_sub(depth), self.limits.nested.saturating_sub(nested))
    }

    /// The depth at which `left` levels remain.
    #[inline]
    pub(in crate::state) fn depth_at(&self, left: usize) -> usize {
        // Never more is left than there was.
        self.limits.depth.wrapping_sub(left)
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    pub(crate) fn set_depth(&self, depth: usize) {
        self.depth.set(depth);
    }

    /// One level more than `depth`, for a value that is written.
    #[inline]
    pub(crate) fn one_deeper(&self, depth: usize) -> Result<usize> {
        self.stack.check_written(depth)?;
        more(depth, 1, "depth", self.limits.depth)
    }

    #[cold]
    #[inline(never)]
    pub(in crate::state) fn too_deep(&self) -> Error {
        self.refuse(over("depth", self.limits.depth, self.limits.depth.saturating_add(1)))
    }

    /// The error of one trait object too many inside others.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn too_nested(&self) -> Error {
        self.refuse(over("nested", self.limits.nested, self.limits.nested.saturating_add(1)))
    }

    /// Counts one level of compound values until the guard ends.
    #[inline]
    pub(in crate::state) fn descend(&self) -> Result<CountGuard<'_>> {
        CountGuard::new(&self.depth, "depth", self.limits.depth).map_err(|error| self.refuse(error))
    }

    /// Counts one level of nested values until the guard ends.
    pub(crate) fn descend_nested(&self) -> Result<CountGuard<'_>> {
        CountGuard::new(&self.nested, "nested", self.limits.nested).map_err(|error| self.refuse(error))
    }

    /// Counts one level of nested values until [`Budget::end_nested`]; returns the levels.
    #[inline]
    pub(crate) fn begin_nested(&self) -> Result<usize> {
        let (nested, limit) = (self.nested.get(), self.limits.nested);
        if nested >= limit {
            return Err(over("nested", limit, nested.saturating_add(1)));
        }
        // Less than the limit, so one more is no overflow.
        let level = nested.wrapping_add(1);
        self.nested.set(level);
        Ok(level)
    }

    #[inline]
    pub(crate) fn end_nested(&self) {
        self.nested.set(self.nested.get().wrapping_sub(1));
    }

    /// The levels of nested values.
    pub(in crate::state) fn nested(&self) -> usize {
        self.nested.get()
    }

    /// See [`Stack::foresee`].
    #[inline]
    pub(crate) fn foresee_stack(&self, stack: usize) {
        self.stack.foresee(stack);
    }
}
