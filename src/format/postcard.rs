//! Primitives of postcard. Imports `error` and its parent only.

use super::{Format, Primitives};
use crate::error::{Kind, Result, printable};
use ::postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

pub(crate) enum Postcard {}

impl Primitives for Postcard {
    const FORMAT: Format = Format::Postcard;

    #[inline]
    fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()> {
        ::postcard::serialize_with_flavor(value, Out(out)).map_err(state)
    }

    #[inline]
    fn put_number(out: &mut Vec<u8>, number: u64) {
        let [low, ..] = number.to_le_bytes();
        match number {
            0..0x80 => out.push(low),
            0x80..0x4000 => out.extend_from_slice(&[low | 0x80, (number >> 7).to_le_bytes()[0]]),
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
    fn plain_number(input: &[u8]) -> (u64, usize) {
        match *input {
            [byte, ..] if byte < 0x80 => (byte.into(), 1),
            _ => longer(input),
        }
    }

    #[inline]
    fn is_shortest(number: &[u8]) -> bool {
        !matches!(number, [_, .., 0])
    }
}

/// The twin of [`longer`]. What we wish to write is a loop that pushes seven bits a time; it takes 170 instructions for a number
/// of four bytes. Here the groups of seven bits are spread over the bytes of one word in three steps, each of which halves
/// the groups that it moves; the word is appended whole, and what is too much of it is cut off again.
#[inline(never)]
#[expect(clippy::arithmetic_side_effects, reason = "a length is from 1 to 8")]
fn put_longer(out: &mut Vec<u8>, number: u64) {
    let length = (u64::BITS - (number | 1).leading_zeros()).div_ceil(7);
    if length > 8 {
        // Nine bytes or ten: the lowest 56 bits, then what is above them.
        put_groups(out, number & ((1 << 56) - 1), u64::MAX);
        return put_last(out, number >> 56);
    }
    let more = (1_u64 << (8 * (length - 1))) - 1;
    put_groups(out, number, more);
    out.truncate(out.len() - (8 - length as usize));
}

/// Eight groups of seven bits; the bytes in `more` say that others follow.
#[inline]
fn put_groups(out: &mut Vec<u8>, number: u64, more: u64) {
    let halves = (number & 0x0fff_ffff) | (number & 0x00ff_ffff_f000_0000) << 4;
    let quarters = (halves & 0x0000_3fff_0000_3fff) | (halves & 0x0fff_c000_0fff_c000) << 2;
    let groups = (quarters & 0x007f_007f_007f_007f) | (quarters & 0x3f80_3f80_3f80_3f80) << 1;
    out.extend_from_slice(&(groups | more & 0x8080_8080_8080_8080).to_le_bytes());
}

/// The ninth byte, and the tenth if the number has more than 63 bits.
fn put_last(out: &mut Vec<u8>, number: u64) {
    let [low, ..] = number.to_le_bytes();
    match number >> 7 {
        0 => out.push(low),
        _ => out.extend_from_slice(&[low | 0x80, 1]),
    }
}

/// A plain number of more than one byte: LEB128, seven bits a byte, the lowest first; the tenth byte has one bit.
///
/// A function of its own, as it is large. It begins behind the first byte, since a `Vec<u64>` takes 4 % longer otherwise.
#[inline(never)]
#[expect(clippy::arithmetic_side_effects, reason = "the index is from 1 to 9")]
fn longer(input: &[u8]) -> (u64, usize) {
    let Some((&first, rest)) = input.split_first() else { return (0, 0) };
    let mut number = u64::from(first & 0x7f);
    // A loop of a fixed length, which the compiler unrolls.
    for index in 1..10 {
        let Some(&byte) = rest.get(index - 1) else { break };
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            let is_shortest = byte != 0;
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
