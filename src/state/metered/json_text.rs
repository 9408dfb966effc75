//! The output of JSON text. Imports `error` and its siblings.
//!
//! An escape can turn one byte into six, so the limit is checked before each allocation and not at the end.

use crate::error::{Error, Kind, Result};
use crate::state::encode::sink::Encoding;
use serde::Serialize;
use std::io::Write;

/// serde_json's serializer that writes to a [`Text`].
pub(in crate::state) type JsonWriter<'a> = serde_json::Serializer<Text<'a>>;

/// A text that is being written.
pub struct Text<'a> {
    bytes: &'a mut Vec<u8>,
    /// The number of bytes before the text.
    before: usize,
    encoding: &'a Encoding,
}

impl<'a> Text<'a> {
    /// A text at the end of `bytes`.
    pub(in crate::state) fn new(bytes: &'a mut Vec<u8>, encoding: &'a Encoding) -> Self {
        Text { before: bytes.len(), bytes, encoding }
    }

    /// Reborrows the text.
    pub(in crate::state) fn again(&mut self) -> Text<'_> {
        Text { bytes: self.bytes, before: self.before, encoding: self.encoding }
    }

    /// Appends raw text.
    #[inline]
    pub(in crate::state) fn put(&mut self, text: &[u8]) -> Result<()> {
        // The comparison of `extend_from_slice`, so that the compiler drops the second one.
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

    /// Appends a string; serde_json writes it if it needs escapes.
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

    /// Appends the byte `before`, which opens or separates, and the name of a member.
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

    /// Appends a ready name with its leading comma, which the first member replaces by a brace.
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

    /// Appends a number or boolean.
    #[inline]
    pub(in crate::state) fn put_number<T: Serialize>(&mut self, number: T) -> Result<()> {
        if self.bytes.capacity().saturating_sub(self.bytes.len()) < NUMBER {
            return self.put_by_serde(&number);
        }
        // The capacity suffices, so no check is needed.
        number.serialize(&mut serde_json::Serializer::new(&mut *self.bytes)).map_err(Error::of_foreign_writer)
    }

    #[inline(never)]
    fn put_escaped(&mut self, string: &[u8]) -> Result<()> {
        let reason = "it has text that is not UTF-8";
        let string = std::str::from_utf8(string).map_err(|_| Kind::Malformed { what: "the state", reason })?;
        self.put_by_serde(string)
    }

    /// Appends a value without parts, written by serde_json.
    #[inline]
    pub(in crate::state) fn put_by_serde<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        value.serialize(&mut serde_json::Serializer::new(self)).map_err(Error::of_foreign_writer)
    }

    /// Reserves room for `more` bytes, if the limit allows it.
    #[inline]
    fn reserve(&mut self, more: usize) -> Result<()> {
        if self.bytes.capacity().wrapping_sub(self.bytes.len()) < more { self.make_room(more) } else { Ok(()) }
    }

    /// Reserves room for `more` bytes, if the limit allows it.
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

    /// Appends the parked bytes of a value that has written itself.
    #[inline(never)]
    fn put_parked(&mut self) -> Result<()> {
        let mut parked = self.encoding.parked.take();
        self.bytes.append(&mut parked);
        // The next value reuses the allocation.
        self.encoding.parked.set(parked);
        self.check(0)
    }
}

/// An upper bound of the length of a number.
const NUMBER: usize = 40;

const ONES: u64 = u64::MAX / 0xff;
const HIGH: u64 = ONES * 0x80;
const SPACES: u64 = ONES * b' ' as u64;
const QUOTES: u64 = ONES * b'"' as u64;
const BACKSLASHES: u64 = ONES * b'\\' as u64;

/// Whether a string needs no escapes in JSON. Tests eight bytes at once, by S. E. Anderson's "Bit Twiddling Hacks"; the last
/// bytes may be tested twice.
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

/// Not 0 if a byte of a word is a control character, a quote or a backslash. Bytes above ASCII need no escape.
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

    /// If a value has just written itself, these bytes are its placeholder `null`, which the value replaces.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let put = if self.encoding.is_written.get() { self.put_parked() } else { self.put(bytes) };
        put.map_err(|error| error.pass(std::io::Error::other))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
