//! Primitives of bincode 2 in its standard configuration. Imports `error` and its siblings.

use super::primitives::Primitives;
use crate::error::{Error, Kind, Result, printable};
use ::bincode::config::standard;
use ::bincode::enc::write::Writer;
use ::bincode::error::{DecodeError, EncodeError};
use serde::{Deserialize, Serialize};

pub(crate) enum Bincode {}

impl Primitives for Bincode {
    #[inline]
    fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()> {
        ::bincode::serde::encode_into_writer(value, Out(out), standard()).map_err(|error| state(&error.to_string()))
    }

    #[inline]
    fn put_number(out: &mut Vec<u8>, number: u64) {
        let [a, b, c, d, e, f, g, h] = number.to_le_bytes();
        match number {
            0..251 => out.push(a),
            251..0x1_0000 => out.extend_from_slice(&[SHORTEST_MARKER, a, b]),
            0x1_0000..0x1_0000_0000 => out.extend_from_slice(&[U32_MARKER, a, b, c, d]),
            _ => out.extend_from_slice(&[U64_MARKER, a, b, c, d, e, f, g, h]),
        }
    }

    #[inline]
    fn get<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T> {
        let available = input.len() as u64;
        let decoded = ::bincode::serde::borrow_decode_from_slice(input, standard());
        let (value, used) = decoded.map_err(|error| match error {
            DecodeError::UnexpectedEnd { additional } => {
                let needed = available.saturating_add(additional as u64);
                Kind::Truncated { what: "the state", needed, available }.into()
            }
            error => state(&error.to_string()),
        })?;
        *input = input.get(used..).unwrap_or_default();
        Ok(value)
    }

    #[inline]
    fn plain_number(input: &[u8]) -> Option<(u64, &[u8])> {
        let (number, rest, least) = match *input {
            [byte, ref rest @ ..] if byte < SHORTEST_MARKER => return Some((byte.into(), rest)),
            [SHORTEST_MARKER, a, b, ref rest @ ..] => (u16::from_le_bytes([a, b]).into(), rest, SHORTEST_MARKER.into()),
            [U32_MARKER, a, b, c, d, ref rest @ ..] => (u32::from_le_bytes([a, b, c, d]).into(), rest, 1 << 16),
            [U64_MARKER, a, b, c, d, e, f, g, h, ref rest @ ..] => {
                (u64::from_le_bytes([a, b, c, d, e, f, g, h]), rest, 1 << 32)
            }
            _ => return None,
        };
        (number >= least).then_some((number, rest))
    }

    /// A marker is followed by 2, 4, 8 or 16 bytes, little endian; the next shorter form lacks the upper half.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "half of a length is within it")]
    fn is_shortest(number: &[u8]) -> bool {
        match number {
            [_, low, 0] => *low >= SHORTEST_MARKER,
            [_, bytes @ ..] if bytes.len() > 2 => bytes[bytes.len() / 2..].iter().any(|byte| *byte != 0),
            _ => true,
        }
    }
}

/// Smaller numbers are one byte.
const SHORTEST_MARKER: u8 = 251;
const U32_MARKER: u8 = 252;
const U64_MARKER: u8 = 253;

fn state(message: &str) -> Error {
    Kind::State { message: printable(message) }.into()
}

struct Out<'a>(&'a mut Vec<u8>);

impl Writer for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}
