//! Envelopes with schemas of types that no program has, for a reader without types. Imports typeport only.

use typeport::{Codec, Format, Limits, Registry, Schema};

/// The types of a group reach each other.
pub const GROUP: usize = 20;

/// An envelope of so many trait objects, each of a type name of its own, and of so many types in its schema, of which each
/// name reaches a group of this size.
pub fn nested(format: Format, n_names: usize, n_types: usize, group: usize) -> Vec<u8> {
    let next = |at: usize| at / group * group + (at + 1) % group;
    let types = (0..n_types).map(|at| {
        let fields = [vec![11, 2, 1, 0, 0], text(&format!("Vec<a::T{:06}>", next(at).min(n_types - 1)))].concat();
        [text(&format!("a::T{at:06}")), fields].concat()
    });
    let section = [leb128(n_types), types.flatten().collect(), vec![0]].concat();
    let name = |at: usize| format!("(a::T{:06}, Option<[(); {at}]>)", at % n_types);
    let mut names: Vec<_> = (0..n_names).map(|at| (hash_of(format, &name(at), &section), name(at))).collect();
    names.sort();
    // An index, an empty vector, and no option.
    let frame = |at: usize| [leb128(2 * at), vec![0, 0]].concat();
    let frames = (0..n_names).map(|at| [length(format, frame(at).len()), frame(at)].concat());
    let state: Vec<u8> = [length(format, n_names)].into_iter().chain(frames).flatten().collect();
    let listed = names.iter().flat_map(|(hash, name)| [hash.to_le_bytes().to_vec(), text(name)].concat());
    let table = (0..n_names).flat_map(leb128);
    let names: Vec<u8> = leb128(n_names).into_iter().chain(listed).chain(leb128(n_names)).chain(table).collect();
    let root = "Vec<Box<dyn a::Any>>";
    envelope(format, (root, hash_of(format, root, &section)), &state, &[&names, &section])
}

/// What a reader does without the types, within limits that are above all of this.
pub fn read(bytes: &[u8]) -> typeport::Result<()> {
    let limits =
        Limits::trusted().with_schema_fields(usize::MAX).with_schema_bytes(usize::MAX).with_memory_per_byte(1 << 24);
    read_within(bytes, limits)
}

/// As [`read`], within these limits.
pub fn read_within(bytes: &[u8], limits: Limits) -> typeport::Result<()> {
    let codec = Codec::default().registry(Registry::empty()).limits(limits);
    codec.read::<serde::de::IgnoredAny>(bytes, &Schema::default()).map(drop)
}

fn envelope(format: Format, (name, hash): (&str, u64), state: &[u8], sections: &[&[u8]]) -> Vec<u8> {
    let number = Format::ALL.iter().position(|known| *known == format).expect("a format") as u8 + 1;
    let flags = if sections.len() == 2 { 6 } else { 4 };
    let mut bytes = vec![0xd7, 0x10 | flags, number, 0, 0, 0, 0];
    bytes.extend(hash.to_le_bytes());
    bytes.extend(text(name));
    bytes.extend(state);
    sections.iter().for_each(|section| bytes.extend(*section));
    sections.iter().for_each(|section| bytes.extend((section.len() as u32).to_le_bytes()));
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// The type hash that these shapes give to a name, as the error of a wrong one tells.
fn hash_of(format: Format, name: &str, section: &[u8]) -> u64 {
    // A state that is not read earns the memory.
    let error = read(&envelope(format, (name, 0), &[0; 64], &[section])).expect_err("the hash is wrong").to_string();
    let (_, hash) = error.split_once("in the envelope and ").expect("it tells the hash");
    u64::from_str_radix(&hash[..16], 16).expect("a hash")
}

fn text(text: &str) -> Vec<u8> {
    [leb128(text.len()), text.as_bytes().to_vec()].concat()
}

/// The length of what follows, as a binary state has it.
fn length(format: Format, value: usize) -> Vec<u8> {
    match format {
        Format::Bincode if value > 250 => [vec![251], (value as u16).to_le_bytes().to_vec()].concat(),
        Format::Bincode => vec![value as u8],
        _ => leb128(value),
    }
}

/// An unsigned number as envelopes have it.
pub fn leb128(mut value: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}
