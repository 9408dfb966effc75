//! Repairs of fuzzed envelopes, so that checksum, length and type hash do not stop the fuzzer at the door. They are
//! done here, never in the decoder. Imports typeport only.

use typeport::Codec;

const PREFIX: usize = 7;
const CHECKSUM: u8 = 1;

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

/// How many wrong type hashes of one envelope are put right.
const HASHES: usize = 4;

/// Puts wrong type hashes right, as the error about the wrong shape tells them: a name that the fuzzer found is of use
/// only together with its hash.
pub(crate) fn repair_hashes<T: typeport::Portable>(codec: &Codec, bytes: &mut [u8]) {
    for _ in 0..HASHES {
        repair(bytes);
        let Err(error) = codec.from_slice::<T>(bytes) else { return };
        let Some((found, expected)) = hashes_in(&error.to_string()) else { return };
        while let Some(at) = bytes.windows(8).position(|window| window == found) {
            bytes[at..at + 8].copy_from_slice(&expected);
        }
    }
    repair(bytes);
}

/// The found and the expected type hash that an error message tells, as an envelope has them.
fn hashes_in(message: &str) -> Option<([u8; 8], [u8; 8])> {
    let (_, tail) = message.split_once("its type hash is ")?;
    let (found, tail) = tail.split_once(" in the envelope and ")?;
    let (expected, _) = tail.split_once(" in this program")?;
    let bytes = |hex| u64::from_str_radix(hex, 16).map(u64::to_le_bytes).ok();
    Some((bytes(found)?, bytes(expected)?)).filter(|(found, expected)| found != expected)
}

/// An envelope of these parts, with no checksum and an unknown type hash.
pub(crate) fn assemble(format: u8, name: &[u8], state: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xd7, 0x10, format, 0, 0, 0, 0];
    // What no type has: a pattern that does not occur by chance.
    bytes.extend([0xf0, 0x0d, 0xfa, 0xce, 0x0d, 0xd5, 0xee, 0xd5]);
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
