//! The memory overhead of erasure: no limit on memory counts it, so it is small, and bounded by the number of items.
#![forbid(unsafe_code)]

use peak_alloc::PeakAlloc;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use typeport::{Codec, Format, Portable, portable};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[portable]
trait Base {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Many<T> {
    all: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sorted<T> {
    all: BTreeMap<u32, T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Hashed<T> {
    all: HashMap<u32, T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Pair<T> {
    one: T,
    other: T,
}

/// Serde reads it, also where the type around it has code of its own.
#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
struct Thin<T>(T);

#[portable]
impl<T: Portable> Base for Vec<T> {}

#[portable]
impl<T: Portable> Base for Many<T> {}

#[portable]
impl<T: Portable> Base for Sorted<T> {}

#[portable]
impl<T: Portable> Base for Hashed<T> {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sparse<T: Ord> {
    all: Vec<BTreeMap<T, T>>,
}

#[portable]
impl<T: Portable + Ord> Base for Sparse<T> {}

/// Two bytes that are no number.
#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
enum Small {
    One(u8),
}

/// The heap that a value takes, and takes at its peak while it is decoded.
fn heap<T: Portable>(bytes: &[u8], codec: &Codec) -> [usize; 2] {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let value = codec.from_slice::<T>(bytes).unwrap();
    let taken = [HEAP.current_usage(), HEAP.peak_usage()].map(|usage| usage - before);
    drop(value);
    taken
}

fn check<M: Portable>(value: M, arguments: usize) {
    check_within(value, arguments, 72);
}

/// The most bytes of an argument in a map of few entries, by SECURITY.md.
const FEW: usize = 400;

fn check_within<M: Portable>(value: M, arguments: usize, most: usize) {
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&value).unwrap();
        let [native, peak] = heap::<M>(&bytes, &codec);
        let [erased, erased_peak] = heap::<Box<dyn Base>>(&bytes, &codec);
        let [each, each_at_peak] =
            [erased.saturating_sub(native), erased_peak.saturating_sub(peak)].map(|beside| beside / arguments);
        println!("{format}: {each} bytes beside each argument, {each_at_peak} at the peak");
        assert!(each <= most && each_at_peak <= most + most / 3, "{format}: {each} and {each_at_peak} bytes");
    }
}

/// One test, as all share the heap.
#[test]
fn a_handle_and_a_box_for_each_argument() {
    const COUNT: usize = 100_000;
    check(Many { all: vec![7_u8; COUNT] }, COUNT);
    check(Many { all: vec![Small::One(7); COUNT] }, COUNT);
    check(Many { all: vec![1.5_f64; COUNT] }, COUNT);
    check(Many { all: vec![(1_u64, "text".to_owned()); COUNT] }, 3 * COUNT);
    check(vec![Thin(7_u8); COUNT], 2 * COUNT);
    check(vec![Thin(Thin((1_u64, 2_u64))); COUNT], 5 * COUNT);

    check(Many { all: vec![[1.5_f64; 2]; COUNT] }, 3 * COUNT);
    check(Sorted { all: (0..COUNT as u32).map(|key| (key, 7_u8)).collect() }, COUNT);
    check(Sorted { all: (0..COUNT as u32).map(|key| (key, [1.5_f64; 2])).collect() }, 3 * COUNT);
    check(Hashed { all: (0..COUNT as u32).map(|key| (key, 7_u8)).collect() }, COUNT);
    // Few entries in nodes that have room for eleven.
    check_within(Many { all: vec![BTreeMap::from([(1_u8, 2_u8)]); COUNT] }, 3 * COUNT, FEW);
    check_within(Sparse { all: vec![BTreeMap::from([(1_u8, 2_u8)]); COUNT] }, 2 * COUNT, FEW);
    check_within(Many { all: vec![HashMap::<u8, u8>::from([(1, 2)]); COUNT] }, 3 * COUNT, FEW);
    check_within(Many { all: vec![BTreeSet::from([1_u8]); COUNT] }, 2 * COUNT, FEW);
    check(Many { all: (0..COUNT as u64).map(|one| Pair { one, other: 2 }).collect() }, 3 * COUNT);
}
