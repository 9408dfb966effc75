//! Repairs fuzzed envelopes, so that checksum, length and type hash do not stop the fuzzer at once. Repairs are done here,
//! never in the decoder. Imports typeport only.

use std::cell::RefCell;
use std::collections::HashMap;

const PREFIX: usize = 7;
const CHECKSUM: u8 = 1;
/// What no type has: a pattern that does not occur by chance.
const NO_HASH: u64 = 0xd5ee_d50d_cefa_0df0;
/// Learned hashes that are kept: more names than one run has use for, and an end to the memory they take.
const KEPT: usize = 4096;

/// Writes the real length, and the real checksum if one is flagged.
pub(crate) fn repair(bytes: &mut [u8]) {
    if bytes.len() < PREFIX {
        return;
    }
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    bytes[3..PREFIX].copy_from_slice(&length.to_le_bytes());
    let has_checksum = bytes[1] & CHECKSUM != 0;
    if let Some((covered, stored)) = bytes.split_last_chunk_mut::<4>().filter(|(covered, _)| covered.len() >= PREFIX) {
        if has_checksum {
            *stored = crc32c::crc32c(covered).to_le_bytes();
        }
    }
}

/// An envelope of these parts, with no checksum.
pub(crate) fn assemble(format: u8, type_hash: u64, name: &[u8], state: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PREFIX + 8 + 2 + name.len() + state.len());
    bytes.extend([0xd7, 0x10, format, 0, 0, 0, 0]);
    bytes.extend(type_hash.to_le_bytes());
    let mut length = name.len();
    while length >= 0x80 {
        bytes.push(length as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
    bytes.extend(name);
    bytes.extend(state);
    repair(&mut bytes);
    bytes
}

thread_local! {
    static LEARNED: RefCell<HashMap<Vec<u8>, u64>> = RefCell::default();
}

/// The type hash that goes with a name, if this process knows the type: a name that the fuzzer found is of use only
/// together with its hash. Asked once a name.
pub(crate) fn right_hash(name: &[u8]) -> u64 {
    if let Some(hash) = LEARNED.with_borrow(|learned| learned.get(name).copied()) {
        return hash;
    }
    let Some(hash) = asked_hash(name) else { return NO_HASH };
    LEARNED.with_borrow_mut(|learned| {
        if learned.len() >= KEPT {
            learned.clear();
        }
        learned.insert(name.to_vec(), hash);
    });
    hash
}

fn asked_hash(name: &[u8]) -> Option<u64> {
    typeport::__private::type_hash(&std::str::from_utf8(name).ok()?.parse().ok()?)
}

#[test]
fn the_right_hash_is_learned() {
    for sample in crate::samples::samples() {
        let envelope = typeport::Envelope::parse(&sample.bytes).unwrap();
        assert_eq!(right_hash(sample.subject.name.as_bytes()), envelope.type_hash(), "{}", sample.subject.name);
    }
    assert_eq!(right_hash(b"acme::Nowhere"), NO_HASH);
}
