//! Our reader and writer of the binary formats against the crates of these formats: equal bytes and verdicts, except for what
//! we refuse on purpose.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode"))]

use crate::scale::thinned;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use typeport::{Codec, Envelope, Format, Portable};

/// Every primitive, every compound, and the arrays that are copied whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "oracle::All")]
struct All {
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    floats: (f32, f64),
    truth: bool,
    character: char,
    text: String,
    one: One,
    option: Option<Option<i64>>,
    map: BTreeMap<u16, Vec<u8>>,
    arrays: Arrays,
    others: (Vec<u64>, Vec<bool>),
    slices: (Box<[u8]>, Box<[f64]>, [f64; 3]),
    units: Vec<()>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Arrays(Vec<u8>, Vec<i8>, Vec<f32>, Vec<f64>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Portable)]
enum One {
    Unit,
    Newtype(Vec<f64>),
    Tuple(i64, Vec<i8>),
    Struct { bytes: Vec<u8>, next: Option<Box<One>> },
}

/// Numbers of all lengths: uniform ones are nearly all of the longest form.
fn number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0..64_u32).prop_map(|(number, shift)| number >> shift)
}

fn numbers() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(number(), 0..12)
}

fn one(numbers: &[u64], text: &str) -> One {
    let floats = numbers.iter().map(|number| *number as f64 / 3.0).collect();
    match numbers.len() % 4 {
        0 => One::Unit,
        1 => One::Newtype(floats),
        2 => One::Tuple(numbers[0] as i64, numbers.iter().map(|number| *number as i8).collect()),
        _ => {
            let next = numbers.get(1..).map(|rest| Box::new(one(rest, text)));
            One::Struct { bytes: text.as_bytes().to_vec(), next }
        }
    }
}

fn all() -> impl Strategy<Value = All> {
    (numbers(), number(), any::<u128>(), any::<(f32, f64, char, String)>()).prop_map(
        |(numbers, number, wide, (short, long, character, text))| {
            let signed = number as i64 ^ (wide as i64 >> 63);
            let bytes: Vec<u8> = numbers.iter().map(|number| *number as u8).collect();
            let floats: Vec<f64> = numbers.iter().map(|number| f64::from_bits(number.rotate_left(52))).collect();
            All {
                signed: (signed as i8, signed as i16, signed as i32, signed, wide as i128 >> (number % 128)),
                unsigned: (number as u8, number as u16, number as u32, number, wide >> (number % 128)),
                floats: (short, long),
                truth: number % 2 == 0,
                character,
                one: one(&numbers, &text),
                option: [None, Some(None), Some(Some(signed))][number as usize % 3],
                map: numbers.iter().map(|number| (*number as u16, bytes.clone())).collect(),
                slices: (bytes.clone().into(), floats.clone().into(), [long; 3]),
                arrays: Arrays(
                    bytes.clone(),
                    bytes.iter().map(|byte| *byte as i8).collect(),
                    floats.iter().map(|float| *float as f32).collect(),
                    floats,
                ),
                others: (numbers.clone(), numbers.iter().map(|number| number % 2 == 0).collect()),
                units: vec![(); numbers.len()],
                text,
            }
        },
    )
}

fn stock_bytes<T: Serialize>(format: Format, value: &T) -> Vec<u8> {
    match format {
        Format::Bincode => bincode::serde::encode_to_vec(value, bincode::config::standard()).unwrap(),
        _ => postcard::to_allocvec(value).unwrap(),
    }
}

/// The whole of `state` as the format's own crate reads it.
fn stock<T: for<'de> Deserialize<'de>>(format: Format, state: &[u8]) -> Option<T> {
    let (value, rest) = match format {
        Format::Bincode => {
            let config = bincode::config::standard();
            let (value, used) = bincode::serde::borrow_decode_from_slice(state, config).ok()?;
            (value, &state[used..])
        }
        _ => postcard::take_from_bytes(state).ok()?,
    };
    rest.is_empty().then_some(value)
}

fn codec(format: Format) -> Codec {
    Codec::default().format(format).checksum(false)
}

/// The envelope of `value` with another state in it.
fn with_state<T: Portable>(format: Format, value: &T, state: &[u8]) -> Vec<u8> {
    let mut bytes = codec(format).to_vec(value).unwrap();
    let own = Envelope::parse(&bytes).unwrap().state().len();
    bytes.truncate(bytes.len() - own);
    bytes.extend_from_slice(state);
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    bytes[3..7].copy_from_slice(&length);
    bytes
}

/// Values with NaN in them have no equality, but a text.
fn text(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// Asserts that we read the same from `state` as the stock crate, and that a state which only we refuse has another encoding.
#[track_caller]
fn check_verdict<T: Portable>(format: Format, sample: &T, state: &[u8]) {
    let ours = codec(format).from_slice::<T>(&with_state(format, sample, state));
    match (ours, stock::<T>(format, state)) {
        (Ok(ours), Some(stock)) => assert_eq!(text(&ours), text(&stock), "{format}: {state:?}"),
        (Err(_), None) => {}
        (Ok(ours), None) => panic!("{format}: only we read {ours:?} of {state:?}"),
        (Err(error), Some(stock)) => {
            let is_on_purpose = error.is_limit() || stock_bytes(format, &stock) != state;
            assert!(is_on_purpose, "{format}: only we refuse {state:?}: {error}");
        }
    }
}

fn runner(cases: u32) -> TestRunner {
    let cases = if cfg!(miri) { 2 } else { cases };
    let config = Config { cases, rng_seed: RngSeed::Fixed(0x0a_c1e5), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
}

const BINARY: [Format; 2] = [Format::Postcard, Format::Bincode];

#[test]
fn bytes_are_those_of_the_stock_crates() {
    let check = |value: All| {
        for format in BINARY {
            let bytes = codec(format).to_vec(&value).unwrap();
            assert_eq!(Envelope::parse(&bytes).unwrap().state(), stock_bytes(format, &value), "{format}");
            assert_eq!(text(&codec(format).from_slice::<All>(&bytes).unwrap()), text(&value), "{format}");
        }
        Ok(())
    };
    runner(2000).run(&all(), check).unwrap();
}

#[test]
fn verdicts_on_damaged_states_are_those_of_the_stock_crates() {
    let damage = (all(), any::<(u16, u8, u16)>());
    let check = |(value, (at, byte, cut)): (All, (u16, u8, u16))| {
        for format in BINARY {
            let state = stock_bytes(format, &value);
            let (at, cut) = (usize::from(at) % state.len(), usize::from(cut) % state.len());
            let mut damaged = state.clone();
            damaged[at] = byte;
            check_verdict(format, &value, &damaged);
            check_verdict(format, &value, &state[..cut]);
        }
        Ok(())
    };
    runner(4000).run(&damage, check).unwrap();
}

/// Every array that is copied whole, at lengths around the size of a chunk.
#[test]
fn arrays_of_any_length_are_those_of_the_stock_crates() {
    #[track_caller]
    fn check<T: Portable + Copy>(number: impl Fn(usize) -> T) {
        for length in thinned(4, [0, 1, 2, 127, 128, 129, 255, 256, 257, 1000]) {
            let values: Vec<T> = (0..length).map(&number).collect();
            for format in BINARY {
                let state = stock_bytes(format, &values);
                let bytes = codec(format).to_vec(&values).unwrap();
                assert_eq!(Envelope::parse(&bytes).unwrap().state(), state, "{format}: {length}");
                assert_eq!(text(&codec(format).from_slice::<Vec<T>>(&bytes).unwrap()), text(&values));
                for cut in [state.len() - 1, state.len() / 2, 1] {
                    check_verdict(format, &values, &state[..cut.min(state.len())]);
                }
                check_verdict(format, &values, &[&state[..], &[0]].concat());
            }
        }
    }
    check(|index| index as u8);
    check(|index| index as i8);
    check(|index| index as f32 / 3.0);
    check(|index| index as f64 / 3.0);
}

/// An array that is written from its end, by functions of the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Reversed {
    #[serde(with = "backwards")]
    bytes: Vec<u8>,
}

mod backwards {
    use serde::de::{Deserializer, SeqAccess, Visitor};
    use serde::ser::Serializer;

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(bytes.iter().rev())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_seq(Backwards)
    }

    struct Backwards;

    impl<'de> Visitor<'de> for Backwards {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("bytes, the last first")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Vec<u8>, A::Error> {
            let mut bytes = Vec::new();
            while let Some(byte) = parts.next_element()? {
                bytes.insert(0, byte);
            }
            Ok(bytes)
        }
    }
}

#[test]
fn a_visitor_of_a_user_that_makes_an_array_is_not_passed_over() {
    let value = Reversed { bytes: vec![1, 2, 3] };
    for format in BINARY {
        let bytes = codec(format).to_vec(&value).unwrap();
        assert_eq!(Envelope::parse(&bytes).unwrap().state(), [3, 3, 2, 1], "{format}");
        assert_eq!(codec(format).from_slice::<Reversed>(&bytes).unwrap(), value);
    }
}
