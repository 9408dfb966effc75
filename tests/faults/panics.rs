//! A panic of user code ends the decode with an error, and does not affect later calls.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, scaled};
use serde::{Deserialize, Deserializer, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
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
#[portable(id = "panics::Mine")]
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
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let nest = |inner| Fragile { more: vec![Box::new(inner) as Box<dyn Shown>], ..fragile(&[1, 2]) };
        let (good, bad) =
            (codec.to_vec(&nest(fragile(&[3]))).unwrap(), codec.to_vec(&nest(fragile(&[4, 13]))).unwrap());
        assert_eq!(ALIVE.load(SeqCst), 0);
        for _ in 0..scaled(300, 2) {
            let error = codec.from_slice::<Fragile<Vec<Box<dyn Shown>>>>(&bad).unwrap_err();
            assert!(error.is_panic() && error.code() == 23, "{error}");
            assert!(
                error
                    .to_string()
                    .contains("`typeport::Fragile<Vec<Box<dyn typeport::Shown>>>`, or a type it contains, panicked"),
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
        for &format in Format::ALL {
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
    /// Stores a new value, which leaves the scope of its argument and contains nothing of it.
    fn paired(&self, store: &Mutex<Vec<Box<dyn Value>>>);
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
    fn paired(&self, store: &Mutex<Vec<Box<dyn Value>>>) {
        store.lock().unwrap().push(Box::new(Pair(None::<T>, 5)));
    }
}

#[test]
fn a_panic_ends_the_scope_of_the_arguments() {
    let decode = |part| {
        let bytes = typeport::to_vec(&Single { part: Unlucky(part), value: 7_u8 }).unwrap();
        typeport::from_slice::<Box<dyn Paired>>(&bytes)
    };
    let store = Mutex::default();
    decode(1).unwrap().paired(&store);
    let outside = store.into_inner().unwrap().remove(0);
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

/// A panic payload that panics when it is dropped, with a payload that does so too.
struct Grenade(u8);

impl Drop for Grenade {
    fn drop(&mut self) {
        if self.0 > 0 && !std::thread::panicking() {
            std::panic::panic_any(Grenade(self.0 - 1));
        }
    }
}

/// Panics with this many nested payloads.
#[derive(Debug, Serialize, Portable)]
#[serde(transparent)]
struct Armed(u8);

impl<'de> Deserialize<'de> for Armed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            0 => Ok(Armed(0)),
            number => std::panic::panic_any(Grenade(number)),
        }
    }
}

#[portable]
impl Shown for Armed {
    fn shown(&self) -> String {
        self.0.to_string()
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder<T> {
    value: T,
}

#[portable]
impl<T: Portable> Shown for Holder<T> {
    fn shown(&self) -> String {
        format!("{:?}", self.value)
    }
}

#[test]
fn what_a_panic_comes_with_may_panic_too() {
    #[track_caller]
    fn check<T>(result: Result<T, typeport::Error>) {
        let error = result.err().unwrap();
        assert!(error.is_panic() && error.code() == 23, "{error}");
    }
    for &format in Format::ALL {
        for number in [1, 2, 3] {
            let codec = Codec::default().format(format);
            let bytes = codec.to_vec(&Armed(number)).unwrap();
            check(codec.from_slice::<Armed>(&bytes));
            check(codec.from_slice::<Box<dyn Shown>>(&bytes));
            check(codec.take_from_slice::<Armed>(&bytes));
            check(codec.from_reader::<Armed>(&bytes[..]));
            check(codec.from_slice::<typeport::Opaque>(&bytes).unwrap().decode::<Armed>());
            check(codec.clone().verify(true).to_vec(&Armed(number)));
            let bytes = codec.to_vec(&Holder { value: Armed(number) }).unwrap();
            check(codec.from_slice::<Holder<Armed>>(&bytes));
            check(codec.from_slice::<Box<dyn Shown>>(&bytes));
            let bytes = codec.to_vec(&Holder { value: Box::new(Armed(number)) as Box<dyn Shown> }).unwrap();
            check(codec.from_slice::<Holder<Box<dyn Shown>>>(&bytes));
            check(codec.from_slice::<Box<dyn Shown>>(&bytes));
            let schema = typeport::Registry::global().schema();
            check(codec.read::<Armed>(&codec.to_vec(&number).unwrap(), &schema));
            let failure = typeport::Failure::new(Thrown { value: Armed(number) });
            let failure: typeport::Failure = codec.from_slice(&codec.to_vec(&failure).unwrap()).unwrap();
            assert!(failure.downcast_ref::<Thrown>().is_none() && failure.downcast::<Thrown>().is_err());
        }
    }
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("thrown")]
struct Thrown {
    value: Armed,
}

/// A value is dropped after its decode where the rest of the bytes is not sound.
#[test]
fn a_panic_in_drop_after_the_decode_is_an_error() {
    for &format in Format::ALL {
        let codec = Codec::default().format(format).checksum(false);
        let mut bytes = codec.to_vec(&Mine(12)).unwrap();
        let at = bytes.len() - if format == Format::Json { 2 } else { 1 };
        bytes[at..].copy_from_slice(if format == Format::Json { b"13" } else { &[13] });
        bytes.extend(*b" 1");
        let length = bytes.len() as u32;
        bytes[3..7].copy_from_slice(&length.to_le_bytes());
        let error = codec.from_slice::<Mine>(&bytes).unwrap_err();
        assert!(error.is_panic(), "{format}: {error}");
    }
}

/// User code creates the stand-in for unknown values, as a root and inside other values.
#[test]
fn a_panic_in_what_stands_for_unknown_values_is_an_error() {
    #[portable(unknown = Suspect)]
    trait Doubtful {}

    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(unknown)]
    struct Suspect {
        opaque: typeport::Opaque,
    }

    impl From<typeport::Opaque> for Suspect {
        fn from(_: typeport::Opaque) -> Self {
            std::panic::panic_any(Grenade(1))
        }
    }

    impl AsRef<typeport::Opaque> for Suspect {
        fn as_ref(&self) -> &typeport::Opaque {
            &self.opaque
        }
    }

    #[portable]
    impl Doubtful for Suspect {}
    #[portable]
    impl Doubtful for Armed {}

    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&Armed(0)).unwrap();
        let wary = codec.clone().policy(typeport::Policy::deny_all().allow::<Vec<Box<dyn Doubtful>>>());
        let error = wary.from_slice::<Box<dyn Doubtful>>(&bytes).unwrap_err();
        assert!(error.is_panic(), "{format}: {error}");
        let bytes = codec.to_vec(&vec![Box::new(Armed(0)) as Box<dyn Doubtful>]).unwrap();
        let error = wary.from_slice::<Vec<Box<dyn Doubtful>>>(&bytes).unwrap_err();
        assert!(error.is_panic(), "{format}: {error}");
    }
}

/// An encode whose value panics is a panic; nothing of it is there in the next one.
#[test]
fn a_panic_in_serialize_leaves_nothing() {
    #[derive(Debug, Deserialize, Portable)]
    struct Bomb(u8);
    impl Serialize for Bomb {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            assert!(self.0 != 13, "an unlucky number");
            self.0.serialize(serializer)
        }
    }
    #[portable]
    impl Shown for Bomb {
        fn shown(&self) -> String {
            self.0.to_string()
        }
    }
    let nest = |number| {
        let inner = Holder { value: vec![Box::new(Bomb(number)) as Box<dyn Shown>] };
        Holder { value: (1_u8, Box::new(inner) as Box<dyn Shown>, vec![Bomb(number)]) }
    };
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let good = codec.to_vec(&nest(1)).unwrap();
        let readable = serde_json::to_string(&(Box::new(nest(1)) as Box<dyn Shown>)).unwrap();
        let erased: Box<dyn Shown> = codec.from_slice(&good).unwrap();
        for _ in 0..3 {
            std::panic::catch_unwind(AssertUnwindSafe(|| codec.to_vec(&nest(13)))).unwrap_err();
            std::panic::catch_unwind(|| serde_json::to_string(&(Box::new(nest(13)) as Box<dyn Shown>))).unwrap_err();
            assert_eq!(codec.to_vec(&nest(1)).unwrap(), good, "{format}");
            assert_eq!(codec.to_vec(&*erased).unwrap(), good, "{format}");
            assert_eq!(serde_json::to_string(&(Box::new(nest(1)) as Box<dyn Shown>)).unwrap(), readable);
            assert_eq!(codec.from_slice::<Box<dyn Shown>>(&good).unwrap().shown(), erased.shown());
        }
    }
}
