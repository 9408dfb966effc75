//! The heap that a decode takes at its peak is at most four times what it charges: for each std collection and pointer of small
//! values, by the type's own code and through serde, native and erased, in each format.
//!
//! `TYPEPORT_BOMBS=all` prints the ratio of each. A single test, as the counting allocator counts for the whole process.
#![forbid(unsafe_code)]

use peak_alloc::PeakAlloc;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use typeport::{Codec, Error, Format, Limits, Portable, Value, portable};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Serde reads its field.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "charge::BySerde")]
struct BySerde<C>(C);

/// As a trait object it is erased.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "charge::Holder")]
struct Holder<C> {
    value: C,
}

#[portable]
trait Held {}

#[portable]
impl<C: Portable> Held for Holder<C> {}

/// The elements of one collection: one more than a vector has room for that has doubled.
const COUNT: usize = 4097;
/// What a decode takes that does not grow with the input.
const FIXED: usize = 16 << 10;
/// The most bytes of an erased argument, by SECURITY.md.
const ERASED: usize = 400;
/// The most bytes of a shared pointer beside its content, by SECURITY.md.
const POINTER: usize = 40;

fn is_verbose() -> bool {
    std::env::var_os("TYPEPORT_BOMBS").is_some()
}

type Decode<'a> = &'a dyn Fn(&Codec) -> Result<Box<dyn std::any::Any>, Error>;

fn wide(memory_bytes: usize) -> Limits {
    Limits::trusted().with_memory_bytes(memory_bytes).with_memory_per_byte(usize::MAX)
}

/// The least memory under which a decode passes.
fn charged(format: Format, decode: Decode<'_>) -> usize {
    let (mut refused, mut enough) = (0, 1 << 26);
    while enough - refused > 64 {
        let middle = (refused + enough) / 2;
        *if decode(&Codec::default().format(format).limits(wide(middle))).is_ok() {
            &mut enough
        } else {
            &mut refused
        } = middle;
    }
    enough
}

/// What is wrong with one way to decode, if anything is. `free` bytes are not charged.
fn fault(name: &str, way: &str, format: Format, free: usize, decode: Decode<'_>) -> Option<String> {
    let codec = |memory| Codec::default().format(format).limits(wide(memory));
    // What a process makes once is no part of a decode.
    drop(decode(&codec(1 << 30)).unwrap_or_else(|error| panic!("{name}, {way}, {format}: {error}")));
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let value = decode(&codec(1 << 30));
    let (peak, kept) = (HEAP.peak_usage() - before, HEAP.current_usage() - before);
    drop(value);
    let beyond = peak.saturating_sub(free);
    let is_fault = beyond / 4 > 0 && decode(&codec(beyond / 4 - 1)).is_ok();
    if !is_fault && !is_verbose() {
        return None;
    }
    let charged = charged(format, decode);
    let ratio = |bytes: usize| bytes.saturating_sub(free) as f64 / charged as f64;
    let line = format!(
        "{name}, {way}, {format}: charged {charged}, peak {peak} ({:.2}), kept {kept} ({:.2})",
        ratio(peak),
        ratio(kept)
    );
    if is_verbose() {
        println!("{}{line}", if is_fault { "FAULT " } else { "" });
    }
    is_fault.then_some(line)
}

/// Checks a value with so many erased arguments and shared pointers.
fn check<C: Portable>(faults: &mut Vec<String>, make: impl Fn() -> C, arguments: usize, pointers: usize) {
    let name = make().type_name().to_string();
    for &format in Format::ALL {
        let codec = Codec::default().format(format).limits(Limits::trusted());
        // JSON cannot represent a `Some` of a unit.
        let Ok(direct) = codec.to_vec(&make()) else { continue };
        let by_serde = codec.to_vec(&BySerde(make())).unwrap();
        let holder = codec.to_vec(&Holder { value: make() }).unwrap();
        // Text, and as many bytes of a tape as a text has.
        let free = FIXED + POINTER * pointers + direct.len() * if format == Format::Json { 2 } else { 1 };
        fn kept<T: 'static>(value: T) -> Box<dyn std::any::Any> {
            Box::new(value)
        }
        let erased = free + ERASED * arguments;
        let ways: [(&str, usize, Decode<'_>); 4] = [
            ("direct", free, &|codec| codec.from_slice::<C>(&direct).map(kept)),
            ("by serde", free, &|codec| codec.from_slice::<BySerde<C>>(&by_serde).map(kept)),
            ("as an object", erased, &|codec| codec.from_slice::<Box<dyn Value>>(&direct).map(kept)),
            ("erased", erased, &|codec| codec.from_slice::<Box<dyn Held>>(&holder).map(kept)),
        ];
        faults.extend(ways.into_iter().filter_map(|(way, free, decode)| fault(&name, way, format, free, decode)));
    }
}

/// `all! { faults, arguments, pointers; values }` checks the values, which have so many erased arguments and shared pointers.
macro_rules! all {
    ($faults:ident, $arguments:expr, $pointers:expr; $($make:expr;)*) => {$(
        check($faults, || $make, $arguments, $pointers);
    )*};
}

fn list<C: FromIterator<T>, T: Clone>(value: &T) -> C {
    std::iter::repeat_n(value.clone(), COUNT).collect()
}

fn lists<T: Portable + Clone + Ord + Sync>(faults: &mut Vec<String>, value: &T) {
    all! { faults, 3 * COUNT + 2, 0;
        list::<Vec<T>, T>(value);
        list::<VecDeque<T>, T>(value);
        list::<LinkedList<T>, T>(value);
        list::<BinaryHeap<T>, T>(value);
        list::<Box<[T]>, T>(value);
        list::<Arc<[T]>, T>(value);
        list::<Vec<T>, T>(value).into_iter().map(Box::new).collect::<Vec<Box<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(Mutex::new).collect::<Vec<Mutex<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(Box::new).map(Box::new).collect::<Vec<Box<Box<T>>>>();
        list::<Vec<T>, T>(value).into_iter().map(Box::new).map(Some).collect::<Vec<Option<Box<T>>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| vec![one]).collect::<Vec<Vec<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| VecDeque::from([one])).collect::<Vec<VecDeque<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| LinkedList::from([one])).collect::<Vec<LinkedList<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| vec![one].into()).collect::<Vec<Box<[T]>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| vec![one].into()).collect::<Vec<Arc<[T]>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| BTreeSet::from([one])).collect::<Vec<BTreeSet<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(|one| BTreeMap::from([(one, 1_u8)])).collect::<Vec<BTreeMap<T, u8>>>();
        list::<LinkedList<Box<T>>, Box<T>>(&Box::new(value.clone()));
        list::<VecDeque<Option<T>>, Option<T>>(&None);
        list::<Vec<(T, u8)>, (T, u8)>(&(value.clone(), 1));
        list::<Vec<Reverse<T>>, Reverse<T>>(&Reverse(value.clone()));
    }
    all! { faults, 3 * COUNT + 2, COUNT;
        list::<Vec<T>, T>(value).into_iter().map(Arc::new).collect::<Vec<Arc<T>>>();
        list::<Vec<T>, T>(value).into_iter().map(Mutex::new).map(Arc::new).collect::<Vec<Arc<Mutex<T>>>>();
        list::<Vec<T>, T>(value).into_iter().map(RwLock::new).map(Arc::new).collect::<Vec<Arc<RwLock<T>>>>();
        list::<Vec<T>, T>(value).into_iter().map(Arc::new).map(Some).collect::<Vec<Option<Arc<T>>>>();
    }
}

/// Sets and maps of `KEYS` keys each.
fn keyed<K: Portable + Clone + Ord + std::hash::Hash + Sync>(faults: &mut Vec<String>, keys: &[K]) {
    let times = (COUNT / keys.len()).max(1);
    let keys = || keys.iter().cloned();
    let arguments = times * keys().len() * 2 + times * 2;
    fn many<T: Clone>(times: usize, one: T) -> Vec<T> {
        vec![one; times]
    }
    all! { faults, arguments, 0;
        many(times, keys().collect::<BTreeSet<K>>());
        many(times, keys().collect::<HashSet<K>>());
        many(times, keys().map(|key| (key, ())).collect::<BTreeMap<K, ()>>());
        many(times, keys().map(|key| (key, ())).collect::<HashMap<K, ()>>());
        many(times, keys().map(|key| (key, 1_u8)).collect::<BTreeMap<K, u8>>());
        many(times, keys().map(|key| (key, 1_u8)).collect::<HashMap<K, u8>>());
        many(times, keys().map(|key| (key, 1_u64)).collect::<BTreeMap<K, u64>>());
        many(times, keys().map(|key| (key, 1_u64)).collect::<HashMap<K, u64>>());
        many(times, keys().map(|key| (key, [1_u64; 3])).collect::<BTreeMap<K, [u64; 3]>>());
        many(times, keys().map(|key| (key, [1_u64; 3])).collect::<HashMap<K, [u64; 3]>>());
    }
}

#[test]
fn the_peak_is_four_times_the_charge_at_most() {
    let faults = &mut Vec::new();
    lists(faults, &());
    lists(faults, &true);
    lists(faults, &7_u8);
    lists(faults, &7_u16);
    lists(faults, &7_u64);
    lists(faults, &[7_u64; 3]);
    lists(faults, &(7_u8, 7_u64));
    for count in [1, 2, 5, 15, 29, 57, 113, 240] {
        keyed(faults, &(0..count).collect::<Vec<u8>>());
    }
    keyed(faults, &(0..3585).collect::<Vec<u16>>());
    keyed(faults, &(0..3585).collect::<Vec<u64>>());
    keyed(faults, &(0..3585).map(|key| [key, 0, 0]).collect::<Vec<[u64; 3]>>());
    all! { faults, COUNT, 0;
        list::<Vec<String>, String>(&"x".to_owned());
        list::<Vec<Box<str>>, Box<str>>(&"x".into());
        list::<Vec<Arc<str>>, Arc<str>>(&"x".into());
        list::<Vec<Cow<'static, str>>, Cow<'static, str>>(&"x".into());
        list::<Vec<PathBuf>, PathBuf>(&"x".into());
        list::<Vec<OsString>, OsString>(&"x".into());
        list::<Vec<CString>, CString>(&c"x".into());
        list::<LinkedList<String>, String>(&"x".to_owned());
    }
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}
