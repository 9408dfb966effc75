//! How near the end of the thread's stack is, and more of it where a level needs more. Imports `error` and its siblings.
//!
//! A level of a value costs stack in proportion to the size of its type, so a count of levels alone does not keep a
//! decode from overflowing it: 64 levels of 4 KiB each are more than a small thread has. How much one takes nobody tells: in
//! an unoptimized build serde's code for an enum has room for each of its variants at once.

use super::count::{OnDrop, more};
use crate::error::{Kind, Result};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Where the stack of the running thread ends. That is asked when a level first needs to know: on the main thread of Linux the first
/// answer is found in a file of `/proc`, which is two thirds of a process's first decode.
pub(crate) struct Stack {
    /// The address that it may grow down to; 0 where nothing is known, and then all is allowed.
    floor: Cell<usize>,
    /// No frame of the running decode stands above this address, unless user code has moved to another stack.
    ceiling: Cell<usize>,
    /// What there was of the thread's own stack.
    own: Cell<usize>,
    /// Bytes of the stacks that were added, and for how many levels.
    added: Cell<usize>,
    levels: usize,
    /// The address above which there is room for what makes no level, and how far it is from there to the ceiling.
    low: Cell<usize>,
    high: Cell<usize>,
    /// The levels of a value that can be read on this thread.
    deepest: Cell<usize>,
    /// Where the last level stood, and the most that one has taken.
    last: Cell<usize>,
    widest: Cell<usize>,
}

/// What is kept for code that makes no level: visitors of primitives, maps that grow, the making of an error.
pub(in crate::state) const RED_ZONE: usize = 48 << 10;
/// Bytes of stack for which nobody asks how much there is: those of a struct of a few numbers and texts, as they are counted.
pub(in crate::state) const SMALL: usize = 8 << 10;
/// How often a value may stand on the stack while it is decoded: each `Result` and `Option` on its way may be a copy. In
/// an unoptimized build 17 copies were seen in the binary formats and 26 in JSON.
const COPIES: usize = 32;
/// How often each variant of an enum may, in a frame of an unoptimized build: somewhat more than 2 were seen.
const COPIES_OF_VARIANTS: usize = 4;
/// How far above the frame that made a [`Stack`] those of the decode may stand.
const SLACK: usize = 64 << 10;
/// What a thread is taken to have where the platform does not tell.
const ASSUMED: usize = 512 << 10;
/// What is added at least, and at most in one decode, or for each level that there may be: only what is used takes memory.
const PIECE: usize = 1 << 20;
const MOST_ADDED: usize = 32 << 20;
const ADDED_PER_LEVEL: usize = 64 << 10;
const EVER_ADDED: usize = 1 << 30;
/// What has to be there of the thread's own stack for each level: a value is dropped, compared and printed there. An encode asks
/// for more, so that what is written can be read on such a thread.
const OWN_PER_LEVEL: usize = 1 << 10;
const OWN_PER_WRITTEN_LEVEL: usize = OWN_PER_LEVEL + (OWN_PER_LEVEL >> 3);

/// The stack that a level of a value of `size` bytes may take, which is one of so many variants.
pub(in crate::state) const fn needed(size: usize, n_variants: usize) -> usize {
    frame(size, n_variants).saturating_add(RED_ZONE)
}

/// The same without what is kept for code that makes no level.
pub(in crate::state) const fn frame(size: usize, n_variants: usize) -> usize {
    size.saturating_mul(n_variants.saturating_mul(COPIES_OF_VARIANTS).saturating_add(COPIES))
}

const fn needed_by_part(size: usize) -> usize {
    size.saturating_mul(COPIES).saturating_add(RED_ZONE / 2)
}

/// The floor of a stack that nobody has asked about: no address has room above it.
const UNKNOWN: usize = usize::MAX;

impl Stack {
    /// The stack of this thread, for a value of so many levels at most.
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

    /// Begins anew, as [`Stack::here`].
    #[inline]
    pub(crate) fn forget(&mut self, levels: usize) {
        // All fields are named, so that none is forgotten.
        let Stack { floor, ceiling, own, added, levels: own_levels, low, high, deepest, last, widest } = self;
        for known in [ceiling, own, added, low, high, deepest, widest] {
            known.set(0);
        }
        last.set(address());
        floor.set(if cfg!(miri) { 0 } else { UNKNOWN });
        *own_levels = levels;
    }

    /// Asks where it ends before a value takes so much that there may be no room for the question.
    #[inline]
    pub(in crate::state) fn foresee(&self, stack: usize) {
        if stack > SMALL {
            self.find();
        }
    }

    /// Asks where it ends, unless that is known. What was taken before somebody asked counts as if it had been known then.
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

    /// Checks that there is room for one more level, of a value of `size` bytes.
    #[inline]
    pub(crate) fn check(&self, size: usize) -> Result<()> {
        let needed = needed(size, 0);
        if self.has(needed) {
            return Ok(());
        }
        look_again(needed)
    }

    /// Checks that there is room for one more level of a value that is written, with so many around it, and that a value of so many
    /// levels can be read on this thread.
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

    /// Checks that there is room for a part of `size` bytes. The level that it is a part of has left some for what is small.
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

    /// Whether so many bytes are left.
    #[inline]
    pub(in crate::state) fn has(&self, needed: usize) -> bool {
        self.surely_has(needed) || (self.find() && self.surely_has(needed))
    }

    /// Whether so many bytes are known to be left.
    #[inline]
    fn surely_has(&self, needed: usize) -> bool {
        let (here, floor) = (address(), self.floor.get());
        floor == 0 || (here <= self.ceiling.get() && here.saturating_sub(floor) >= needed)
    }

    /// As [`Stack::has`], where a level begins: the next one may take twice as much as any did so far.
    #[inline]
    pub(in crate::state) fn has_level(&self, needed: usize) -> bool {
        let here = address();
        let taken = self.last.replace(here).wrapping_sub(here);
        if taken > self.widest.get() && taken < MOST_ADDED {
            self.widest.set(taken);
        }
        self.has(needed.max(self.widest.get().saturating_mul(2)))
    }

    /// Runs `run`, which begins a level, the `depth`th, on a stack that has room for it.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn add(&self, needed: usize, depth: usize, run: &mut dyn FnMut()) -> Result<()> {
        let needed = needed.max(self.widest.get().saturating_mul(2));
        // User code may have moved to another stack since.
        let left = remaining();
        let piece = needed.saturating_mul(4).max(PIECE);
        let added = self.added.get().saturating_add(piece);
        let is_enough = left >= needed;
        let most_added = self.levels.saturating_mul(ADDED_PER_LEVEL).clamp(MOST_ADDED, EVER_ADDED);
        if !is_enough && (added > most_added || depth.saturating_mul(OWN_PER_LEVEL) > self.own.get()) {
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
    /// Trait objects around the one that goes into a serializer of another crate next, and where the last of them stood.
    static OUTSIDE: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// Begins a trait object within so many others at most, on its way into a serializer of another crate, until the guard ends. Each
/// puts a layer around that serializer, so that the next one takes more of the stack than the last.
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

/// Runs `run` on a new stack, or not at all where the system has no memory for one.
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

/// Asks the platform: user code may have moved to another stack since.
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
