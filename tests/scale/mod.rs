//! The share of its cases that a test runs: all of them, or a part under Miri, which takes ten thousand times as long. May use
//! the public formats only.
#![allow(dead_code, reason = "each program of tests uses what it needs")]

use std::iter::StepBy;
use std::sync::atomic::{AtomicUsize, Ordering};
use typeport::Format;

/// As many as `all`; under Miri as many as `few`.
pub const fn scaled(all: usize, few: usize) -> usize {
    if cfg!(miri) { few } else { all }
}

/// All of these; under Miri the first one, and every `nth` after it.
pub fn thinned<I: IntoIterator>(nth: usize, all: I) -> StepBy<I::IntoIter> {
    all.into_iter().step_by(scaled(1, nth))
}

/// All formats; under Miri one, which is another one at each call.
pub fn formats() -> impl Iterator<Item = Format> + Clone {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let first = if cfg!(miri) { CALLS.fetch_add(1, Ordering::Relaxed) } else { 0 };
    (0..scaled(Format::ALL.len(), 1)).map(move |at| Format::ALL[(first + at) % Format::ALL.len()])
}
