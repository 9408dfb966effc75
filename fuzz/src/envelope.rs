//! The body that parses envelopes without building values. Imports `laws`, `repair`.

use crate::laws::assert_printable;
use crate::repair::{assemble, repair};
use typeport::{Envelope, Format, TypeName};

/// Parses bytes as they are, and with length and checksum repaired; asserts that what parses is canonical.
pub fn envelope(data: &[u8]) {
    parse(data);
    let mut repaired = data.to_vec();
    repair(&mut repaired);
    if repaired != data {
        parse(&repaired);
    }
}

fn parse(bytes: &[u8]) {
    let envelope = match Envelope::parse(bytes) {
        Ok(envelope) => envelope,
        Err(error) => return assert_printable(&error.to_string()),
    };
    assert_printable(envelope.type_name().as_str());
    let mut last = None;
    for nested in envelope.nested() {
        assert_printable(nested.name);
        assert_eq!(nested.name.parse::<TypeName>().expect("it was parsed").as_str(), nested.name);
        assert!(last < Some(nested.type_hash), "the names are sorted");
        last = Some(nested.type_hash);
    }
    assert!(Format::ALL.contains(&envelope.format()));
    assert_rebuilt(bytes, &envelope);
    if envelope.has_checksum() {
        assert_checked(bytes);
    }
}

/// Law: a checksum finds any single bit that was changed, but for the one that says whether there is a checksum.
fn assert_checked(bytes: &[u8]) {
    let mut damaged = bytes.to_vec();
    // Where it is changed is determined by the checksum itself, so it can be anywhere.
    let place = bytes.iter().rev().take(4).fold(0_usize, |place, byte| place << 8 | usize::from(*byte));
    let (at, bit) = (place / 8 % bytes.len(), place % 8);
    damaged[at] ^= 1 << bit;
    assert!(at == 1 && bit == 0 || Envelope::parse(&damaged).is_err(), "bit {bit} of byte {at} may be changed");
}

/// Law: an envelope that parses is canonical. The bytes up to the names section are rebuilt from the parts.
fn assert_rebuilt(bytes: &[u8], envelope: &Envelope<'_>) {
    let name = envelope.type_name().as_str();
    let mut built = assemble(envelope.format() as u8, envelope.type_hash(), name.as_bytes(), envelope.state());
    built[1] |= u8::from(envelope.has_checksum()) | u8::from(!envelope.nested().is_empty()) << 1;
    built[1] |= u8::from(envelope.schema().is_some()) << 2;
    built[3..7].copy_from_slice(&u32::try_from(bytes.len()).expect("a short input").to_le_bytes());
    assert_eq!(built, bytes[..built.len()], "parsed and written again");
    let checksum = if envelope.has_checksum() { 4 } else { 0 };
    if envelope.nested().is_empty() && envelope.schema().is_none() {
        assert_eq!(built.len() + checksum, bytes.len(), "nothing but the checksum follows");
    } else {
        // Count of names or types, length of the section.
        assert!(built.len() + 1 + 4 + checksum < bytes.len(), "sections follow");
    }
}
