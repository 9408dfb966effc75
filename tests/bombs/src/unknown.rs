//! An endless series of new names: nothing may be kept of them. Imports `envelope`.

use crate::envelope::{leb128, of, repaired};
use typeport::{Error, Format, Value};

/// What specializations are made of: 16 to the fifth of them.
const PARTS: [&str; 16] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "i8",
    "i16",
    "i32",
    "i64",
    "f32",
    "f64",
    "bool",
    "char",
    "String",
    "()",
    "Vec<u8>",
    "Option<u8>",
];

/// Decodes envelopes of `count` distinct types. Each second one is of no linked type. The others are specializations
/// that were never named, sent first with a wrong hash, and then with the right one, which an enemy can work out.
pub fn unknown_names(from: usize, count: usize) {
    for index in from..from + count {
        if index % 2 == 0 {
            let error = decode(&format!("acme::T{index:x}<u8>"), 0);
            assert!(error.is_unlinked(), "{error}");
        } else {
            let name = specialization(index / 2);
            let mismatch = decode(&name, 0);
            assert!(mismatch.is_mismatch(), "{mismatch}");
            let error = decode(&name, right_hash(&mismatch));
            assert!(!error.is_mismatch(), "{error}");
        }
    }
}

fn specialization(index: usize) -> String {
    let part = |place: u32| PARTS[index >> (4 * place) & 15];
    format!("(bombs::Holder<({}, {}, {})>, {}, {}, char)", part(0), part(1), part(2), part(3), part(4))
}

/// Decodes an envelope with one byte of state, which is never enough.
fn decode(name: &str, hash: u64) -> Error {
    let sound = of::<u8>(Format::Postcard, &[0]);
    let bytes = [&sound[..7], &hash.to_le_bytes(), &leb128(name.len() as u64), name.as_bytes(), &[0]].concat();
    typeport::from_slice::<Box<dyn Value>>(&repaired(bytes)).expect_err("a char is never no byte")
}

/// The hash that the error about a wrong one tells: the number of sixteen digits that was not asked with.
fn right_hash(mismatch: &Error) -> u64 {
    let message = mismatch.to_string();
    let words = message.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| word.len() == 16);
    let hashes = words.filter_map(|word| u64::from_str_radix(word, 16).ok());
    hashes.max().expect("the hash that was asked with is the smallest")
}
