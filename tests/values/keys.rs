//! Keys of erased maps and sets: a type that the compiler rejects as a key is refused here too. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;
use typeport::{Codec, Envelope, Format, Portable, Value, portable};

#[portable]
trait Group {
    fn count(&self) -> usize;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(bound(deserialize = "T: Hash + Eq + Deserialize<'de>"))]
struct Unique<T: Hash + Eq> {
    members: HashSet<T>,
}

#[portable]
impl<T: Hash + Eq> Group for Unique<T> {
    fn count(&self) -> usize {
        self.members.len()
    }
}

/// The envelope of `value`, with another name and the type hash that a decode expects for it.
fn renamed<V: Value>(codec: &Codec, value: &V, name: &str) -> Vec<u8> {
    let bytes = codec.to_vec(value).unwrap();
    let envelope = Envelope::parse(&bytes).unwrap();
    let state = envelope.state();
    let forge = |hash: u64| {
        let mut forged = bytes[..7].to_vec();
        forged.extend(hash.to_le_bytes());
        forged.push(u8::try_from(name.len()).unwrap());
        forged.extend([name.as_bytes(), state].concat());
        let length = u32::try_from(forged.len()).unwrap();
        forged[3..7].copy_from_slice(&length.to_le_bytes());
        forged
    };
    let message = codec.from_slice::<Box<dyn Value>>(&forge(0)).unwrap_err().to_string();
    let (_, expected) = message.split_once("in the envelope and ").unwrap();
    forge(u64::from_str_radix(&expected[..16], 16).unwrap())
}

#[test]
fn a_key_without_a_hash_is_refused() {
    #[track_caller]
    fn check<V: Value>(value: &V, name: &str) {
        for &format in Format::ALL {
            let codec = Codec::default().format(format).checksum(false);
            let forged = renamed(&codec, value, name);
            let error = codec.from_slice::<Box<dyn Value>>(&forged).unwrap_err();
            assert!(error.is_malformed() && error.to_string().contains("without `Hash`"), "{format}: {error}");
            // Nothing of it is left for the next decode.
            let good = codec.to_vec(&HashSet::from([1_i64, 2])).unwrap();
            codec.from_slice::<Box<dyn Value>>(&good).unwrap();
        }
    }
    // Equal bytes: a list of floats.
    check(&vec![0.5_f64, 1.5, 2.5], "HashSet<f64>");
    check(&vec![0.5_f64], "HashSet<f64>");
    check(&vec![vec![0.5_f64], vec![1.5]], "HashSet<Vec<f64>>");
    check(&vec![(0.5_f64, 1_u8)], "HashSet<(f64, u8)>");
}

#[test]
fn a_forged_argument_of_a_users_type_is_refused() {
    for &format in Format::ALL {
        let codec = Codec::default().format(format).checksum(false);
        let value = Unique { members: HashSet::from([1_i64, 2]) };
        let bytes = codec.to_vec(&value).unwrap();
        let any: Box<dyn Group> = codec.from_slice(&bytes).unwrap();
        assert_eq!(any.count(), 2, "{format}");

        #[derive(Debug, Serialize, Deserialize, Portable)]
        struct List {
            members: Vec<f64>,
        }
        let forged = renamed(&codec, &List { members: vec![0.5, 1.5] }, "typeport::Unique<f64>");
        let error = codec.from_slice::<Box<dyn Group>>(&forged).unwrap_err();
        assert!(error.to_string().contains("without `Hash`"), "{format}: {error}");
    }
}

/// The keys that there are: of std, with `Hash` derived, and without anything, which compare by their bytes.
#[test]
fn keys_with_a_hash_or_without_any_comparison_are_taken() {
    fn check<K: Portable + Hash + Eq + Clone>(keys: &[K]) {
        for format in [Format::Postcard, Format::Bincode] {
            let codec = Codec::default().format(format);
            let map: HashMap<K, u8> = keys.iter().map(|key| (key.clone(), 1)).collect();
            let bytes = codec.to_vec(&map).unwrap();
            let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
            let again: HashMap<K, u8> = typeport::downcast(any).unwrap();
            assert_eq!(again, map, "{format}");
        }
    }
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Portable)]
    struct Id(u64, String);
    check(&[1_i64, 2, 3]);
    check(&["a".to_owned(), "b".to_owned()]);
    check(&[vec![Some(1_u8)], vec![None]]);
    check(&[Id(1, "x".to_owned()), Id(2, "y".to_owned())]);
    check(&[(Id(1, "x".to_owned()), [1_u8; 2])]);
}
