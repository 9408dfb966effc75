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
    Kind::Malformed { what: "the state", reason: "the tag of an option is neither 0 nor 1" }.into()
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
    fn plain<T: Deserialize<'de>>(&mut self, convert: impl FnOnce(u64) -> Option<T>) -> Result<T> {
        let (number, rest) = match *self.bytes {
            [byte, ref rest @ ..] if byte < 0x80 => (byte.into(), rest),
            _ => match self.long_number() {
                Some(found) => found,
                None => return self.other(),
            },
        };
        match convert(number) {
            Some(number) => {
                self.bytes = rest;
                Ok(number)
            }
            None => self.other(),
        }
    }

    /// A plain number, and what follows it.
    #[inline(never)]
    fn long_number(&self) -> Option<(u64, &'de [u8])> {
        let (number, length) = dispatch!(self.format, F => F::plain_number(self.bytes), _ => return None);
        if length > 0 { Some((number, self.bytes.get(length..)?)) } else { None }
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
        match self.plain_content() {
            Some((bytes, rest)) => {
                self.bytes = rest;
                Ok(bytes)
            }
            None => self.any_content(|bytes: &&[u8]| bytes.len()),
        }
    }

    /// Text, with its length in front.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<&'de str> {
        let plain = self.plain_content().and_then(|(bytes, rest)| Some((std::str::from_utf8(bytes).ok()?, rest)));
        match plain {
            Some((text, rest)) => {
                self.bytes = rest;
                Ok(text)
            }
            None => self.any_content(|text: &&str| text.len()),
        }
    }

    /// The bytes after a plain length, and what follows them.
    #[inline]
    fn plain_content(&self) -> Option<(&'de [u8], &'de [u8])> {
        let (length, rest) = match *self.bytes {
            [byte, ref rest @ ..] if byte < 0x80 => (byte.into(), rest),
            _ => self.long_number()?,
        };
        rest.split_at_checked(usize::try_from(length).ok()?)
    }

    /// Text or bytes of the length that `length` tells, by the format's crate.
    #[cold]
    #[inline(never)]
    fn any_content<T: Deserialize<'de>>(&mut self, length: impl FnOnce(&T) -> usize) -> Result<T> {
        let before = self.bytes;
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
            _ => Err(Kind::Malformed { what: "the state", reason: "a `char` has more than one character" }.into()),
        }
    }

    /// Checks what was read since `before`, but for the `content` bytes at its end.
    #[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "what was read ends with the content")]
    fn check_shortest(&self, before: &[u8], content: usize) -> Result<()> {
        let read = &before[..before.len() - self.bytes.len() - content];
        if dispatch!(self.format, F => F::is_shortest(read), _ => true) {
            return Ok(());
        }
        Err(Kind::Malformed { what: "the state", reason: "it has an over-long number" }.into())
    }
}
