//! The same bytes under the names of other types: unknown ones, and linked ones. May import typeport.

use typeport::Envelope;

const LINKED: &str = "linked::";
const ABSENT: &str = "absent::";
/// What two hashes of one shape differ by: little enough that they are sorted alike.
const OTHER: u64 = 1;

/// The same bytes, of types that no crate here has.
pub fn absent(bytes: &[u8]) -> Vec<u8> {
    renamed(bytes, LINKED, ABSENT)
}

/// The same bytes, of the types that are linked.
pub fn linked(bytes: &[u8]) -> Vec<u8> {
    renamed(bytes, ABSENT, LINKED)
}

/// An envelope or a text, with other names, and with the hashes that belong to these.
fn renamed(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    let mut hashes = Vec::new();
    if let Ok(envelope) = Envelope::parse(bytes) {
        let nested = envelope.nested().iter().map(|nested| (nested.name, nested.type_hash));
        let all = nested.chain([(envelope.type_name().as_str(), envelope.type_hash())]);
        hashes.extend(all.filter(|(name, _)| name.contains(old)).map(|(_, hash)| hash));
    }
    let renamed = replaced(bytes, old.as_bytes(), new.as_bytes());
    hashes.into_iter().fold(renamed, |bytes, hash| replaced(&bytes, &hash.to_le_bytes(), &(hash ^ OTHER).to_le_bytes()))
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(old.len() - 1) {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
    bytes
}
