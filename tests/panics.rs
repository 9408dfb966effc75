//! A panic in code of a user ends the decode with an error, and nothing else: what comes after is as it was before.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

mod scale;

use scale::{formats, scaled};
use serde::{Deserialize, Deserializer, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};
use typeport::{Codec, Format, Portable, Value, portable};

#[portable]
trait Shown {
    fn shown(&self) -> String;
}

/// Values alive; one is one.
static ALIVE: AtomicIsize = AtomicIsize::new(0);

#[derive(Debug)]
struct Counted(u8);

impl Counted {
    fn new(number: u8) -> Self {
        ALIVE.fetch_add(1, SeqCst);
        Counted(number)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, SeqCst);
    }
}

impl Serialize for Counted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        assert!(number != 13, "an unlucky number");
        Ok(Counted::new(number))
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Fragile<T> {
    #[portable(opaque = "Counted")]
    parts: Vec<Counted>,
    more: T,
}

#[portable]
impl<T: Portable> Shown for Fragile<T> {
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Portable)]
struct Unordered(u8);

impl PartialOrd for Unordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Unordered {
    fn cmp(&self, other: &Self) -> Ordering {
        assert!(self.0 != 13 && other.0 != 13, "it has no order");
        self.0.cmp(&other.0)
    }
}

/// It panics when it is dropped, as an error does it here.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Mine(u8);

impl Drop for Mine {
    fn drop(&mut self) {
        assert!(self.0 != 13 || std::thread::panicking(), "stepped on");
    }
}

fn fragile(numbers: &[u8]) -> Fragile<Vec<Box<dyn Shown>>> {
    Fragile { parts: numbers.iter().map(|number| Counted::new(*number)).collect(), more: Vec::new() }
}

#[test]
fn a_panic_in_deserialize_is_an_error_and_leaves_nothing() {
    for format in Format::ALL {
        let codec = Codec::default().format(format);
        let nest = |inner| Fragile { more: vec![Box::new(inner) as Box<dyn Shown>], ..fragile(&[1, 2]) };
        let (good, bad) =
            (codec.to_vec(&nest(fragile(&[3]))).unwrap(), codec.to_vec(&nest(fragile(&[4, 13]))).unwrap());
        assert_eq!(ALIVE.load(SeqCst), 0);
        for _ in 0..scaled(300, 2) {
            let error = codec.from_slice::<Fragile<Vec<Box<dyn Shown>>>>(&bad).unwrap_err();
            assert!(error.is_panic() && error.code() == 23, "{error}");
            assert!(
                error.to_string().contains("code of `typeport::Fragile<Vec<Box<dyn typeport::Shown>>>`"),
                "{error}"
            );
            let error = codec.from_slice::<Box<dyn Shown>>(&bad).unwrap_err();
            assert!(error.is_panic(), "{error}");
            assert_eq!(ALIVE.load(SeqCst), 0, "what was built is dropped, once");
            assert!(codec.from_slice::<Box<dyn Shown>>(&good).unwrap().shown().contains("Counted(3)"));
        }
    }
}

#[test]
fn a_panic_in_ord_is_an_error() {
    for numbers in [[1_u8, 2, 3], [1, 2, 13]] {
        for format in Format::ALL {
            let bytes = Codec::default().format(format).to_vec(&numbers.map(Unordered).to_vec()).unwrap();
            let vec: Vec<Unordered> = typeport::from_slice(&bytes).unwrap();
            assert_eq!(vec.len(), 3);
        }
    }
    let mut bytes = Codec::default().checksum(false).to_vec(&BTreeSet::from([1, 2, 12].map(Unordered))).unwrap();
    *bytes.last_mut().unwrap() = 13;
    let error = typeport::from_slice::<BTreeSet<Unordered>>(&bytes).unwrap_err();
    assert!(error.is_panic(), "{error}");
}

#[test]
#[cfg_attr(miri, ignore = "the error that is on its way is lost, and its memory: rust-lang/rust#47949")]
fn a_panic_in_drop_is_an_error() {
    let mut bytes = Codec::default().checksum(false).to_vec(&(Mine(12), true)).unwrap();
    let state = bytes.len() - 2;
    bytes[state..].copy_from_slice(&[13, 9]);
    let error = typeport::from_slice::<(Mine, bool)>(&bytes).unwrap_err();
    assert!(error.is_panic(), "{error}");
    assert_eq!(typeport::from_slice::<u8>(&typeport::to_vec(&5_u8).unwrap()).unwrap(), 5);
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Pair<T>(T, u8);

#[portable]
trait Paired {
    /// A new value, which has left the scope of its argument when it is there.
    fn paired(self: Box<Self>) -> Box<dyn Value>;
}

/// Panics when it is decoded as 13.
#[derive(Debug, Serialize, Portable)]
#[serde(transparent)]
struct Unlucky(u8);

impl<'de> Deserialize<'de> for Unlucky {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        assert!(number != 13, "an unlucky number");
        Ok(Unlucky(number))
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Single<T> {
    part: Unlucky,
    value: T,
}

#[portable]
impl<T: Portable> Paired for Single<T> {
    fn paired(self: Box<Self>) -> Box<dyn Value> {
        Box::new(Pair(self.value, 5))
    }
}

#[test]
fn a_panic_ends_the_scope_of_the_arguments() {
    let decode = |part| {
        let bytes = typeport::to_vec(&Single { part: Unlucky(part), value: 7_u8 }).unwrap();
        typeport::from_slice::<Box<dyn Paired>>(&bytes)
    };
    let outside = decode(1).unwrap().paired();
    assert_eq!(typeport::to_vec(&outside).unwrap_err().code(), 21);
    assert!(decode(13).unwrap_err().is_panic());
    assert_eq!(typeport::to_vec(&outside).unwrap_err().code(), 21, "what was in scope is not any more");
}

/// Decodes each of its envelopes, and counts those that are sound.
#[derive(Debug, Serialize, Portable)]
#[serde(transparent)]
struct Tries(#[portable(opaque = "Vec<Vec<u8>>")] Vec<Vec<u8>>, #[serde(skip)] usize);

impl<'de> Deserialize<'de> for Tries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let envelopes = Vec::<Vec<u8>>::deserialize(deserializer)?;
        let sound = envelopes.iter().filter(|bytes| typeport::from_slice::<Single<u8>>(bytes).is_ok()).count();
        Ok(Tries(envelopes, sound))
    }
}

/// A decode goes on after a panic inside of it, and has as much left of its limits as before.
#[test]
fn a_panic_counts_its_levels_back() {
    for format in formats() {
        let codec = Codec::default().format(format);
        let envelope = |part| codec.to_vec(&Single { part: Unlucky(part), value: 7_u8 }).unwrap();
        let envelopes = (0..200).map(|_| envelope(13)).chain([envelope(1)]).collect();
        let bytes = codec.to_vec(&Tries(envelopes, 0)).unwrap();
        assert_eq!(codec.from_slice::<Tries>(&bytes).unwrap().1, 1, "{format}");
    }
}
