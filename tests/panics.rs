//! A panic in code of a user ends the decode with an error, and nothing else: what comes after is as it was before.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Deserializer, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicIsize, Ordering::SeqCst};
use typeport::{Codec, Format, Portable, portable};

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
        for _ in 0..300 {
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
fn a_panic_in_drop_is_an_error() {
    let mut bytes = Codec::default().checksum(false).to_vec(&(Mine(12), true)).unwrap();
    let state = bytes.len() - 2;
    bytes[state..].copy_from_slice(&[13, 9]);
    let error = typeport::from_slice::<(Mine, bool)>(&bytes).unwrap_err();
    assert!(error.is_panic(), "{error}");
    assert_eq!(typeport::from_slice::<u8>(&typeport::to_vec(&5_u8).unwrap()).unwrap(), 5);
}
