//! The body that reads states by arbitrary schemas. Imports `laws`, `repair`, `samples`.

use crate::laws::assert_sound;
use crate::repair::{assemble, repair};
use crate::samples::samples;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value as Tree;
use typeport::{Codec, Envelope, Error, Result, Schema};

/// First byte: the second one picks a sample, whose schema and state are changed by the rest, three bytes a change.
pub(crate) const CHANGED: u8 = b'c';
/// First byte: the second one is the format, the third and fourth the lengths of a type name and a schema section; the name,
/// the section and the state follow.
pub(crate) const FORGED: u8 = b'f';
/// The envelope has a schema section.
const FLAG: u8 = 4;
/// So many types of an envelope are given the hash that the schema says: more are no longer a small input.
const REPAIRS: usize = 8;
const EDITS: usize = 6;

/// Reads a state by a schema from anywhere, and asserts the laws of reading.
pub fn schema(data: &[u8]) {
    match data {
        [CHANGED, choice, edits @ ..] => {
            let sample = &samples()[usize::from(*choice) % samples().len()];
            let mut bytes = described(&sample.bytes);
            // Behind the header, so that the change is one of state, names or schema.
            let start = sample.state.start;
            for edit in edits.chunks_exact(3).take(EDITS) {
                let at = start + (usize::from(edit[0]) << 8 | usize::from(edit[1])) % (bytes.len() - start).max(1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = edit[2];
                }
            }
            check(bytes);
        }
        [FORGED, format, name, section, rest @ ..] => {
            let (name, rest) = rest.split_at(usize::from(*name).min(rest.len()));
            let (section, state) = rest.split_at(usize::from(*section).min(rest.len()));
            check(forged(*format, name, section, state));
        }
        _ => {}
    }
}

/// The same value, with the shapes of its types in the envelope.
pub(crate) fn described(bytes: &[u8]) -> Vec<u8> {
    let value: Box<dyn typeport::Value> = typeport::from_slice(bytes).expect("a sample can be decoded");
    let format = Envelope::parse(bytes).expect("a sample is an envelope").format();
    Codec::default().format(format).checksum(false).schema(true).to_vec(&*value).expect("a sample can be encoded")
}

/// An envelope with this schema section.
pub(crate) fn forged(format: u8, name: &[u8], section: &[u8], state: &[u8]) -> Vec<u8> {
    let mut bytes = assemble(format, PLACEHOLDER, name, &[state, section].concat());
    bytes[1] |= FLAG;
    bytes.extend(u32::try_from(section.len()).expect("a section is small").to_le_bytes());
    repair(&mut bytes);
    bytes
}

/// The type hash of a name that nobody has hashed.
const PLACEHOLDER: u64 = 0x5eed_5eed_5eed_5eed;

/// Reads an envelope. A schema is compared by its hash before anything is read by it, so the envelope is given the hashes
/// that its schema has: the error says them.
fn check(mut bytes: Vec<u8>) {
    let read = |bytes: &[u8]| read::<IgnoredAny>(bytes);
    let mut found = read(&bytes);
    for _ in 0..REPAIRS {
        let Some((old, new)) = found.as_ref().err().and_then(hashes) else { break };
        replace(&mut bytes, &old.to_le_bytes(), &new.to_le_bytes());
        repair(&mut bytes);
        found = read(&bytes);
    }
    let tree = self::read::<Tree>(&bytes);
    if let Ok(tree) = &tree {
        assert!(found.is_ok(), "{bytes:?} is {tree} and cannot be skipped: {found:?}");
    }
    // Law: who leaves parts unread is told so, and never gets the next value's bytes.
    if let Ok((first, second)) = self::read::<(Tree, Tree)>(&bytes) {
        let is_limit = tree.as_ref().is_err_and(Error::is_limit);
        let tree = tree.ok();
        assert!(
            is_limit || tree == Some(Tree::Array(vec![first, second])),
            "{bytes:?} is {tree:?}, and was read as two"
        );
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    Codec::default().read::<T>(bytes, &Schema::default()).inspect_err(assert_sound)
}

/// The type hashes in the envelope and in the schema, from the error that they differ.
fn hashes(error: &Error) -> Option<(u64, u64)> {
    let text = error.to_string();
    let (_, rest) = text.split_once("its type hash is ")?;
    let (found, rest) = rest.split_once(" in the envelope and ")?;
    let (expected, _) = rest.split_once(" in the schema")?;
    Some((u64::from_str_radix(found, 16).ok()?, u64::from_str_radix(expected, 16).ok()?))
}

fn replace(bytes: &mut [u8], old: &[u8; 8], new: &[u8; 8]) {
    for at in 0..bytes.len().saturating_sub(old.len() - 1) {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
}

/// The schema section of an envelope with one.
pub(crate) fn section(described: &[u8]) -> &[u8] {
    let (front, length) = described.split_last_chunk::<4>().expect("it ends with the length of its schema");
    let end = if Envelope::parse(described).expect("an envelope").nested().is_empty() {
        front.len()
    } else {
        front.len() - 4
    };
    let length = usize::try_from(u32::from_le_bytes(*length)).expect("it is small");
    &described[end - length..end]
}

#[test]
fn a_forged_schema_is_read_by() {
    // One type, a struct of two named fields; no former ids.
    let section =
        [&[1, 4][..], b"a::B", &[11, 3, 2, 1], b"x", &[0, 2], b"u8", &[1], b"y", &[0, 6], b"String", &[0]].concat();
    let mut bytes = forged(1, b"a::B", &section, &[7, 1, b'z']);
    let error = read::<Tree>(&bytes).unwrap_err();
    let (old, new) = hashes(&error).unwrap_or_else(|| panic!("{error}"));
    assert_eq!(old, PLACEHOLDER);
    replace(&mut bytes, &old.to_le_bytes(), &new.to_le_bytes());
    assert_eq!(read::<Tree>(&bytes).unwrap(), serde_json::json!({ "x": 7, "y": "z" }));
}
