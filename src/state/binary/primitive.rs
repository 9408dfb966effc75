//! Reads primitives of the binary formats off the front of an input. Imports `error`, `format` and its siblings.
//!
//! Invariant: each result is the one of the format's own crate, except that numbers and lengths must have their shortest form,
//! so that a value has one encoding. That crate reads everything but the plain cases, and makes their errors.

use crate::error::{Error, Kind, Result};
use crate::format::{Format, Primitives, dispatch};
use crate::state::decode::types::Bytes;
use serde::de::Deserialize;

/// The error of an option's tag that is neither 0 nor 1.
#[cold]
pub(in crate::state) fn no_option() -> Error {
    Kind::Malformed { what: "the state", reason: "the tag of an option is neither 0 nor 1" }.into()
}

/// Undoes zigzag encoding, which both formats use: 0, 1, 2, 3 stand for 0, -1, 1, -2.
#[inline]
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_wrap, reason = "the casts are of 63 bits and of one")]
pub(super) fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

impl<'de> Bytes<'de> {
    /// Whether the bytes are a tape.
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

    /// The bytes of a primitive of fixed size, which both formats write little endian.
    #[inline]
    pub(crate) fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*bytes)
    }

    /// Like [`Bytes::fixed`], with an error at the end of the input.
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

    /// An unsigned number of up to 64 bits, or a length. Both formats write numbers below 0x80 as one byte.
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

    /// A plain number of several bytes, and the bytes after it.
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

    /// Any number, read by the format's crate.
    #[cold]
    #[inline(never)]
    pub(crate) fn other<T: Deserialize<'de>>(&mut self) -> Result<T> {
        let before = self.bytes;
        let number = self.foreign()?;
        self.check_shortest(before, 0)?;
        Ok(number)
    }

    /// Any primitive, read by the format's crate.
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

    /// The bytes that a plain length covers, and the rest.
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

    /// Text or bytes, read by the format's crate; `length` returns the length of the result.
    #[cold]
    #[inline(never)]
    fn any_content<T: Deserialize<'de>>(&mut self, before: &'de [u8], length: impl FnOnce(&T) -> usize) -> Result<T> {
        self.bytes = before;
        let content = self.foreign()?;
        self.check_shortest(before, length(&content))?;
        Ok(content)
    }

    /// A boolean. The format's crate makes the error of any other byte.
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

    /// A character. Postcard writes it as text, and its own crate ignores all but the first character, which is an error here.
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
            _ => Err(Kind::Malformed { what: "the state", reason: "a `char` has more than one character" }.into()),
        }
    }

    /// Checks that the bytes read since `before` are shortest, except for the last `content` bytes.
    #[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "what was read ends with the content")]
    fn check_shortest(&self, before: &[u8], content: usize) -> Result<()> {
        let read = &before[..before.len() - self.bytes.len() - content];
        if dispatch!(self.format, F => F::is_shortest(read), _ => true) {
            return Ok(());
        }
        Err(Kind::Malformed { what: "the state", reason: "it has an over-long number" }.into())
    }
}
