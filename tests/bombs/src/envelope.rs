//! Envelopes around states of any bytes. Imports typeport only.

use crate::types::{Around, Holder};
use typeport::{Codec, Envelope, Format, Portable, Value};

/// The envelope of `value`, with `state` instead of its own.
pub fn with_state<V: Value + ?Sized>(value: &V, format: Format, state: &[u8]) -> Vec<u8> {
    let bytes = Codec::default().format(format).checksum(false).to_vec(value).expect("the default value is small");
    let parsed = Envelope::parse(&bytes).expect("it was just written").state();
    let at = parsed.as_ptr() as usize - bytes.as_ptr() as usize;
    repaired([&bytes[..at], state, &bytes[at + parsed.len()..]].concat())
}

/// As [`with_state`], of a type's default value.
pub fn of<T: Portable + Default>(format: Format, state: &[u8]) -> Vec<u8> {
    with_state(&T::default(), format, state)
}

/// As [`of`], for a [`Holder`] of the type.
pub fn held<T: Portable + Default>(format: Format, state: &[u8]) -> Vec<u8> {
    of::<Holder<T>>(format, &field(format, "value", state))
}

/// As [`held`], with the holder as a trait object in [`Around`].
pub fn nested<T: Portable + Default>(format: Format, state: &[u8]) -> Vec<u8> {
    let holder = Holder::<T>::default();
    let frame = frame(format, holder.type_name().as_str(), &field(format, "value", state));
    with_state(&Around { inner: Box::new(holder) }, format, &field(format, "inner", &frame))
}

/// A struct's only field.
pub fn field(format: Format, name: &str, state: &[u8]) -> Vec<u8> {
    match format {
        Format::Json => [format!("{{\"{name}\":").as_bytes(), state, b"}"].concat(),
        _ => state.to_vec(),
    }
}

/// A nested value, which is of the first type in its container's table.
pub fn frame(format: Format, type_name: &str, state: &[u8]) -> Vec<u8> {
    match format {
        Format::Json => [format!("{{\"type\":\"{type_name}\",\"value\":").as_bytes(), state, b"}"].concat(),
        _ => [length(format, state.len() as u64 + 1).as_slice(), &[0], state].concat(),
    }
}

/// The length of what follows, as a binary state has it.
pub fn length(format: Format, value: u64) -> Vec<u8> {
    match format {
        Format::Bincode => bincode::serde::encode_to_vec(value, bincode::config::standard()).expect("a number"),
        _ => leb128(value),
    }
}

/// A sequence that claims `count` elements, each of these bytes; JSON can claim no more than there is.
pub fn sequence(format: Format, count: u64, element: &[u8], json: &str) -> Vec<u8> {
    match format {
        Format::Json => format!("[{}]", joined(json, count as usize)).into_bytes(),
        _ if element.is_empty() => length(format, count),
        _ => [length(format, count), element.repeat(count as usize)].concat(),
    }
}

/// As many copies, with commas between.
pub fn joined(part: &str, count: usize) -> String {
    let mut text = [part, ","].concat().repeat(count);
    text.pop();
    text
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

/// An envelope without checksum, its length put right.
pub fn repaired(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}
