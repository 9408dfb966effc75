//! The primitives of the binary formats, one by one off the front of an input. Imports `error`, `format` and its siblings.
//!
//! Invariant: each is what the format's crate reads there, but a number, or a length in front of text or bytes, is in its
//! shortest form, so that a value has one encoding. What is not plain goes to that crate, whose error it is.

use crate::error::{Error, Kind, Result};
use crate::format::{Format, Primitives, dispatch};
use crate::state::decode::types::Bytes;
use serde::de::Deserialize;

/// The error of an option that is neither there nor not.
#[cold]
pub(in crate::state) fn no_option() -> Error {
    Kind::Malformed { what: "the state", reason: "an option is neither 0 nor 1" }.into()
}

/// The signed number that both formats write as an unsigned one: 0, -1, 1, -2 are 0, 1, 2, 3.
#[inline]
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_wrap, reason = "the casts are of 63 bits and of one")]
pub(super) fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

impl<'de> Bytes<'de> {
    /// Whether the bytes are the tape of a text.
    #[inline]
    pub fn is_tape(&self) -> bool {
        self.format == Format::Json
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8> {
        match self.bytes.split_first() {
            Some((byte, rest)) => {
                self.bytes = rest;
                Ok(*byte)
            }
            None => Err(self.truncated()),
        }
    }

    #[cold]
    #[inline(never)]
    fn truncated(&self) -> Error {
        let available = self.bytes.len() as u64;
        Kind::Truncated { what: "the state", needed: available.saturating_add(1), available }.into()
    }

    /// A primitive of fixed size, whose bytes both formats write as they are.
    #[inline]
    pub(crate) fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*bytes)
    }

    /// The same, or the error of its end.
    #[cfg(feature = "json")]
    #[inline]
    pub(in crate::state) fn all_fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.fixed().ok_or_else(|| self.truncated())
    }

    /// Whether an option has a value.
    #[inline]
    pub(in crate::state) fn tag(&mut self) -> Result<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(no_option()),
        }
    }

    /// An unsigned number of up to 64 bits, or a length. Both formats write what is below 0x80 as one byte.
    #[inline]
    pub(crate) fn unsigned<T: Deserialize<'de> + TryFrom<u64>>(&mut self) -> Result<T> {
        self.plain(|number| T::try_from(number).ok())
    }

    /// A signed number of up to 64 bits.
    #[inline]
    pub(crate) fn signed<T: Deserialize<'de> + TryFrom<i64>>(&mut self) -> Result<T> {
        self.plain(|number| T::try_from(signed(number)).ok())
    }

    #[inline]
    fn plain<T: Deserialize<'de>>(&mut self, convert: impl Fn(u64) -> Option<T>) -> Result<T> {
        let before = self.bytes;
        let number = match *before {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.bytes = rest;
                convert(byte.into())
            }
            _ => self.long_number().and_then(convert),
        };
        match number {
            Some(number) => Ok(number),
            None => {
                // Taken out, so that what is common stays in registers.
                let number = self.other_at(before)?;
                Ok(number)
            }
        }
    }

    /// A plain number of several bytes, if one comes.
    #[inline(never)]
    fn long_number(&mut self) -> Option<u64> {
        match dispatch!(self.format, F => F::short_number(self.bytes), _ => None) {
            Some((number, rest)) => {
                self.bytes = rest;
                Some(number)
            }
            None => self.longer_number(),
        }
    }

    #[inline(never)]
    fn longer_number(&mut self) -> Option<u64> {
        let (number, rest) = dispatch!(self.format, F => F::plain_number(self.bytes), _ => None)?;
        self.bytes = rest;
        Some(number)
    }

    /// Any number that begins there.
    #[cold]
    #[inline(never)]
    fn other_at<T: Deserialize<'de>>(&mut self, before: &'de [u8]) -> Result<T> {
        self.bytes = before;
        self.other()
    }

    /// Any number, by the format's crate.
    #[cold]
    #[inline(never)]
    pub(crate) fn other<T: Deserialize<'de>>(&mut self) -> Result<T> {
        let before = self.bytes;
        let number = self.foreign()?;
        self.check_shortest(before, 0)?;
        Ok(number)
    }

    /// Any primitive, by the format's crate.
    pub(crate) fn foreign<T: Deserialize<'de>>(&mut self) -> Result<T> {
        dispatch!(self.format, F => F::get(&mut self.bytes), format => format.missing())
    }

    /// Bytes, with their length in front.
    #[inline]
    pub(crate) fn slice(&mut self) -> Result<&'de [u8]> {
        let before = self.bytes;
        match self.plain_content() {
            Some(bytes) => Ok(bytes),
            None => self.any_content(before, |bytes: &&[u8]| bytes.len()),
        }
    }

    /// Text, with its length in front.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'de str> {
        let before = self.bytes;
        match self.plain_content().and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            Some(text) => Ok(text),
            None => self.any_content(before, |text: &&str| text.len()),
        }
    }

    /// The bytes after a plain length, if they are there.
    #[inline]
    fn plain_content(&mut self) -> Option<&'de [u8]> {
        let length = match *self.bytes {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.bytes = rest;
                byte.into()
            }
            _ => usize::try_from(self.long_number()?).ok()?,
        };
        let (content, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(content)
    }

    /// Text or bytes that begin there, of the length that `length` tells, by the format's crate.
    #[cold]
    #[inline(never)]
    fn any_content<T: Deserialize<'de>>(&mut self, before: &'de [u8], length: impl FnOnce(&T) -> usize) -> Result<T> {
        self.bytes = before;
        let content = self.foreign()?;
        self.check_shortest(before, length(&content))?;
        Ok(content)
    }

    /// A boolean. What is neither is an error of the format's crate.
    #[inline]
    pub(crate) fn boolean(&mut self) -> Result<bool> {
        match *self.bytes {
            [byte @ (0 | 1), ref rest @ ..] => {
                self.bytes = rest;
                Ok(byte == 1)
            }
            _ => self.foreign(),
        }
    }

    /// A character. Postcard writes it as text, of which its own crate takes the first character and drops the others.
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "what was read ends with the character"
    )]
    pub(crate) fn character(&mut self) -> Result<char> {
        if self.is_tape() {
            return self.foreign();
        }
        let before = self.bytes;
        let character: char = self.foreign()?;
        let length = character.len_utf8();
        self.check_shortest(before, length)?;
        match before[..before.len() - self.bytes.len() - length] {
            [] => Ok(character),
            [claimed] if usize::from(claimed) == length => Ok(character),
            _ => Err(Kind::Malformed { what: "the state", reason: "a character is followed by others" }.into()),
        }
    }

    /// Checks what was read since `before`, but for the `content` bytes at its end.
    #[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "what was read ends with the content")]
    fn check_shortest(&self, before: &[u8], content: usize) -> Result<()> {
        let read = &before[..before.len() - self.bytes.len() - content];
        if dispatch!(self.format, F => F::is_shortest(read), _ => true) {
            return Ok(());
        }
        Err(Kind::Malformed { what: "the state", reason: "an over-long number" }.into())
    }
}
