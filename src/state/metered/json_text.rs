//! What JSON is written to. Imports `error` and its siblings.
//!
//! Escapes make six bytes of one, so what is too large ends where it would take more memory, and not when it is whole.

use crate::error::{Error, Kind, Result};
use crate::state::encode::sink::Encoding;
use serde::Serialize;
use std::io::Write;

/// Serde_json's serializer of a text.
pub(in crate::state) type JsonWriter<'a> = serde_json::Serializer<Text<'a>>;

/// A text that is being written.
pub struct Text<'a> {
    bytes: &'a mut Vec<u8>,
    /// What stands before the text.
    before: usize,
    encoding: &'a Encoding,
}

impl<'a> Text<'a> {
    /// To the end of some bytes.
    pub(in crate::state) fn new(bytes: &'a mut Vec<u8>, encoding: &'a Encoding) -> Self {
        Text { before: bytes.len(), bytes, encoding }
    }

    /// The same text, lent.
    pub(in crate::state) fn again(&mut self) -> Text<'_> {
        Text { bytes: self.bytes, before: self.before, encoding: self.encoding }
    }

    /// Appends what is text.
    #[inline]
    pub(in crate::state) fn put(&mut self, text: &[u8]) -> Result<()> {
        // As a vector asks it, so that it need not ask again.
        if self.bytes.capacity().wrapping_sub(self.bytes.len()) < text.len() {
            return self.put_slowly(text);
        }
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn put_slowly(&mut self, text: &[u8]) -> Result<()> {
        self.make_room(text.len())?;
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    /// Appends a string; serde_json does where something is to be escaped.
    pub(in crate::state) fn put_str(&mut self, string: &[u8]) -> Result<()> {
        if !stands_for_itself(string) {
            return self.put_escaped(string);
        }
        self.reserve(string.len().saturating_add(2))?;
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(string);
        self.bytes.push(b'"');
        Ok(())
    }

    /// Appends the name of a member, behind what stands in front of it.
    pub(in crate::state) fn put_name(&mut self, before: u8, name: &str) -> Result<()> {
        if !stands_for_itself(name.as_bytes()) {
            self.put(&[before])?;
            self.put_escaped(name.as_bytes())?;
            return self.put(b":");
        }
        self.reserve(name.len().saturating_add(4))?;
        self.bytes.extend_from_slice(&[before, b'"']);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
        Ok(())
    }

    /// The same of a name that is ready, with a comma in front of it.
    #[inline]
    pub(in crate::state) fn put_member(&mut self, is_first: bool, member: &str) -> Result<()> {
        let start = self.bytes.len();
        self.put(member.as_bytes())?;
        match self.bytes.get_mut(start) {
            Some(comma) if is_first => *comma = b'{',
            _ => {}
        }
        Ok(())
    }

    /// Appends a number or truth.
    #[inline]
    pub(in crate::state) fn put_number<T: Serialize>(&mut self, number: T) -> Result<()> {
        if self.bytes.capacity().saturating_sub(self.bytes.len()) < NUMBER {
            return self.put_by_serde(&number);
        }
        // There is room, so nothing has to be checked.
        number.serialize(&mut serde_json::Serializer::new(&mut *self.bytes)).map_err(Error::of_foreign_writer)
    }

    #[inline(never)]
    fn put_escaped(&mut self, string: &[u8]) -> Result<()> {
        let reason = "it has text that is no UTF-8";
        let string = std::str::from_utf8(string).map_err(|_| Kind::Malformed { what: "the state", reason })?;
        self.put_by_serde(string)
    }

    /// Appends what serde_json makes of a value that has no parts.
    #[inline]
    pub(in crate::state) fn put_by_serde<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut serde_json::Serializer::new(self)).map_err(Error::of_foreign_writer)
    }

    /// Looks for room for what comes.
    #[inline]
    fn reserve(&mut self, more: usize) -> Result<()> {
        if self.bytes.capacity().wrapping_sub(self.bytes.len()) < more { self.make_room(more) } else { Ok(()) }
    }

    /// Makes room for what comes, if it may.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, more: usize) -> Result<()> {
        self.check(more)?;
        self.bytes.reserve(more);
        Ok(())
    }

    #[inline(never)]
    fn check(&self, more: usize) -> Result<()> {
        let length = self.bytes.len().saturating_sub(self.before).saturating_add(more);
        self.encoding.budget.check_bytes(length)
    }

    /// Appends the value that has written itself aside.
    #[inline(never)]
    fn put_parked(&mut self) -> Result<()> {
        let mut parked = self.encoding.parked.take();
        self.bytes.append(&mut parked);
        // Its room serves the next one.
        self.encoding.parked.set(parked);
        self.check(0)
    }
}

/// The longest number has so many bytes at most.
const NUMBER: usize = 40;

const ONES: u64 = u64::MAX / 0xff;
const HIGH: u64 = ONES * 0x80;
const SPACES: u64 = ONES * b' ' as u64;
const QUOTES: u64 = ONES * b'"' as u64;
const BACKSLASHES: u64 = ONES * b'\\' as u64;

/// Whether a string has nothing that JSON escapes. Eight bytes at once, by the words of S. E. Anderson's "Bit Twiddling Hacks";
/// the last ones may be looked at twice.
#[inline]
fn stands_for_itself(string: &[u8]) -> bool {
    let word = match (string.last_chunk::<8>(), string.first_chunk::<4>(), string.last_chunk::<4>()) {
        (Some(last), ..) => u64::from_le_bytes(*last),
        (None, Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => string.iter().fold(SPACES, |word, byte| word << 8 | u64::from(*byte)),
    };
    let words = string.chunks_exact(8);
    words.fold(escaped(word), |found, word| {
        found | word.first_chunk().map_or(HIGH, |word| escaped(u64::from_le_bytes(*word)))
    }) == 0
}

/// Not 0 if a byte of a word is a control character, a quote or a backslash. A byte above ASCII is none.
#[inline]
const fn escaped(word: u64) -> u64 {
    const fn is_zero(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word
    }
    let is_control = word.wrapping_sub(SPACES) & !word;
    (is_control | is_zero(word ^ QUOTES) | is_zero(word ^ BACKSLASHES)) & HIGH
}

impl Write for Text<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    /// What comes while a value has just written itself is the `null` that stands for it.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let put = if self.encoding.is_written.get() { self.put_parked() } else { self.put(bytes) };
        put.map_err(|error| error.pass(std::io::Error::other))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
