//! An encode inside an encode: a `Serialize` that calls typeport. What the outer encode accepts, a decode under the same limits reads:
//! each limit at its edge, in each format, in each position.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::formats;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use typeport::{Codec, Error, Format, Limits, Portable, Value};

/// A value that is in the state as an envelope of its own.
#[derive(Debug)]
struct Sealed<T>(T);

impl<T: Portable> Serialize for Sealed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The limits are those of the encode around it.
        let bytes = Codec::default().limits(Limits::trusted()).to_vec(&self.0).map_err(S::Error::custom)?;
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de, T: Portable> Deserialize<'de> for Sealed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        typeport::from_slice(&bytes).map(Sealed).map_err(D::Error::custom)
    }
}

/// So deep in serde's code.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "within_encode::Letter")]
struct Letter {
    #[portable(opaque = "within_encode::Sealed")]
    inside: Option<(u8, Vec<Sealed<Chain>>)>,
    next: Option<Box<Letter>>,
}

/// Levels, elements, trait objects and elements of no bytes.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
#[portable(id = "within_encode::Chain")]
struct Chain {
    numbers: Vec<(u8,)>,
    nothing: Vec<()>,
    next: Option<Box<Chain>>,
    held: Option<Box<dyn Value>>,
}

fn chain() -> Chain {
    let held: Box<dyn Value> =
        (0..3).fold(Box::new(1_u8), |held, _| Box::new(Chain { held: Some(held), ..Chain::default() }));
    let last = Chain { numbers: vec![(1,); 9], nothing: vec![(); 7], next: None, held: Some(held) };
    (0..5).fold(last, |next, _| Chain { next: Some(Box::new(next)), numbers: vec![(2,); 3], ..Chain::default() })
}

fn letter() -> Letter {
    let seal = || Some((1, vec![Sealed(chain()), Sealed(chain())]));
    (0..3).fold(Letter { inside: seal(), next: None }, |next, _| Letter { inside: seal(), next: Some(Box::new(next)) })
}

type Limit = (&'static str, fn(usize) -> Limits);

const LIMITS: [Limit; 4] = [
    ("depth", |most| Limits::trusted().with_depth(most)),
    ("nested", |most| Limits::trusted().with_nested(most)),
    ("items", |most| Limits::trusted().with_items(most)),
    ("unbacked_items", |most| Limits::trusted().with_unbacked_items(most)),
];

/// The least limit under which `works`.
fn least(works: impl Fn(usize) -> bool) -> usize {
    let (mut refused, mut accepted) = (0, 10_000);
    assert!(works(accepted));
    while accepted - refused > 1 {
        let middle = (accepted + refused) / 2;
        *(if works(middle) { &mut accepted } else { &mut refused }) = middle;
    }
    accepted
}

#[track_caller]
fn check<T: Portable>(value: &T) {
    for format in formats() {
        let codec = Codec::default().format(format);
        let bytes = codec.clone().limits(Limits::trusted()).to_vec(value).unwrap();
        for (name, limits) in LIMITS {
            let reads = least(|most| codec.clone().limits(limits(most)).from_slice::<T>(&bytes).is_ok());
            let writes = least(|most| codec.clone().limits(limits(most)).to_vec(value).is_ok());
            assert!(writes >= reads, "{name} in {format}: written under {writes}, read under {reads}");
            // JSON has no elements without bytes.
            let is_exact = format != Format::Json || name != "unbacked_items";
            assert!(writes == reads || !is_exact, "{name} in {format}: written under {writes}, read under {reads}");
        }
    }
}

#[test]
fn what_is_written_inside_counts_outside() {
    check(&letter());
    check(&vec![letter(), letter()]);
    check(&(0_u8, Some(Box::new(letter()) as Box<dyn Value>)));
}

/// The inner limits bind, and the outer ones do not grow by them.
#[test]
fn the_tighter_limit_binds() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(id = "within_encode::Tight")]
    struct Tight {
        #[serde(with = "tight")]
        inside: Vec<(u8,)>,
    }
    mod tight {
        use super::*;
        pub fn serialize<S: Serializer>(list: &Vec<(u8,)>, serializer: S) -> Result<S::Ok, S::Error> {
            let codec = Codec::default().limits(Limits::default().with_items(5));
            serializer.serialize_bytes(&codec.to_vec(list).map_err(S::Error::custom)?)
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(u8,)>, D::Error> {
            typeport::from_slice(&Vec::<u8>::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }
    let write = |count: usize, most: usize| -> Result<Vec<u8>, Error> {
        let values = vec![Tight { inside: vec![(1,); 4] }, Tight { inside: vec![(1,); count] }];
        Codec::default().limits(Limits::default().with_items(most)).to_vec(&values)
    };
    write(5, 100).unwrap();
    let error = write(6, 100).unwrap_err();
    assert!(error.to_string().contains("items is 5, the input needs 6"), "{error}");
    // Two letters, four and five elements.
    write(5, 11).unwrap();
    write(5, 10).unwrap_err();
    // The next encode on the thread counts from zero.
    typeport::to_vec(&vec![(1_u8,); 100]).unwrap();
}

/// A copy for a comparison is not part of what is written.
#[test]
fn what_is_not_written_does_not_count() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(id = "within_encode::Compared")]
    struct Compared {
        #[serde(with = "compared")]
        inside: u8,
    }
    mod compared {
        use super::*;
        pub fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
            let any: Box<dyn Value> = Box::new(vec![(1_u8,); 50]);
            let copy: Vec<(u8,)> = typeport::to_exact(&*any).map_err(S::Error::custom)?;
            assert_eq!(copy.len(), 50);
            number.serialize(serializer)
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
            u8::deserialize(deserializer)
        }
    }
    let codec = Codec::default().limits(Limits::default().with_items(10));
    for format in formats() {
        codec.clone().format(format).to_vec(&vec![Compared { inside: 1 }, Compared { inside: 2 }]).unwrap();
    }
}
