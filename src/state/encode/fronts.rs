//! Predicts the bytes in front of a nested value's state, which are known only after the state. Imports its siblings.
//!
//! A frame begins with the front that the last frame of the same level had, also in a former encode: in a chain, and in a tree whose
//! leaves are on one level, nothing has to move. The bytes of an encode do not depend on the prediction.

use std::cell::Cell;

/// The levels with a prediction of their own.
const LEVELS: usize = 64;

/// What is expected of a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::state) struct Front {
    /// The number of types in a table that is the front of the one around, less than [`LONG`]; with the bit of `LONG` if the length has
    /// more than one byte.
    marked: u8,
    /// The bytes of the length.
    pub(in crate::state) length: u8,
}

const LONG: u8 = 0x80;

impl Front {
    pub(in crate::state) fn new(n_types: u8, length: u8) -> Self {
        Front { marked: if length > 1 { n_types | LONG } else { n_types & !LONG }, length }
    }

    /// The number of types, if the length has one byte; otherwise a number that is not less than [`LONG`].
    #[inline]
    pub(in crate::state) fn short(self) -> u8 {
        self.marked
    }

    /// The number of types.
    pub(in crate::state) fn n_types(self) -> u8 {
        self.marked & !LONG
    }
}

/// A short frame without a table.
const LEAST: Front = Front { marked: 0, length: 1 };

/// The last front of each level.
pub(crate) struct Fronts([Cell<Front>; LEVELS]);

impl Default for Fronts {
    fn default() -> Self {
        Fronts([const { Cell::new(LEAST) }; LEVELS])
    }
}

impl Fronts {
    /// The expected front at a level.
    #[inline]
    pub(in crate::state) fn expected(&self, level: usize) -> Front {
        self.0.get(level % LEVELS).map_or(LEAST, Cell::get)
    }

    /// Notes a front.
    #[inline]
    pub(in crate::state) fn note(&self, level: usize, front: Front) {
        if let Some(last) = self.0.get(level % LEVELS) {
            last.set(front);
        }
    }
}
