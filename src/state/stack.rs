//! How near the end of the thread's stack is. Imports `error` only.
//!
//! A level of a value costs stack in proportion to the size of its type, so a count of levels alone does not keep a
//! decode from overflowing it: 64 levels of 4 KiB each are more than a small thread has.

use crate::error::{Kind, Result};

/// Where the stack of the running thread ends.
#[derive(Default)]
pub(crate) struct Stack {
    /// The address that it may grow down to; 0 where nothing is known, and then all is allowed.
    floor: usize,
    /// No frame of the running decode stands above this address, unless user code has moved to another stack.
    ceiling: usize,
}

/// What is kept for code that makes no level: visitors of primitives, maps that grow, the making of an error.
const RED_ZONE: usize = 48 << 10;
/// How often a value may stand on the stack while it is decoded: each `Result` and `Option` on its way may be a copy. In
/// an unoptimized build 17 copies were seen in the binary formats and 26 in JSON.
const COPIES: usize = 32;
/// How far above the frame that made a [`Stack`] those of the decode may stand.
const SLACK: usize = 64 << 10;
/// What a thread is taken to have where the platform does not tell.
const ASSUMED: usize = 512 << 10;

impl Stack {
    /// The stack of this thread.
    pub(crate) fn here() -> Self {
        if cfg!(miri) {
            return Stack::default();
        }
        let here = address();
        Stack { floor: here.saturating_sub(remaining()), ceiling: here.saturating_add(SLACK) }
    }

    /// Checks that there is room for one more level, of a value of `size` bytes.
    #[inline]
    pub(crate) fn check(&self, size: usize) -> Result<()> {
        let here = address();
        let needed = size.saturating_mul(COPIES).saturating_add(RED_ZONE);
        if self.floor == 0 || (here <= self.ceiling && here.saturating_sub(self.floor) >= needed) {
            return Ok(());
        }
        look_again(needed)
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
            let stack = Stack::here();
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
        let stack = Stack::here();
        let spawned = std::thread::Builder::new().stack_size(8 << 20).spawn(move || stack.check(64 << 10));
        spawned.unwrap().join().unwrap().unwrap();
    }
}
