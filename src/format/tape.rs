//! The tape: a value's state between value and JSON text. It never leaves the process. Imports `error` and its siblings.
//!
//! Invariant: this process has written every tape that it reads, so reading checks only for an early end.

use super::primitives::Primitives;
use crate::error::{Error, Kind, Result};
use serde::{Deserialize, Serialize};

/// The primitives of a tape.
pub(crate) enum Tape {}

/// The marker of a number of eight bytes. Numbers below 0x80 are one byte.
const LONG: u8 = 0xf8;

/// The length of a long number.
pub(crate) const LONG_NUMBER: usize = 9;

impl Tape {
    /// The long form of a number, whose length does not depend on the number.
    pub(crate) fn long_number(number: u64) -> [u8; LONG_NUMBER] {
        let [b0, b1, b2, b3, b4, b5, b6, b7] = number.to_le_bytes();
        [LONG, b0, b1, b2, b3, b4, b5, b6, b7]
    }
}

impl Primitives for Tape {
    /// Writes rare primitives, numbers of 128 bits and characters, as their JSON with a length in front.
    fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()> {
        let text = serde_json::to_vec(value).map_err(Error::of_foreign_writer)?;
        Self::put_number(out, text.len() as u64);
        out.extend_from_slice(&text);
        Ok(())
    }

    #[inline]
    fn put_number(out: &mut Vec<u8>, number: u64) {
        match number.to_le_bytes() {
            [low, 0, 0, 0, 0, 0, 0, 0] if low < 0x80 => out.push(low),
            _ => out.extend_from_slice(&Tape::long_number(number)),
        }
    }

    fn get<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T> {
        let cut = || Error::from(Kind::Malformed { what: "the state", reason: "it ends inside a value" });
        let (length, rest) = Tape::plain_number(input).ok_or_else(cut)?;
        let (text, rest) =
            usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length)).ok_or_else(cut)?;
        *input = rest;
        serde_json::from_slice(text).map_err(Error::of_foreign)
    }

    #[inline]
    fn plain_number(input: &[u8]) -> Option<(u64, &[u8])> {
        match *input {
            [low, ref rest @ ..] if low < 0x80 => Some((low.into(), rest)),
            [LONG, b0, b1, b2, b3, b4, b5, b6, b7, ref rest @ ..] => {
                Some((u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]), rest))
            }
            _ => None,
        }
    }

    fn is_shortest(_: &[u8]) -> bool {
        true
    }
}
