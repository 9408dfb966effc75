//! Types whose hashes collide: the hash is an index, the name decides. Tests only; imports `codec`, `format`, `policy`, `shape`.
//! Imports `codec`, `format`, `lib`, `policy` and `shape`.
//!
//! No two known types collide in 64 bits, so each test runs once more, as a process that keeps a few bits of each hash.

use crate::codec::{Codec, Portable, Value};
use crate::format::Format;
use crate::policy::Policy;
use crate::shape::HASH_BITS;
use std::collections::BTreeMap;
use std::process::Command;

type Exact = fn(&Codec, &[u8]) -> crate::Result<Box<dyn Value>>;

/// A value of one type, and the result of decoding it as that type.
struct Subject {
    value: fn() -> Box<dyn Value>,
    exact: Exact,
    downcast: fn(Box<dyn Value>) -> bool,
    only: fn() -> Policy,
}

fn subject<T: Portable + Default>() -> Subject {
    Subject {
        value: || Box::new(T::default()),
        exact: |codec, bytes| Ok(Box::new(codec.from_slice::<T>(bytes)?)),
        downcast: |value| crate::downcast::<T, _>(value).is_ok(),
        only: || Policy::deny_all().allow::<T>(),
    }
}

/// Native and erased types, most of which have the same state: one byte of zero.
fn subjects() -> Vec<Subject> {
    vec![
        subject::<u64>(),
        subject::<i64>(),
        subject::<bool>(),
        subject::<String>(),
        subject::<Vec<u64>>(),
        subject::<Vec<i64>>(),
        subject::<Vec<Vec<Vec<i64>>>>(),
        subject::<Vec<Vec<Vec<String>>>>(),
        subject::<Option<u64>>(),
        subject::<Option<Option<Vec<i64>>>>(),
        subject::<BTreeMap<u64, Vec<Vec<u64>>>>(),
        subject::<BTreeMap<u64, Vec<Vec<i64>>>>(),
        subject::<(u64,)>(),
        subject::<(i64,)>(),
        subject::<[bool; 1]>(),
    ]
}

fn name(value: &dyn Value) -> String {
    value.type_name().to_string()
}

fn hash(value: &dyn Value) -> u64 {
    value.__about().identity().unwrap().hash
}

/// Runs `check` over all pairs of different types in a process of its own, for several widths of the hash.
fn with_narrow_hashes(test: &str, check: fn(Format, &Subject, &Subject)) {
    if std::env::var_os(HASH_BITS).is_none() {
        for bits in ["0", "1", "3"] {
            let program = std::env::current_exe().unwrap();
            let arguments = [format!("collisions::{test}"), "--exact".to_owned(), "--nocapture".to_owned()];
            let output = Command::new(program).args(arguments).env(HASH_BITS, bits).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{bits} bits: {text}{}", String::from_utf8_lossy(&output.stderr));
            assert!(text.contains("1 passed"), "{bits} bits: {text}");
        }
        return;
    }
    let (subjects, mut collisions) = (subjects(), 0);
    for (at, one) in subjects.iter().enumerate() {
        for other in subjects.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, other)| other) {
            collisions += usize::from(hash(&*(one.value)()) == hash(&*(other.value)()));
            Format::ALL.iter().copied().for_each(|format| check(format, one, other));
        }
    }
    assert!(collisions >= subjects.len(), "{collisions} pairs collide");
}

#[test]
fn a_root_is_what_its_name_says() {
    with_narrow_hashes("a_root_is_what_its_name_says", |format, one, other| {
        let (value, codec) = ((one.value)(), Codec::default().format(format));
        let (name_of_one, bytes) = (name(&*value), codec.to_vec(&value).unwrap());
        let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
        assert_eq!(name(&*any), name_of_one);
        assert_eq!(codec.to_vec(&any).unwrap(), bytes);
        assert!(!(other.downcast)(any));
        assert_eq!(name(&*(one.exact)(&codec, &bytes).unwrap()), name_of_one);
        assert_eq!((other.exact)(&codec, &bytes).unwrap_err().code(), 15);
        assert!((other.exact)(&codec, &bytes).unwrap_err().is_mismatch());
        (one.exact)(&codec.clone().policy((one.only)()), &bytes).unwrap();
        let denied = codec.clone().policy((other.only)()).from_slice::<Box<dyn Value>>(&bytes).unwrap_err();
        assert!(denied.is_denied(), "{denied}");
    });
}

/// A frame identifies its type by hash, so one envelope cannot have two types with the same hash.
#[test]
fn nested_values_are_what_their_names_say_or_an_error() {
    with_narrow_hashes("nested_values_are_what_their_names_say_or_an_error", |format, one, other| {
        let codec = Codec::default().format(format);
        let collide = hash(&*(one.value)()) == hash(&*(other.value)());
        let inner = vec![(other.value)()];
        let side_by_side = vec![(one.value)(), (other.value)(), (one.value)()];
        let within: Vec<Box<dyn Value>> = vec![(one.value)(), Box::new(inner)];
        for values in [side_by_side, within] {
            let names: Vec<String> = values.iter().map(|value| name(&**value)).collect();
            match codec.to_vec(&values) {
                Ok(bytes) => {
                    let again: Vec<Box<dyn Value>> = codec.from_slice(&bytes).unwrap();
                    assert_eq!(again.iter().map(|value| name(&**value)).collect::<Vec<_>>(), names);
                    assert_eq!(codec.to_vec(&again).unwrap(), bytes);
                    assert!(!collide, "{format}: {names:?} was written");
                }
                Err(error) => {
                    assert!(error.to_string().contains("have the same type hash"), "{format}: {error}");
                    let kinds = values.len() == 3 && collide || values.len() == 2;
                    assert!(kinds && error.code() == 33, "{format}: {error}");
                }
            }
        }
    });
}
