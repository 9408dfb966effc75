//! The law of erasure under limits: a limit stops an erased decode exactly if it stops the native one. For each value, limit
//! and format: at the native threshold, one below it and one above it.
//!
//! The file is long because its types are one list, which the law checks as a whole.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, scaled};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, LinkedList, VecDeque};
use typeport::{Codec, Limits, Portable, Registry, Resolution, Value, entry, portable};

#[portable(id = "limits_law::Base")]
trait Base {}

#[portable]
trait Scorable {}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Portable)]
struct Foo {
    a: i64,
    b: String,
}

#[portable]
impl Scorable for Foo {}

/// A byte or a few on the wire, much in memory.
#[allow(clippy::large_enum_variant, reason = "that is what it is for")]
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
enum Sparse {
    #[default]
    Unit,
    Small(u8),
    Large([[u64; 12]; 4]),
}

#[portable]
impl Scorable for Sparse {}

/// Smaller than its stand-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Portable)]
enum Small {
    #[default]
    One,
    Two(u8),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Portable)]
struct Empty;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "limits_law::One")]
struct One<T> {
    bumps: u64,
    value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Many<T> {
    all: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Places<A, B: Ord> {
    list: Vec<A>,
    option: Option<A>,
    none: Option<A>,
    boxed: Box<A>,
    of_boxes: Vec<Box<A>>,
    of_options: Vec<Option<A>>,
    map: BTreeMap<B, A>,
    set: BTreeSet<B>,
    linked: LinkedList<A>,
    array: [B; 2],
    lists: Vec<Vec<A>>,
    of_structs: Vec<One<A>>,
    bare: A,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Tree<T> {
    value: T,
    children: Vec<Tree<T>>,
    next: Option<Box<Tree<T>>>,
}

/// No `Vec`, so nothing of it is copied whole.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Queues<T: Ord> {
    queue: VecDeque<T>,
    set: BTreeSet<T>,
}

/// The decoded variant does not show the size of the native type.
#[derive(Debug, Serialize, Deserialize, Portable)]
enum Either<A, B> {
    Neither,
    Left(A),
    Right(B),
    Both { a: A, b: B, pairs: Vec<(A, B)> },
}

/// It has the name of what stands for a parameter, and is none.
#[derive(Debug, Serialize, Deserialize, Portable)]
enum Erased<T> {
    Nothing,
    Something(T),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Beside<T> {
    namesake: Erased<[u64; 7]>,
    value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Bounded<T> {
    first: T,
    more: Vec<T>,
}

/// Collections without a parameter, in a type that has one.
#[portable]
struct Fixed<T> {
    bytes: Vec<u8>,
    floats: Vec<f64>,
    shorts: Vec<u16>,
    texts: Vec<String>,
    structs: Vec<Foo>,
    map: BTreeMap<u64, f32>,
    set: BTreeSet<u8>,
    value: T,
}

#[portable]
impl<T: Portable> Base for Fixed<T> {}

/// The same through serde.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct FixedBySerde<T> {
    bytes: Vec<u8>,
    floats: Vec<f64>,
    shorts: Vec<u16>,
    texts: Vec<String>,
    structs: Vec<Foo>,
    map: BTreeMap<u64, f32>,
    set: BTreeSet<u8>,
    value: T,
}

#[portable]
impl<T: Portable> Base for FixedBySerde<T> {}

#[portable]
impl<T: Portable> Base for One<T> {}
#[portable]
impl<T: Portable> Base for Many<T> {}
#[portable]
impl<A: Portable, B: Ord> Base for Places<A, B> {}
#[portable]
impl<T: Ord> Base for Queues<T> {}
#[portable]
impl<T: Portable> Base for Tree<T> {}
#[portable]
impl<A: Portable, B: Portable> Base for Either<A, B> {}
#[portable]
impl<T: Portable> Base for Beside<T> {}
#[portable]
impl<T: Scorable> Base for Bounded<T> {}

/// Whether the memory of the native form is known to the byte: see `state::as_native`.
#[derive(Clone, Copy, PartialEq)]
enum Memory {
    Exact,
    /// Padding and variants may hide some of it: an erased decode is never charged more.
    Bounded,
}

type Encode<'a> = &'a dyn Fn(&Limits) -> typeport::Result<()>;
type Limit = (&'static str, fn(&mut Limits) -> &mut usize);

const LIMITS: [Limit; 8] = [
    ("depth", |limits| &mut limits.depth),
    ("nested", |limits| &mut limits.nested),
    ("items", |limits| &mut limits.items),
    ("unbacked_items", |limits| &mut limits.unbacked_items),
    ("envelope_bytes", |limits| &mut limits.envelope_bytes),
    ("name_bytes", |limits| &mut limits.name_bytes),
    ("name_nodes", |limits| &mut limits.name_nodes),
    ("name_depth", |limits| &mut limits.name_depth),
];
const MEMORY: [Limit; 2] =
    [("memory_bytes", |limits| &mut limits.memory_bytes), ("memory_per_byte", |limits| &mut limits.memory_per_byte)];

/// The least value of a limit at which `passes` is true; it is true at `high`.
fn threshold(high: usize, passes: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, high);
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(middle) { high = middle } else { low = middle + 1 }
    }
    high
}

fn check<T: Portable + Base>(native: Registry, value: T, memory: Memory) {
    assert_eq!(Registry::global().resolve(&Value::type_name(&value)), Resolution::Erased);
    let wide = Limits::trusted();
    for format in formats() {
        let codec = |limits: &Limits| Codec::default().format(format).limits(limits.clone());
        let Ok(bytes) = codec(&wide).to_vec(&value) else { continue };
        let as_native: Box<dyn Base> = codec(&wide).registry(native.clone()).from_slice(&bytes).unwrap();
        let as_erased: Box<dyn Base> = codec(&wide).from_slice(&bytes).unwrap();
        let typed = |limits: &Limits| codec(limits).from_slice::<T>(&bytes).map(drop);
        let dynamic =
            |limits: &Limits| codec(limits).registry(native.clone()).from_slice::<Box<dyn Base>>(&bytes).map(drop);
        let erased = |limits: &Limits| codec(limits).from_slice::<Box<dyn Base>>(&bytes).map(drop);
        let encodes: [Encode<'_>; 3] = [
            &|limits| codec(limits).to_vec(&value).map(drop),
            &|limits| codec(limits).to_vec(&*as_native).map(drop),
            &|limits| codec(limits).to_vec(&*as_erased).map(drop),
        ];
        for (name, limit) in LIMITS.into_iter().chain(MEMORY) {
            let with = |value| {
                let mut limits = wide.clone();
                *limit(&mut limits) = value;
                limits
            };
            let place = |at: usize| format!("{}, {format}: {name} is {at}", Value::type_name(&value));
            let at = threshold(*limit(&mut wide.clone()), |value| typed(&with(value)).is_ok());
            for at in [at.checked_sub(1), Some(at), Some(at + 1)].into_iter().flatten() {
                let limits = with(at);
                let expected = typed(&limits).map_err(|error| assert!(error.is_limit(), "{error}"));
                assert_eq!(dynamic(&limits).is_ok(), expected.is_ok(), "dynamic: {}", place(at));
                let is_memory = MEMORY.iter().any(|(of_memory, _)| *of_memory == name);
                if expected.is_ok() || !is_memory || memory == Memory::Exact {
                    let found = erased(&limits);
                    assert_eq!(found.is_ok(), expected.is_ok(), "erased: {}: {found:?}", place(at));
                }
                if !is_memory {
                    for encode in encodes {
                        let found = encode(&limits);
                        assert_eq!(found.is_ok(), expected.is_ok(), "encode: {}: {found:?}", place(at));
                    }
                }
            }
        }
    }
}

/// Checks a value of a type that the global registry does not know as such.
macro_rules! law {
    ($($ty:ty: $value:expr, $memory:ident;)*) => {$(
        check::<$ty>(Registry::global().with(entry!($ty as dyn Base)), $value, Memory::$memory);
    )*};
}

fn foo(b: &str) -> Foo {
    Foo { a: 1 << 40, b: b.to_owned() }
}

fn places<A: Clone + Portable, B: Clone + Ord>(a: &A, keys: [B; 2]) -> Places<A, B> {
    Places {
        list: vec![a.clone(); 3],
        option: Some(a.clone()),
        none: None,
        boxed: Box::new(a.clone()),
        of_boxes: vec![Box::new(a.clone()); 2],
        of_options: vec![Some(a.clone()), None, Some(a.clone())],
        map: keys.iter().cloned().map(|key| (key, a.clone())).collect(),
        set: keys.iter().cloned().collect(),
        linked: LinkedList::from([a.clone(), a.clone()]),
        array: keys,
        lists: vec![vec![], vec![a.clone(); 2], vec![a.clone()]],
        of_structs: vec![One { bumps: 1, value: a.clone() }, One { bumps: 2, value: a.clone() }],
        bare: a.clone(),
    }
}

fn tree<T: Clone>(value: &T) -> Tree<T> {
    let leaf = |next| Tree { value: value.clone(), children: Vec::new(), next };
    let two = Tree { value: value.clone(), children: vec![leaf(None), leaf(Some(Box::new(leaf(None))))], next: None };
    Tree { value: value.clone(), children: vec![leaf(None), two], next: Some(Box::new(leaf(None))) }
}

#[test]
fn fields() {
    law! {
        One<i64>: One { bumps: 1, value: 7 }, Exact;
        One<String>: One { bumps: 1, value: "text".to_owned() }, Exact;
        One<Foo>: One { bumps: 1, value: foo("x") }, Exact;
        One<Sparse>: One { bumps: 1, value: Sparse::Unit }, Exact;
        One<Vec<u8>>: One { bumps: 1, value: vec![1, 2, 3] }, Exact;
        One<One<One<Foo>>>: One { bumps: 1, value: One { bumps: 2, value: One { bumps: 3, value: foo("x") } } }, Exact;
        One<Empty>: One { bumps: 1, value: Empty }, Exact;
        One<Small>: One { bumps: 1, value: Small::Two(2) }, Bounded;
        One<[Foo; 2]>: One { bumps: 1, value: [foo("x"), foo("y")] }, Exact;
        One<[[i64; 2]; 2]>: One { bumps: 1, value: [[1, 2], [3, 4]] }, Exact;
        One<(Foo, i64)>: One { bumps: 1, value: (foo("x"), 1) }, Exact;
        One<Option<Foo>>: One { bumps: 1, value: Some(foo("x")) }, Exact;
        One<Option<Sparse>>: One { bumps: 1, value: None }, Exact;
        One<Box<Foo>>: One { bumps: 1, value: Box::new(foo("x")) }, Exact;
    }
}

#[test]
fn elements() {
    law! {
        Many<Sparse>: Many { all: vec![Sparse::Unit, Sparse::Small(1), Sparse::Large([[9; 12]; 4])] }, Exact;
        Many<Small>: Many { all: vec![Small::One; 100] }, Exact;
        Many<Small>: Many { all: vec![Small::Two(1); 100] }, Exact;
        Many<Empty>: Many { all: vec![Empty; 100] }, Exact;
        Many<()>: Many { all: vec![(); 100] }, Exact;
        Many<u8>: Many { all: (0..100).collect() }, Exact;
        Many<f64>: Many { all: vec![1.5; 100] }, Exact;
        Many<f32>: Many { all: vec![1.5; 100] }, Exact;
        Many<i8>: Many { all: vec![-1; 100] }, Exact;
        Many<Vec<u8>>: Many { all: vec![vec![1; 20]; 5] }, Exact;
        Queues<u8>: Queues { queue: (0..9).collect(), set: [3, 4, 5].into() }, Bounded;
        Many<u64>: Many { all: vec![u64::MAX; 100] }, Exact;
        Many<Foo>: Many { all: vec![foo("x"); 5] }, Exact;
        Many<Vec<Foo>>: Many { all: vec![vec![foo("x"); 2]; 5] }, Exact;
        Many<One<Foo>>: Many { all: vec![One { bumps: 1, value: foo("x") }, One { bumps: 2, value: foo("y") }] }, Exact;
        Many<Sparse>: Many { all: Vec::new() }, Exact;
        Many<Option<Option<Foo>>>: Many { all: vec![None, Some(Some(foo("x")))] }, Bounded;
        Many<HashMap<u64, Foo>>: Many { all: vec![HashMap::from([(1, foo("x"))])] }, Exact;
        Many<HashMap<u8, Foo>>: Many { all: vec![HashMap::from([(1, foo("x"))])] }, Bounded;
        Bounded<Sparse>: Bounded { first: Sparse::Unit, more: vec![Sparse::Small(3); 10] }, Exact;
        Bounded<Foo>: Bounded { first: foo("x"), more: vec![foo("y"); 10] }, Exact;
    }
}

/// A former fault: numbers of an erased form were charged nothing where no handle stands for them.
#[test]
fn elements_without_a_parameter() {
    macro_rules! fixed {
        ($name:ident) => {
            $name {
                bytes: vec![1; 300],
                floats: vec![0.5; 300],
                shorts: vec![1000; 300],
                texts: vec!["text".to_owned(); 30],
                structs: vec![foo("x"); 30],
                map: (0..30).map(|key| (key, 0.5)).collect(),
                set: (0..30).collect(),
                value: foo("x"),
            }
        };
    }
    law! {
        Fixed<Foo>: fixed!(Fixed), Exact;
        FixedBySerde<Foo>: fixed!(FixedBySerde), Exact;
    }
}

#[test]
fn every_place_of_a_parameter() {
    law! {
        Places<Foo, Foo>: places(&foo("x"), [foo("a"), foo("b")]), Exact;
        Places<i64, i64>: places(&7, [1, 2]), Exact;
        Places<String, String>: places(&"x".to_owned(), ["a".to_owned(), "b".to_owned()]), Exact;
        Places<Sparse, String>: places(&Sparse::Small(1), ["a".to_owned(), "b".to_owned()]), Exact;
        Places<Small, Small>: places(&Small::One, [Small::One, Small::Two(1)]), Bounded;
        Places<u8, u8>: places(&7, [1, 2]), Bounded;
        Places<Vec<Foo>, u64>: places(&vec![foo("x")], [1, 2]), Bounded;
        Places<Option<i64>, u64>: places(&Some(1), [1, 2]), Bounded;
    }
}

#[test]
fn within_itself() {
    law! {
        Tree<Foo>: tree(&foo("x")), Exact;
        Tree<i64>: tree(&7), Exact;
        Tree<Sparse>: tree(&Sparse::Unit), Exact;
        Tree<Small>: tree(&Small::One), Bounded;
        One<Tree<Foo>>: One { bumps: 1, value: tree(&foo("x")) }, Exact;
    }
}

#[test]
fn variants() {
    law! {
        One<Either<u8, Foo>>: One { bumps: 1, value: Either::Neither }, Bounded;
        One<Either<u8, Foo>>: One { bumps: 1, value: Either::Left(1) }, Bounded;
        One<Either<u8, Foo>>: One { bumps: 1, value: Either::Right(foo("x")) }, Bounded;
        Either<Sparse, Foo>: Either::Neither, Bounded;
        Either<Small, u8>: Either::Both { a: Small::One, b: 1, pairs: vec![(Small::One, 2); 9] }, Bounded;
        Many<Either<u8, Small>>: Many { all: vec![Either::Neither, Either::Left(1)] }, Bounded;
        Many<Either<Sparse, Foo>>: Many { all: vec![Either::Neither, Either::Right(foo("y"))] }, Bounded;
        Beside<i64>: Beside { namesake: Erased::Nothing, value: 7 }, Exact;
        Beside<i64>: Beside { namesake: Erased::Something([7; 7]), value: 7 }, Exact;
    }
}

#[test]
fn trait_objects() {
    let leaf = || Box::new(One { bumps: 1, value: foo("x") }) as Box<dyn Base>;
    let list = || Box::new(Many { all: vec![leaf(), leaf()] }) as Box<dyn Base>;
    law! {
        One<Box<dyn Base>>: One { bumps: 1, value: leaf() }, Exact;
        Many<Box<dyn Base>>: Many { all: vec![leaf(), list(), leaf()] }, Exact;
        One<Option<Box<dyn Base>>>: One { bumps: 1, value: Some(list()) }, Exact;
        One<BTreeMap<String, Box<dyn Base>>>: One { bumps: 1, value: BTreeMap::from([("key".to_owned(), list())]) }, Exact;
    }
}

/// A generic type whose state only its serde impls know, of one part.
#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[portable(id = "limits_law::Thin")]
struct Thin<T>(T);

/// With a box beside the part, and one around it.
#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[portable(id = "limits_law::Boxes")]
struct Boxes<T> {
    beside: Box<[u64; 20]>,
    around: Box<(T, u64, u64)>,
    value: T,
}

/// The same with code of its own.
#[derive(Clone)]
#[portable(id = "limits_law::Owning")]
struct Owning<T> {
    beside: Box<[u64; 20]>,
    around: Box<(T, u64)>,
    value: T,
}

/// The types around it have code of their own, in which an element is read by serde.
#[portable(id = "limits_law::Around")]
struct Around<T> {
    value: T,
    all: Vec<T>,
    boxed: Box<T>,
    queue: VecDeque<T>,
    map: BTreeMap<u64, T>,
}

#[portable]
impl<T: Portable> Base for Around<T> {}
#[portable]
impl<T: Portable> Base for Vec<T> {}
#[portable]
impl<T: Portable> Base for (T,) {}

/// A former fault: in a text, a value that serde read inside of an erased one was charged as itself, and as its stand-in.
#[test]
fn values_by_serde_within_others() {
    fn around<T: Clone>(value: &T) -> Around<T> {
        Around {
            value: value.clone(),
            all: vec![value.clone(); 5],
            boxed: Box::new(value.clone()),
            queue: VecDeque::from([value.clone(), value.clone()]),
            map: BTreeMap::from([(1, value.clone()), (2, value.clone())]),
        }
    }
    fn boxes<T: Clone>(value: &T) -> Boxes<T> {
        Boxes { beside: Box::new([7; 20]), around: Box::new((value.clone(), 1, 2)), value: value.clone() }
    }
    // More than a text and its tape have free.
    let count = scaled(300, 50);
    law! {
        (Thin<u8>,): (Thin(1),), Exact;
        (Thin<u64>,): (Thin(1),), Exact;
        Vec<Thin<u8>>: vec![Thin(1); count], Exact;
        Vec<Thin<Foo>>: vec![Thin(foo("x")); count], Exact;
        Vec<Thin<Thin<u64>>>: vec![Thin(Thin(1)); count], Exact;
        Vec<(Thin<u8>, u8)>: vec![(Thin(1), 2); count], Exact;
        Around<Thin<u64>>: around(&Thin(1)), Exact;
        Around<Thin<u8>>: around(&Thin(1)), Bounded;
        Around<Thin<Foo>>: around(&Thin(foo("x"))), Exact;
        Vec<Boxes<u64>>: vec![boxes(&1); 3], Exact;
        Vec<Boxes<u64>>: vec![boxes(&1); count], Exact;
        Vec<Boxes<Foo>>: vec![boxes(&foo("x")); count], Exact;
        Around<Boxes<Foo>>: around(&boxes(&foo("x"))), Exact;
        Around<Boxes<u8>>: around(&boxes(&1)), Bounded;
        Around<Option<Boxes<u64>>>: around(&Some(boxes(&1))), Bounded;
        Around<Option<Thin<u8>>>: around(&None), Bounded;
        Around<Result<Boxes<u64>, ()>>: around(&Ok(boxes(&1))), Bounded;
        Vec<Owning<u64>>: vec![Owning { beside: Box::new([7; 20]), around: Box::new((1, 1)), value: 1 }; 3], Exact;
        Vec<Box<Option<Thin<u8>>>>: vec![Box::new(None); 3], Bounded;
        Vec<Box<Option<Boxes<u64>>>>: vec![Box::new(Some(boxes(&1))); 3], Bounded;
    }
}

/// A former fault: an element was charged as its stand-in, and again as itself.
#[test]
fn many_sparse_elements() {
    let count = scaled(2_000, 50);
    law! {
        Many<Sparse>: Many { all: vec![Sparse::Unit; count] }, Exact;
        Many<Small>: Many { all: vec![Small::One; count] }, Exact;
    }
    #[allow(clippy::large_enum_variant, reason = "that is what it is for")]
    #[derive(Clone, Debug, Serialize, Deserialize, Portable)]
    enum Medium {
        Unit,
        Large([u64; 7]),
    }
    let (small, medium) = (vec![Small::One; scaled(500_000, 50)], vec![Medium::Unit; scaled(50_000, 50)]);
    for format in formats() {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&Many { all: small.clone() }).unwrap();
        codec.from_slice::<Many<Small>>(&bytes).unwrap();
        codec.from_slice::<Box<dyn Base>>(&bytes).unwrap();
        let bytes = codec.to_vec(&Many { all: medium.clone() }).unwrap();
        codec.from_slice::<Many<Medium>>(&bytes).unwrap();
        codec.from_slice::<Box<dyn Base>>(&bytes).unwrap();
    }
}
