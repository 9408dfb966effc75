//! A cursor that can only narrow, and canonical LEB128 varints. Imports `error`.
//!
//! Invariant: no read looks past the end, allocates, or panics; an over-long varint is refused.

use crate::error::{Kind, Result};

/// The rest of a byte slice; each read takes bytes off its front.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    /// The subject of error messages, such as `the envelope`.
    what: &'static str,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Cursor { rest: bytes, what }
    }

    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(len) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.truncated(len as u64)),
        }
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk() {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(*taken)
            }
            None => Err(self.truncated(N as u64)),
        }
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A canonical LEB128 number.
    pub(crate) fn varint(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(self.malformed("varint exceeds 64 bits"));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let canonical = byte != 0 || shift == 0;
                return if canonical { Ok(value) } else { Err(self.malformed("over-long varint")) };
            }
        }
        Err(self.malformed("varint exceeds 64 bits"))
    }

    /// A length, then that many bytes.
    pub(crate) fn prefixed(&mut self) -> Result<&'a [u8]> {
        let len = self.varint()?;
        match usize::try_from(len) {
            Ok(len) => self.take(len),
            Err(_) => Err(self.truncated(len)),
        }
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Checks that nothing is left.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(Kind::TrailingBytes { what: self.what, count }.into()),
        }
    }

    fn truncated(&self, needed: u64) -> crate::error::Error {
        Kind::Truncated { what: self.what, needed, available: self.rest.len() as u64 }.into()
    }

    fn malformed(&self, reason: &'static str) -> crate::error::Error {
        Kind::Malformed { what: self.what, reason }.into()
    }
}

/// Appends `value` as canonical LEB128.
#[inline]
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        out.push(low | 0x80);
    }
    out.push(value.to_le_bytes()[0]);
}

/// The number of bytes that [`put_varint`] appends.
pub(crate) fn varint_len(value: u64) -> usize {
    let n_bits = u64::BITS.saturating_sub((value | 1).leading_zeros());
    n_bits.div_ceil(7) as usize
}

/// Appends a length and the bytes.
pub(crate) fn put_prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: u64, bytes: &[u8]) {
        let mut out = Vec::new();
        put_varint(&mut out, value);
        assert_eq!(out, bytes);
        assert_eq!(varint_len(value), bytes.len());
        let mut cursor = Cursor::new("test", bytes);
        assert_eq!(cursor.varint().unwrap(), value);
        cursor.finish().unwrap();
        for cut in 0..bytes.len() {
            assert_eq!(Cursor::new("test", &bytes[..cut]).varint().unwrap_err().code(), 6);
        }
    }

    #[test]
    fn varints_are_leb128() {
        check(0, &[0]);
        check(127, &[0x7f]);
        check(128, &[0x80, 1]);
        check(624_485, &[0xe5, 0x8e, 0x26]);
        check(u64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    }

    #[test]
    fn an_overlong_or_oversized_varint_is_refused() {
        for bytes in [&[0x80, 0][..], &[0xff, 0x80, 0], &[0xff; 11], &[255, 255, 255, 255, 255, 255, 255, 255, 255, 2]]
        {
            assert_eq!(Cursor::new("test", bytes).varint().unwrap_err().code(), 17, "{bytes:?}");
        }
    }

    #[test]
    fn a_length_beyond_the_input_is_truncation() {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, u64::MAX);
        assert_eq!(Cursor::new("test", &bytes).prefixed().unwrap_err().code(), 6);
    }
}
