//! The primitives of the binary formats, one by one off the front of the input. Imports `error`, `format`, siblings only.
//!
//! Invariant: each is what the format's crate reads there, but a number, or a length in front of text or bytes, is in its
//! shortest form, so that a value has one encoding. What is not plain goes to that crate, whose error it is.

use super::reader::Reader;
use crate::error::{Kind, Result};
use crate::format::Primitives;
use serde::de::Deserialize;

/// The signed number that both formats write as an unsigned one: 0, -1, 1, -2 are 0, 1, 2, 3.
#[inline]
#[expect(clippy::arithmetic_side_effects, clippy::cast_possible_wrap, reason = "the casts are of 63 bits and of one")]
pub(super) fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

impl<'de, B: Primitives> Reader<'_, 'de, B> {
    /// A primitive of fixed size.
    #[inline]
    pub(super) fn fixed<T: Deserialize<'de>>(&mut self) -> Result<T> {
        B::get(self.input)
    }

    /// An unsigned number.
    #[inline]
    pub(super) fn unsigned<T: Deserialize<'de> + TryFrom<u64>>(&mut self) -> Result<T> {
        self.plain_or_any(|number| T::try_from(number).ok())
    }

    /// A signed number.
    #[inline]
    pub(super) fn signed<T: Deserialize<'de> + TryFrom<i64>>(&mut self) -> Result<T> {
        self.plain_or_any(|number| T::try_from(signed(number)).ok())
    }

    #[inline]
    fn plain_or_any<T: Deserialize<'de>>(&mut self, convert: impl FnOnce(u64) -> Option<T>) -> Result<T> {
        let (number, length) = B::plain_number(self.input);
        match (convert(number), self.input.get(length..)) {
            (Some(number), Some(rest)) if length > 0 => {
                *self.input = rest;
                Ok(number)
            }
            _ => self.number(),
        }
    }

    /// Any number, by the format's crate.
    #[inline(never)]
    pub(super) fn number<T: Deserialize<'de>>(&mut self) -> Result<T> {
        let before = *self.input;
        let number = B::get(self.input)?;
        self.check_shortest(before, 0)?;
        Ok(number)
    }

    /// The length of a sequence or map, which may be more than this machine counts.
    pub(super) fn length(&mut self) -> Result<u64> {
        self.unsigned()
    }

    /// Bytes, with their length in front.
    #[inline]
    pub(super) fn bytes(&mut self) -> Result<&'de [u8]> {
        match self.plain_content() {
            Some((bytes, rest)) => {
                *self.input = rest;
                Ok(bytes)
            }
            None => self.any_content(|bytes: &&[u8]| bytes.len()),
        }
    }

    /// Text, with its length in front.
    #[inline]
    pub(super) fn text(&mut self) -> Result<&'de str> {
        let plain = self.plain_content().and_then(|(bytes, rest)| Some((std::str::from_utf8(bytes).ok()?, rest)));
        match plain {
            Some((text, rest)) => {
                *self.input = rest;
                Ok(text)
            }
            None => self.any_content(|text: &&str| text.len()),
        }
    }

    /// The bytes after a plain length, and what follows them.
    #[inline]
    fn plain_content(&self) -> Option<(&'de [u8], &'de [u8])> {
        match B::plain_number(self.input) {
            (_, 0) => None,
            (content, length) => self.input.get(length..)?.split_at_checked(usize::try_from(content).ok()?),
        }
    }

    /// Text or bytes of the length that `length` tells, by the format's crate.
    #[inline(never)]
    fn any_content<T: Deserialize<'de>>(&mut self, length: impl FnOnce(&T) -> usize) -> Result<T> {
        let before = *self.input;
        let content = B::get(self.input)?;
        self.check_shortest(before, length(&content))?;
        Ok(content)
    }

    /// A character. Postcard writes it as text, of which its own crate takes the first character and drops the others.
    #[inline]
    #[expect(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        reason = "what was read ends with the character"
    )]
    pub(super) fn character(&mut self) -> Result<char> {
        let before = *self.input;
        let character: char = B::get(self.input)?;
        let length = character.len_utf8();
        self.check_shortest(before, length)?;
        match before[..before.len() - self.input.len() - length] {
            [] => Ok(character),
            [claimed] if usize::from(claimed) == length => Ok(character),
            _ => Err(Kind::Malformed { what: "the state", reason: "a character is followed by others" }.into()),
        }
    }

    /// Checks what was read since `before`, but for the `content` bytes at its end.
    #[inline]
    #[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "what was read ends with the content")]
    fn check_shortest(&self, before: &[u8], content: usize) -> Result<()> {
        let read = before.len() - self.input.len();
        if B::is_shortest(&before[..read - content]) {
            return Ok(());
        }
        Err(Kind::Malformed { what: "the state", reason: "an over-long number" }.into())
    }
}
