//! Measures the rest of the thread's stack, and adds stack where a level needs more. Imports `error` and its siblings.
//!
//! A level uses stack in proportion to the size of its type, so a limit on levels alone does not prevent an overflow: 64 levels
//! of 4 KiB each are more than a small thread has. The exact use is unknown: in an unoptimized build serde's code for an enum
//! reserves room for all variants at once.

use super::count::{OnDrop, more};
use crate::error::{Kind, Result};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The end of the running thread's stack, looked up when a level first needs it: on the main thread of Linux the first look-up
/// reads a file of `/proc`, which takes two thirds of a process's first decode.
pub(crate) struct Stack {
    /// The lowest address of the stack; 0 if unknown, and then everything is allowed.
    floor: Cell<usize>,
    /// The address below which all frames of the running decode are, unless user code has moved to another stack.
    ceiling: Cell<usize>,
    /// The bytes of the thread's own stack at the start.
    own: Cell<usize>,
    /// The bytes of the added stacks, and the most levels they are for.
    added: Cell<usize>,
    levels: usize,
    /// The lowest address that leaves the red zone, and its distance to the ceiling.
    low: Cell<usize>,
    high: Cell<usize>,
    /// The most levels of a value that this thread can read.
    deepest: Cell<usize>,
    /// The address of the last level, and the most stack that one level has used.
    last: Cell<usize>,
    widest: Cell<usize>,
}

/// The reserve for code without levels of its own: visitors of primitives, maps that grow, the creation of an error.
pub(in crate::state) const RED_ZONE: usize = 48 << 10;
/// A need that is too small for a check: by the estimate below, that of a struct of a few numbers and texts.
pub(in crate::state) const SMALL: usize = 8 << 10;
/// The copies of a value on the stack during its decode: each `Result` and `Option` on the way may hold one. An unoptimized
/// build was seen to have 17 copies in the binary formats and 26 in JSON.
const COPIES: usize = 32;
/// The copies of each variant of an enum in a frame of an unoptimized build: somewhat more than 2 were seen.
const COPIES_OF_VARIANTS: usize = 4;
/// How far the frames of a decode may be above the frame that created the [`Stack`].
const SLACK: usize = 64 << 10;
/// The assumed stack of a thread where the platform does not tell.
const ASSUMED: usize = 512 << 10;
/// The least stack that is added at once, and the most: in one decode, for each allowed level, and at all. Unused stack takes no
/// memory.
const PIECE: usize = 1 << 20;
const MOST_ADDED: usize = 32 << 20;
const ADDED_PER_LEVEL: usize = 64 << 10;
const EVER_ADDED: usize = 1 << 30;
/// The bytes of the thread's own stack that each level needs: a value is dropped, compared and printed there. An encode requires
/// more, so that such a thread can read what it writes.
const OWN_PER_LEVEL: usize = 1 << 10;
const OWN_PER_WRITTEN_LEVEL: usize = OWN_PER_LEVEL + (OWN_PER_LEVEL >> 3);

/// The stack that a level of a value of `size` bytes with `n_variants` variants may use, with the reserve.
pub(in crate::state) const fn needed(size: usize, n_variants: usize) -> usize {
    frame(size, n_variants).saturating_add(RED_ZONE)
}

/// Like [`needed`], without the reserve.
pub(in crate::state) const fn frame(size: usize, n_variants: usize) -> usize {
    size.saturating_mul(n_variants.saturating_mul(COPIES_OF_VARIANTS).saturating_add(COPIES))
}

const fn needed_by_part(size: usize) -> usize {
    size.saturating_mul(COPIES).saturating_add(RED_ZONE / 2)
}

/// The floor before the first look-up: no address has room above it.
const UNKNOWN: usize = usize::MAX;

impl Stack {
    /// The stack of this thread, for a value of at most `levels` levels.
    #[inline]
    pub(crate) fn here(levels: usize) -> Self {
        let (zero, floor) = (Cell::default, if cfg!(miri) { 0 } else { UNKNOWN });
        let (low, high, deepest) = (zero(), zero(), zero());
        Stack {
            low,
            high,
            deepest,
            floor: Cell::new(floor),
            ceiling: zero(),
            own: zero(),
            added: zero(),
            levels,
            last: Cell::new(address()),
            widest: zero(),
        }
    }

    /// Resets to [`Stack::here`].
    #[inline]
    pub(crate) fn forget(&mut self, levels: usize) {
        // Names all fields, so that a new field cannot be forgotten.
        let Stack { floor, ceiling, own, added, levels: own_levels, low, high, deepest, last, widest } = self;
        for known in [ceiling, own, added, low, high, deepest, widest] {
            known.set(0);
        }
        last.set(address());
        floor.set(if cfg!(miri) { 0 } else { UNKNOWN });
        *own_levels = levels;
    }

    /// Looks up the end of the stack before a value uses so much of it that the look-up itself may not fit.
    #[inline]
    pub(in crate::state) fn foresee(&self, stack: usize) {
        if stack > SMALL {
            self.find();
        }
    }

    /// Looks up the end of the stack, unless it is known. Stack used before the look-up counts as used.
    #[cold]
    #[inline(never)]
    fn find(&self) -> bool {
        let is_unknown = self.floor.get() == UNKNOWN;
        if is_unknown {
            let (here, left, began) = (address(), remaining(), self.last.get());
            let own = left.saturating_add(began.saturating_sub(here));
            self.own.set(own);
            self.deepest.set(own / OWN_PER_WRITTEN_LEVEL);
            self.stand(began.max(here), own);
        }
        is_unknown
    }

    fn stand(&self, here: usize, left: usize) {
        self.floor.set(here.saturating_sub(left));
        self.ceiling.set(here.saturating_add(SLACK));
        self.last.set(here);
        let low = self.floor.get().saturating_add(RED_ZONE);
        self.low.set(low);
        self.high.set(self.ceiling.get().saturating_sub(low));
    }

    /// Checks that the stack has room for one more level, of a value of `size` bytes.
    #[inline]
    pub(crate) fn check(&self, size: usize) -> Result<()> {
        let needed = needed(size, 0);
        if self.has(needed) {
            return Ok(());
        }
        look_again(needed)
    }

    /// Checks that the stack has room to write one more level inside `depth` levels, and that this thread can read a value of as many
    /// levels.
    #[inline]
    pub(crate) fn check_written(&self, depth: usize) -> Result<()> {
        if address().wrapping_sub(self.low.get()) < self.high.get() && depth <= self.deepest.get() {
            return Ok(());
        }
        self.check_slowly(depth)
    }

    #[cold]
    #[inline(never)]
    fn check_slowly(&self, depth: usize) -> Result<()> {
        self.check(0)?;
        let (left, needed) = (self.own.get(), depth.saturating_mul(OWN_PER_WRITTEN_LEVEL));
        if needed <= left || self.floor.get() == 0 { Ok(()) } else { Err(Kind::Stack { left, needed }.into()) }
    }

    /// Checks that the stack has room for a part of `size` bytes. Its level has reserved room for small parts.
    #[inline]
    pub(crate) fn check_part(&self, size: usize) -> Result<()> {
        let needed = needed_by_part(size);
        if self.has(needed) {
            return Ok(());
        }
        look_again(needed)
    }

    /// Whether that check is known to succeed.
    #[inline]
    pub(in crate::state) fn surely_has_part(&self, size: usize) -> bool {
        self.surely_has(needed_by_part(size))
    }

    /// Whether `needed` bytes are left.
    #[inline]
    pub(in crate::state) fn has(&self, needed: usize) -> bool {
        self.surely_has(needed) || self.has_elsewhere(needed)
    }

    #[cold]
    #[inline(never)]
    fn has_elsewhere(&self, needed: usize) -> bool {
        self.floor.get() == 0 || (self.find() && self.surely_has(needed))
    }

    /// Whether so many bytes are known to be left.
    #[inline]
    fn surely_has(&self, needed: usize) -> bool {
        let here = address();
        here <= self.ceiling.get() && here.saturating_sub(self.floor.get()) >= needed
    }

    /// Like [`Stack::has`], at the begin of level `depth`: the level may use twice as much as any level so far. On an added stack, the
    /// thread's own stack limits the levels too.
    #[inline]
    pub(in crate::state) fn has_level(&self, needed: usize, depth: usize) -> bool {
        let here = address();
        let taken = self.last.replace(here).wrapping_sub(here);
        if taken > self.widest.get() && taken < MOST_ADDED {
            self.widest.set(taken);
        }
        let is_within = self.added.get() == 0 || self.is_dropped_here(depth);
        // The widest is less than `MOST_ADDED`.
        is_within && self.has(needed.max(self.widest.get().wrapping_mul(2)))
    }

    /// Whether the thread's own stack has room to drop a value of `depth` levels.
    #[inline]
    fn is_dropped_here(&self, depth: usize) -> bool {
        depth.saturating_mul(OWN_PER_LEVEL) <= self.own.get()
    }

    /// Runs `run`, which begins level `depth`, on a stack with room for it.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn add(&self, needed: usize, depth: usize, run: &mut dyn FnMut()) -> Result<()> {
        let needed = needed.max(self.widest.get().saturating_mul(2));
        // User code may have moved to another stack in the meantime.
        let left = remaining();
        let piece = needed.saturating_mul(4).max(PIECE);
        let added = self.added.get().saturating_add(piece);
        let is_enough = left >= needed;
        let most_added = self.levels.saturating_mul(ADDED_PER_LEVEL).clamp(MOST_ADDED, EVER_ADDED);
        let is_elsewhere = !is_enough || self.added.get() > 0;
        if (!is_enough && added > most_added) || (is_elsewhere && !self.is_dropped_here(depth)) {
            return Err(Kind::Stack { left, needed }.into());
        }
        let (floor, ceiling, before) = (self.floor.get(), self.ceiling.get(), self.added.get());
        let (low, high) = (self.low.get(), self.high.get());
        let _back = OnDrop(|| {
            self.floor.set(floor);
            self.ceiling.set(ceiling);
            self.low.set(low);
            self.high.set(high);
            self.added.set(before);
        });
        let mut stand_and_run = || {
            self.stand(address(), remaining());
            run();
        };
        if is_enough {
            stand_and_run();
        } else {
            self.added.set(added);
            grow(piece, &mut stand_and_run).map_err(|()| Kind::Stack { left, needed })?;
        }
        Ok(())
    }
}

thread_local! {
    /// The number of trait objects around the next one that goes into another crate's serializer, and the stack address of the last.
    static OUTSIDE: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// Enters a trait object that goes into another crate's serializer, inside at most `most` others, until the guard ends. Each one
/// wraps that serializer in a layer, so that the next one uses more stack than the last.
pub(crate) fn enter_outside(most: usize) -> Result<impl Drop> {
    let (before, here) = (OUTSIDE.get(), address());
    let (levels, last) = before;
    let levels = more(levels, 1, "nested", most)?;
    // User code may have moved to another stack since.
    let taken = if last > here { last.saturating_sub(here).min(MOST_ADDED) } else { 0 };
    let needed = taken.saturating_mul(2).saturating_add(RED_ZONE);
    if !cfg!(miri) {
        look_again(needed)?;
    }
    OUTSIDE.set((levels, here));
    Ok(OnDrop(move || OUTSIDE.set(before)))
}

/// Runs `run` on a new stack, or fails without running it if the system has no memory for one.
fn grow(size: usize, run: &mut dyn FnMut()) -> std::result::Result<(), ()> {
    let mut has_run = false;
    let grown = catch_unwind(AssertUnwindSafe(|| {
        stacker::grow(size, || {
            has_run = true;
            run();
        });
    }));
    match grown {
        Err(_) if !has_run => Err(()),
        Err(panic) => resume_unwind(panic),
        Ok(()) => Ok(()),
    }
}

/// Asks the platform again: user code may have moved to another stack in the meantime.
#[cold]
fn look_again(needed: usize) -> Result<()> {
    match remaining() {
        left if left < needed => Err(Kind::Stack { left, needed }.into()),
        _ => Ok(()),
    }
}

fn remaining() -> usize {
    stacker::remaining_stack().unwrap_or(ASSUMED)
}

/// An address in the frame of the caller.
#[inline(always)]
fn address() -> usize {
    let marker = 0_u8;
    std::ptr::from_ref(&marker).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no stack to look at")]
    fn a_level_larger_than_the_stack_is_refused() {
        let thread = std::thread::Builder::new().stack_size(256 << 10);
        let checked = thread.spawn(|| {
            let stack = Stack::here(0);
            (stack.check(1 << 10), stack.check(256 << 10))
        });
        let (small, large) = checked.unwrap().join().unwrap();
        small.unwrap();
        let error = large.unwrap_err();
        assert_eq!(error.code(), 26);
        assert!(error.is_limit());
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has no stack to look at")]
    fn another_stack_is_noticed() {
        let stack = Stack::here(0);
        let spawned = std::thread::Builder::new().stack_size(8 << 20).spawn(move || stack.check(64 << 10));
        spawned.unwrap().join().unwrap().unwrap();
    }
}
