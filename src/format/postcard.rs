//! Primitives of postcard. Imports `error` and its siblings.

use super::primitives::Primitives;
use crate::error::{Kind, Result, printable};
use ::postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

pub(crate) enum Postcard {}

impl Primitives for Postcard {
    #[inline]
    fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()> {
        ::postcard::serialize_with_flavor(value, Out(out)).map_err(state)
    }

    /// Inlined, which the compiler would not do by itself.
    #[inline(always)]
    fn put_number(out: &mut Vec<u8>, number: u64) {
        let [low, ..] = number.to_le_bytes();
        match number {
            0..0x80 => out.push(low),
            0x80..0x4000 => out.extend_from_slice(&[low | 0x80, (number >> 7).to_le_bytes()[0]]),
            0x4000..0x20_0000 => {
                let [[second, ..], [third, ..]] = [(number >> 7).to_le_bytes(), (number >> 14).to_le_bytes()];
                out.extend_from_slice(&[low | 0x80, second | 0x80, third]);
            }
            0x20_0000..0x100_0000_0000_0000 if has_room(out) => put_spread(out, number),
            _ => put_longer(out, number),
        }
    }

    #[inline]
    #[expect(clippy::arithmetic_side_effects, reason = "no slice has as many bytes as a u64 counts")]
    fn get<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T> {
        let available = input.len() as u64;
        let (value, rest) = ::postcard::take_from_bytes(input).map_err(|error| match error {
            ::postcard::Error::DeserializeUnexpectedEnd => {
                Kind::Truncated { what: "the state", needed: available + 1, available }.into()
            }
            error => state(error),
        })?;
        *input = rest;
        Ok(value)
    }

    #[inline]
    fn plain_number(input: &[u8]) -> Option<(u64, &[u8])> {
        match leb128(input) {
            (_, 0) => None,
            (number, length) => Some((number, input.get(length..)?)),
        }
    }

    /// Reads up to three bytes, which hold any number of 16 bits.
    #[inline]
    fn short_number(input: &[u8]) -> Option<(u64, &[u8])> {
        let seven = |byte: u8| u64::from(byte & 0x7f);
        match *input {
            [a @ 0..0x80, ref rest @ ..] => Some((a.into(), rest)),
            [a, b @ 1..0x80, ref rest @ ..] => Some((seven(a) | u64::from(b) << 7, rest)),
            [a, b @ 0x80..=0xff, c @ 1..0x80, ref rest @ ..] => {
                Some((seven(a) | seven(b) << 7 | u64::from(c) << 14, rest))
            }
            _ => None,
        }
    }

    #[inline]
    fn is_shortest(number: &[u8]) -> bool {
        !matches!(number, [_, .., 0])
    }
}

/// Whether there is room for a word.
#[inline]
fn has_room(out: &Vec<u8>) -> bool {
    out.capacity().wrapping_sub(out.len()) >= size_of::<u64>()
}

/// Writes a number of four to eight bytes where there is room for a word: three steps spread its bits over the word, seven per byte.
#[inline(never)]
fn put_spread(out: &mut Vec<u8>, number: u64) {
    let halves = number & 0xfff_ffff | (number << 4) & 0xfff_ffff_0000_0000;
    let quarters = halves & 0x3fff_0000_3fff | (halves << 2) & 0x3fff_0000_3fff_0000;
    let spread = quarters & 0x7f_007f_007f_007f | (quarters << 1) & 0x7f00_7f00_7f00_7f00;
    // The unused high bits of the word. Each byte but the last has the continuation bit.
    let unused = spread.leading_zeros() & !7;
    let start = out.len();
    out.extend_from_slice(&(spread | 0x80_8080_8080_8080 >> unused).to_le_bytes());
    out.truncate(start.saturating_add(8).saturating_sub(unused as usize / 8));
}

/// Writes any number. The bytes are built in an array, so that the vector reserves room once.
#[inline(never)]
fn put_longer(out: &mut Vec<u8>, mut number: u64) {
    let mut bytes = [0; 10];
    let mut length = 0_usize;
    for byte in &mut bytes {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        length = length.saturating_add(1);
        if number == 0 {
            *byte = low;
            break;
        }
        *byte = low | 0x80;
    }
    out.extend_from_slice(bytes.get(..length).unwrap_or_default());
}

/// A plain number and its length, or length 0 if it is not plain: LEB128, seven bits per byte, lowest first; the tenth byte has one
/// bit.
///
/// Not inlined, because it is large. A pair is returned in registers; an `Option` of it would not be.
#[inline(never)]
#[expect(clippy::arithmetic_side_effects, reason = "the index is less than 10")]
fn leb128(input: &[u8]) -> (u64, usize) {
    let mut number = 0;
    // A loop of a fixed length, which the compiler unrolls.
    for index in 0..10 {
        let Some(&byte) = input.get(index) else { break };
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            let is_shortest = byte != 0 || index == 0;
            let fits = index < 9 || byte == 1;
            return (number, if is_shortest && fits { index + 1 } else { 0 });
        }
    }
    (0, 0)
}

fn state(error: ::postcard::Error) -> crate::error::Error {
    Kind::State { message: printable(&error.to_string()) }.into()
}

struct Out<'a>(&'a mut Vec<u8>);

impl Flavor for Out<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> ::postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> ::postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> ::postcard::Result<()> {
        Ok(())
    }
}
