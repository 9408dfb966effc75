//! Takes envelopes apart and assembles them: a second implementation of the layout of `docs/wire-format.md`. Imports typeport's
//! `Format` only.

use std::ops::Range;
use typeport::Format;

pub const CHECKSUM: u8 = 1;
const NESTED: u8 = 2;
/// Where the length, the first field of several bytes, stands.
pub const LENGTH: Range<usize> = 3..7;
/// Where the type hash stands, and where the type name begins.
pub const HASH: Range<usize> = 7..15;
const NAME_AT: usize = HASH.end;

/// Where the parts of a sound envelope stand.
pub struct Layout {
    /// The length of the name, then the name.
    pub name_length: Range<usize>,
    pub name: Range<usize>,
    pub state: Range<usize>,
    /// The names section and its length; both are empty where it is not flagged.
    pub names: Range<usize>,
    pub names_length: Range<usize>,
}

pub fn layout(bytes: &[u8]) -> Layout {
    let (length, width) = read_leb128(&bytes[NAME_AT..]);
    let name = NAME_AT + width..NAME_AT + width + length as usize;
    let end = bytes.len() - if bytes[1] & CHECKSUM == 0 { 0 } else { 4 };
    let (names, names_length) = match bytes[1] & NESTED {
        0 => (end..end, end..end),
        _ => {
            let at = end - 4;
            let length = u32::from_le_bytes(bytes[at..end].try_into().unwrap()) as usize;
            (at - length..at, at..end)
        }
    };
    Layout { name_length: NAME_AT..NAME_AT + width, state: name.end..names.start, name, names, names_length }
}

fn read_leb128(bytes: &[u8]) -> (u64, usize) {
    let width = 1 + bytes.iter().take_while(|byte| **byte >= 0x80).count();
    let value = bytes[..width].iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f));
    (value, width)
}

pub fn leb128(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// A length as a state of this format has it.
pub fn length_in(format: Format, value: u64) -> Vec<u8> {
    match format {
        Format::Bincode => bincode::serde::encode_to_vec(value, bincode::config::standard()).unwrap(),
        _ => leb128(value),
    }
}

/// The bytes with `range` replaced, nothing repaired.
pub fn replaced(bytes: &[u8], range: Range<usize>, with: &[u8]) -> Vec<u8> {
    [&bytes[..range.start], with, &bytes[range.end..]].concat()
}

/// Writes the real length, and what [`repair_checksum`] does.
pub fn repair(bytes: &mut [u8]) {
    if bytes.len() >= LENGTH.end {
        let length = bytes.len() as u32;
        bytes[LENGTH].copy_from_slice(&length.to_le_bytes());
        repair_checksum(bytes);
    }
}

/// Writes the real checksum, if one is flagged, at the end of the bytes.
pub fn repair_checksum(bytes: &mut [u8]) {
    if bytes.len() >= LENGTH.end + 4 && bytes[1] & CHECKSUM != 0 {
        let (covered, stored) = bytes.split_last_chunk_mut::<4>().expect("compared above");
        *stored = crc32c::crc32c(covered).to_le_bytes();
    }
}

/// The envelope with another type name.
pub fn renamed(bytes: &[u8], name: &str) -> Vec<u8> {
    let layout = layout(bytes);
    let mut front = leb128(name.len() as u64);
    front.extend(name.as_bytes());
    let mut renamed = replaced(bytes, layout.name_length.start..layout.name.end, &front);
    repair(&mut renamed);
    renamed
}
