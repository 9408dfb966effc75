//! A progress bar on a terminal, and nothing elsewhere. Imports std only.

use std::io::{IsTerminal, Write, stderr};

/// Characters between the brackets.
const WIDTH: usize = 40;

pub struct Progress {
    n_all: usize,
    n_done: usize,
    /// Characters of the bar that are drawn, if there is a terminal to draw on.
    drawn: Option<usize>,
}

impl Progress {
    pub fn new(n_all: usize) -> Self {
        Progress { n_all, n_done: 0, drawn: stderr().is_terminal().then_some(0) }
    }

    /// One more is done.
    pub fn step(&mut self) {
        self.n_done += 1;
        let Some(drawn) = &mut self.drawn else { return };
        let filled = WIDTH * self.n_done.min(self.n_all) / self.n_all.max(1);
        if filled > *drawn {
            *drawn = filled;
            // A bar that cannot be drawn is no reason to stop.
            let _ = write!(stderr(), "\r[{:<WIDTH$}] {} of {}", "=".repeat(filled), self.n_done, self.n_all);
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        if self.drawn.is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
