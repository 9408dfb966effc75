//! What a running encode has used of the limits: it refuses what a decode with the same limits would refuse. Imports `error`,
//! `limits` and its siblings.
//!
//! Memory is not among it: serde hands an encode references, which do not tell the size of what a decode will build.

use super::count::{OnDrop, count, more, over};
use super::handle::{Handle, is_number_type, stand_for_numbers};
use super::stack::Stack;
use crate::error::{Error, Result};
use crate::limits::Limits;
use std::cell::Cell;

thread_local! {
    /// What is around the encode that begins next, where that writes a carried value anew for one that runs.
    static AROUND: Cell<Option<Around>> = const { Cell::new(None) };
}

/// What an encode has used, and may use, for one within it.
#[derive(Clone, Copy)]
struct Around {
    depth: usize,
    nested: usize,
    depth_limit: usize,
    nested_limit: usize,
}

/// The limits that an encode knows.
#[derive(Clone, Copy)]
struct Bounds {
    depth: usize,
    nested: usize,
    items: usize,
    unbacked_items: usize,
    #[cfg(feature = "json")]
    envelope_bytes: usize,
}

impl Bounds {
    #[inline]
    fn of(limits: &Limits) -> Self {
        Bounds {
            depth: limits.depth,
            nested: limits.nested,
            items: limits.items,
            unbacked_items: limits.unbacked_items,
            #[cfg(feature = "json")]
            envelope_bytes: limits.envelope_bytes,
        }
    }
}

/// Counts of one encode, nested values included. The twin of what a `Session` counts.
pub(crate) struct Spent {
    limits: Bounds,
    stack: Stack,
    /// Levels around the value that is handed over next.
    depth: Cell<usize>,
    nested: Cell<usize>,
    items: Cell<usize>,
    unbacked_items: Cell<usize>,
    /// Bytes of what an envelope repeats.
    #[cfg(feature = "json")]
    repeated: Cell<usize>,
}

impl Spent {
    pub(crate) fn new(limits: &Limits) -> Self {
        let zero = Cell::default;
        let mut spent = Spent {
            limits: Bounds::of(limits),
            stack: Stack::here(0),
            depth: zero(),
            nested: zero(),
            items: zero(),
            unbacked_items: zero(),
            #[cfg(feature = "json")]
            repeated: zero(),
        };
        spent.begin(limits);
        spent
    }

    /// Begins to count for the next encode.
    #[inline]
    pub(crate) fn begin(&mut self, limits: &Limits) {
        // All fields are named, so that none is forgotten.
        let Spent {
            limits: own,
            stack,
            depth,
            nested,
            items,
            unbacked_items,
            #[cfg(feature = "json")]
            repeated,
        } = self;
        *own = Bounds::of(limits);
        stack.forget(0);
        items.set(0);
        unbacked_items.set(0);
        #[cfg(feature = "json")]
        repeated.set(0);
        let around = AROUND.get();
        if let Some(around) = around {
            own.depth = own.depth.min(around.depth_limit);
            own.nested = own.nested.min(around.nested_limit);
        }
        depth.set(around.map_or(0, |around| around.depth));
        nested.set(around.map_or(0, |around| around.nested));
    }

    /// Lets the encodes that begin until the guard's end go on counting: here, where the level of the carried value that they write
    /// anew is counted; or, where that is not known, one level below what is around, which without an encode has these limits.
    pub(crate) fn pass_on(spent: Option<&Spent>, limits: impl FnOnce() -> Limits) -> Result<impl Drop> {
        let around = match (spent, AROUND.get()) {
            (Some(spent), _) => spent.around(),
            (None, Some(around)) => around.one_nested()?,
            (None, None) => Spent::new(&limits()).around().one_nested()?,
        };
        let outer = AROUND.replace(Some(around));
        Ok(OnDrop(move || AROUND.set(outer)))
    }

    /// Whether a carried value is being written anew.
    pub(crate) fn is_within() -> bool {
        AROUND.get().is_some()
    }

    fn around(&self) -> Around {
        let Bounds { depth: depth_limit, nested: nested_limit, .. } = self.limits;
        Around { depth: self.depth.get(), nested: self.nested.get(), depth_limit, nested_limit }
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth.get()
    }

    pub(crate) fn set_depth(&self, depth: usize) {
        self.depth.set(depth);
    }

    pub(crate) fn depth_limit(&self) -> usize {
        self.limits.depth
    }

    #[cold]
    #[inline(never)]
    pub(in crate::state) fn too_deep(&self) -> Error {
        over("depth", self.limits.depth, self.limits.depth.saturating_add(1))
    }

    /// See [`Stack::foresee`].
    #[inline]
    pub(crate) fn foresee_stack(&self, stack: usize) {
        self.stack.foresee(stack);
    }

    /// Checks that there is room for a value in a box with so many levels around it, here and where it will be read.
    #[inline]
    pub(in crate::state) fn check_stack(&self, depth: usize) -> Result<()> {
        self.stack.check_written(depth)
    }

    #[inline]
    pub(crate) fn one_deeper(&self, depth: usize) -> Result<usize> {
        self.check_stack(depth)?;
        more(depth, 1, "depth", self.limits.depth)
    }

    /// Counts the elements of a sequence. Numbers of fixed size are no items, as a decode finds.
    #[inline]
    pub(in crate::state) fn count_elements<T: ?Sized>(&self, handles: &[Handle], number: usize) -> Result<()> {
        let are_numbers = is_number_type::<T>() || (!handles.is_empty() && stand_for_numbers::<T>(handles));
        if are_numbers { Ok(()) } else { self.count_items(number) }
    }

    #[inline]
    pub(in crate::state) fn count_items(&self, number: usize) -> Result<()> {
        count(&self.items, number, "items", self.limits.items)
    }

    pub(in crate::state) fn count_unbacked_item(&self) -> Result<()> {
        count(&self.unbacked_items, 1, "unbacked_items", self.limits.unbacked_items)
    }

    /// Counts bytes that an envelope has once for each value, and that may be many for a small one: a long name, a text that was
    /// a short state in another format. An envelope that is too large is refused before it fills the memory.
    #[cfg(feature = "json")]
    pub(crate) fn count_repeated(&self, bytes: usize) -> Result<()> {
        count(&self.repeated, bytes, "envelope_bytes", self.limits.envelope_bytes)
    }

    /// Checks that so many bytes of an envelope may be there.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn check_bytes(&self, bytes: usize) -> Result<()> {
        more(0, bytes, "envelope_bytes", self.limits.envelope_bytes).map(drop)
    }

    /// One level of nested values further in; [`Spent::end_nested`] goes back.
    #[inline]
    pub(crate) fn begin_nested(&self) -> Result<()> {
        count(&self.nested, 1, "nested", self.limits.nested)
    }

    #[inline]
    pub(crate) fn end_nested(&self) {
        self.nested.set(self.nested.get().saturating_sub(1));
    }
}

impl Around {
    fn one_nested(self) -> Result<Self> {
        Ok(Around { nested: more(self.nested, 1, "nested", self.nested_limit)?, ..self })
    }
}
