//! The law of erasure: for every value, native and erased decode give the same name, the same interface behaviour and the same
//! bytes, and the erased value downcasts to the original. Over generated values of many type names. One file, though a long
//! one: types, generators and law depend on each other.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, thinned};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use typeport::{Codec, Format, Portable, Registry, Resolution, Value, entry, portable};

#[portable]
trait Base {
    fn shown(&self) -> String;
    fn weight(&self) -> f64;
    fn described(&self) -> String {
        format!("{}: {}", self.type_name(), self.shown())
    }
    fn bump(&mut self);
}

#[portable(id = "erasure_law::Scorable")]
trait Scorable {
    fn score(&self) -> f64;
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Portable)]
struct Foo {
    a: i64,
    b: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Portable)]
enum Kind {
    Unit,
    Newtype(i32),
    Tuple(u8, String),
    Struct { name: Option<String> },
}

/// A key whose equality, order and hash are its own: they do not look at the case of letters.
#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
struct NoCase(String);

impl NoCase {
    fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for NoCase {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for NoCase {}

impl PartialOrd for NoCase {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NoCase {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(&other.folded())
    }
}

impl Hash for NoCase {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Portable)]
struct One<T> {
    bumps: u32,
    value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Two<A, B> {
    a: Vec<A>,
    b: Option<B>,
    bumps: u32,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sorted<K: Ord, V> {
    by_key: BTreeMap<K, V>,
    keys: BTreeSet<K>,
}

/// Compares its values in every way that Rust has.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Compared<T> {
    items: Vec<T>,
}

#[portable]
impl<T: Clone + PartialOrd + Eq + Hash> Base for Compared<T> {
    fn shown(&self) -> String {
        let pairs = self.items.iter().flat_map(|a| self.items.iter().map(move |b| (a == b, a.partial_cmp(b))));
        format!("{:?} {:?}", self.items.clone(), pairs.collect::<Vec<_>>())
    }
    fn weight(&self) -> f64 {
        self.items.iter().collect::<HashSet<_>>().len() as f64
    }
    fn bump(&mut self) {
        self.items.dedup();
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Bounded<T> {
    first: T,
    more: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Tree<T> {
    value: T,
    children: Vec<Tree<T>>,
}

#[portable]
impl<T: Portable> Base for One<T> {
    fn shown(&self) -> String {
        format!("{:?}", self.value)
    }
    fn weight(&self) -> f64 {
        f64::from(self.bumps)
    }
    fn bump(&mut self) {
        self.bumps += 1;
    }
}

#[portable]
impl<A: Portable, B: Portable> Base for Two<A, B> {
    fn shown(&self) -> String {
        format!("{:?} {:?}", self.a, self.b)
    }
    fn weight(&self) -> f64 {
        self.a.len() as f64
    }
    fn bump(&mut self) {
        self.a.pop();
    }
}

#[portable]
impl<K: Ord, V: Clone + PartialEq> Base for Sorted<K, V> {
    fn shown(&self) -> String {
        let last = self.by_key.values().last().cloned();
        let repeated = self.by_key.values().filter(|value| last.as_ref() == Some(*value)).count();
        format!("{self:?} {:?} {repeated}", self.keys.first().map(|key| self.by_key.contains_key(key)))
    }
    fn weight(&self) -> f64 {
        self.by_key.len() as f64
    }
    fn bump(&mut self) {
        self.keys.pop_last();
    }
}

#[portable]
impl<T: Scorable> Base for Bounded<T> {
    fn shown(&self) -> String {
        format!("{:?}", self.more)
    }
    fn weight(&self) -> f64 {
        self.first.score() + self.more.iter().map(Scorable::score).sum::<f64>()
    }
    fn bump(&mut self) {
        self.more.reverse();
    }
}

#[portable]
impl<T: Portable> Base for Tree<T> {
    fn shown(&self) -> String {
        format!("{self:?}")
    }
    fn weight(&self) -> f64 {
        1.0 + self.children.iter().map(Base::weight).sum::<f64>()
    }
    fn bump(&mut self) {
        self.children.pop();
    }
}

#[portable]
impl Scorable for Foo {
    fn score(&self) -> f64 {
        self.a as f64
    }
}

#[portable]
impl Scorable for u8 {
    fn score(&self) -> f64 {
        f64::from(*self)
    }
}

#[portable]
impl<T: Portable> Scorable for Option<T> {
    fn score(&self) -> f64 {
        f64::from(u8::from(self.is_some()))
    }
}

/// How values of a type are generated.
trait Sample: Portable {
    fn values() -> BoxedStrategy<Self>;
}

macro_rules! sample {
    ($([$($generics:tt)*] $ty:ty => $strategy:expr;)*) => {$(
        impl<$($generics)*> Sample for $ty {
            fn values() -> BoxedStrategy<Self> {
                $strategy.boxed()
            }
        }
    )*};
}

fn text() -> impl Strategy<Value = String> {
    "[a-c\u{e4}\u{0}]{0,3}"
}

sample! {
    [] bool => any::<bool>();
    [] u8 => any::<u8>();
    [] i64 => prop_oneof![any::<i64>(), -300_i64..300];
    [] f64 => any::<f64>().prop_filter("JSON has no others", |value| value.is_finite());
    [] char => any::<char>();
    [] String => text();
    [] () => Just(());
    [] Foo => (-300_i64..300, text()).prop_map(|(a, b)| Foo { a, b });
    [] NoCase => "[a-bA-B]{0,2}".prop_map(NoCase);
    [T: Sample] Reverse<T> => T::values().prop_map(Reverse);
    [T: Sample] Compared<T> => vec(T::values(), 0..6).prop_map(|items| Compared { items });
    [] Kind => prop_oneof![
        Just(Kind::Unit),
        any::<i32>().prop_map(Kind::Newtype),
        (any::<u8>(), text()).prop_map(|(number, text)| Kind::Tuple(number, text)),
        proptest::option::of(text()).prop_map(|name| Kind::Struct { name }),
    ];
    [T: Sample] Vec<T> => vec(T::values(), 0..4);
    [T: Sample] Option<T> => proptest::option::of(T::values());
    [T: Sample] Box<T> => T::values().prop_map(Box::new);
    [T: Sample] [T; 2] => [T::values(), T::values()];
    [A: Sample, B: Sample] (A, B) => (A::values(), B::values());
    [T: Sample, E: Sample] Result<T, E> => prop_oneof![T::values().prop_map(Ok), E::values().prop_map(Err)];
    [K: Sample + Ord, V: Sample] BTreeMap<K, V> => btree_map(K::values(), V::values(), 0..4);
    [T: Sample + Ord] BTreeSet<T> => btree_set(T::values(), 0..4);
    [T: Sample] One<T> => (0..9_u32, T::values()).prop_map(|(bumps, value)| One { bumps, value });
    [A: Sample, B: Sample] Two<A, B> => (vec(A::values(), 0..4), proptest::option::of(B::values()), 0..9_u32)
        .prop_map(|(a, b, bumps)| Two { a, b, bumps });
    [K: Sample + Ord, V: Sample] Sorted<K, V> => (btree_map(K::values(), V::values(), 0..5), btree_set(K::values(), 0..5))
        .prop_map(|(by_key, keys)| Sorted { by_key, keys });
    [T: Sample + Scorable] Bounded<T> => (T::values(), vec(T::values(), 0..4))
        .prop_map(|(first, more)| Bounded { first, more });
    [T: Sample] Tree<T> => T::values().prop_map(|value| Tree { value, children: Vec::new() }).prop_recursive(3, 8, 3, |child| {
        (T::values(), vec(child, 0..3)).prop_map(|(value, children)| Tree { value, children })
    });
    [] Box<dyn Base> => prop_oneof![
        One::<i64>::values().prop_map(|value| Box::new(value) as Box<dyn Base>),
        Two::<String, Foo>::values().prop_map(|value| Box::new(value) as Box<dyn Base>),
        One::<Vec<Kind>>::values().prop_map(|value| Box::new(One { bumps: 1, value: Box::new(value) as Box<dyn Base> }) as Box<dyn Base>),
    ];
}

/// What an interface shows of a value, before and after a change.
fn behaviour(any: &mut dyn Base) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.extend([any.shown(), any.described(), any.weight().to_string(), format!("{any:?}"), format!("{any:#?}")]);
        any.bump();
    }
    seen
}

/// Checks the law for generated values of `T`; `native` knows `T` as such, the global registry does not.
fn check<T: Sample + Base>(native: &Registry) {
    println!("{}", std::any::type_name::<T>());
    crate::property::check(0, 48, T::values(), |mut value| {
        for format in formats() {
            let codec = Codec::default().format(format);
            let bytes = match codec.to_vec(&value) {
                Ok(bytes) => bytes,
                Err(error) => {
                    // The one thing that a format may refuse here: JSON has no keys but text.
                    prop_assert_eq!((format, error.code()), (Format::Json, 35), "{}", error);
                    prop_assert!(error.to_string().contains("key must be a string"), "{}", error);
                    continue;
                }
            };
            let mut erased: Box<dyn Base> = codec.from_slice(&bytes).unwrap();
            let mut known: Box<dyn Base> = codec.clone().registry(native.clone()).from_slice(&bytes).unwrap();
            let name = erased.type_name();
            prop_assert_eq!(Registry::global().resolve(&name), Resolution::Erased);
            prop_assert_eq!(&name, &known.type_name());
            prop_assert_eq!(&name, &Value::type_name(&value));
            prop_assert_eq!(codec.to_vec(&*erased).unwrap(), &bytes[..]);
            prop_assert_eq!(codec.to_vec(&*known).unwrap(), &bytes[..]);

            let exact: T = typeport::to_exact(&*erased).unwrap();
            prop_assert_eq!(codec.to_vec(&exact).unwrap(), &bytes[..]);
            prop_assert_eq!(format!("{exact:?}"), format!("{value:?}"));

            prop_assert_eq!(behaviour(&mut *erased), behaviour(&mut *known));
            let changed = codec.to_vec(&known).unwrap();
            prop_assert_eq!(codec.to_vec(&erased).unwrap(), &changed[..], "after a change");
            let exact: T = typeport::downcast(erased).unwrap();
            prop_assert_eq!(codec.to_vec(&exact).unwrap(), changed);
        }
        prop_assert_eq!(behaviour(&mut value).len(), 10);
        Ok(())
    });
}

/// Floats and hash maps are not `Eq` or have no order of their own, so they have a test of their own.
#[test]
fn floats_and_hash_maps_compare_as_they_do_natively() {
    let floats =
        |value: One<Vec<f64>>| -> Box<dyn Base> { typeport::from_slice(&typeport::to_vec(&value).unwrap()).unwrap() };
    let erased = floats(One { bumps: 0, value: vec![f64::NAN, -0.0, 0.0] });
    assert_eq!(erased.shown(), "[NaN, -0.0, 0.0]");

    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Same<T>(T, T);
    #[portable]
    impl<T: PartialEq> Scorable for Same<T> {
        fn score(&self) -> f64 {
            f64::from(u8::from(self.0 == self.1))
        }
    }
    fn score<T: Portable + PartialEq>(a: T, b: T) -> f64 {
        let any: Box<dyn Scorable> = typeport::from_slice(&typeport::to_vec(&Same(a, b)).unwrap()).unwrap();
        any.score()
    }
    assert_eq!(score(f64::NAN, f64::NAN), 0.0);
    assert_eq!(score(vec![0.0], vec![-0.0]), 1.0);
    let forward: HashMap<i64, u8> = (0..50).map(|key| (key, 1)).collect();
    let backward: HashMap<i64, u8> = (0..50).rev().map(|key| (key, 1)).collect();
    assert_eq!(score(forward.clone(), backward.clone()), 1.0);
    assert_eq!(score(forward.clone(), HashMap::from([(1, 1)])), 0.0);
    let set = |map: &HashMap<i64, u8>| map.keys().copied().collect::<HashSet<i64>>();
    assert_eq!(score(set(&forward), set(&backward)), 1.0);
    assert_eq!(score(Same(1_u8, 2).0, 2), 0.0);
}

/// One test a group of type names: `laws! { group: [One<i64>] }`.
macro_rules! laws {
    ($($test:ident: [$($ty:ty),* $(,)?])*) => {$(
        #[test]
        fn $test() {
            let all: &[fn()] = &[$(|| check::<$ty>(&Registry::global().with(entry!($ty as dyn Base)))),*];
            thinned(6, all).for_each(|check| check());
        }
    )*};
}

laws! {
    plain_arguments: [
        One<i64>, One<String>, One<bool>, One<f64>, One<char>, One<()>, One<Foo>, One<Kind>, Tree<Foo>, Tree<String>,
    ]
    containers_as_arguments: [
        One<Vec<i64>>, One<Vec<Foo>>, One<Option<Kind>>, One<Box<Foo>>, One<[Foo; 2]>, One<(i64, Vec<Foo>)>,
        One<Result<Foo, String>>, One<BTreeMap<String, Foo>>, One<BTreeMap<i64, Vec<Kind>>>, One<BTreeMap<Kind, ()>>,
    ]
    generics_as_arguments: [
        One<One<i64>>, One<Vec<One<Foo>>>, One<Option<Two<u8, Foo>>>, One<BTreeMap<String, One<i64>>>,
        One<Result<One<i64>, String>>, Tree<One<Foo>>, One<Tree<Vec<Foo>>>,
    ]
    two_parameters: [
        Two<i64, String>, Two<Foo, Vec<Foo>>, Two<One<i64>, Two<u8, bool>>, Two<Vec<Option<Foo>>, [Kind; 2]>,
        Two<(i64, Foo), One<Vec<u8>>>,
    ]
    sorted_by_an_erased_key: [
        Sorted<i64, Foo>, Sorted<String, i64>, Sorted<Foo, String>, Sorted<Kind, u8>, Sorted<(String, i64), Vec<u8>>,
        Sorted<Vec<String>, ()>, Sorted<Option<Kind>, One<i64>>,
    ]
    keys_with_an_order_of_their_own: [
        Sorted<Reverse<i64>, u8>, Sorted<NoCase, String>, Sorted<Vec<NoCase>, u8>, Sorted<Option<Reverse<NoCase>>, u8>,
        Sorted<Reverse<Vec<(NoCase, i64)>>, ()>, One<BTreeMap<Reverse<String>, Foo>>,
    ]
    compared_by_their_own_traits: [
        Compared<NoCase>, Compared<Vec<NoCase>>, Compared<i64>, Compared<(NoCase, bool)>, Compared<Option<Reverse<u8>>>,
        Compared<Kind>, Compared<[NoCase; 2]>, Compared<BTreeMap<NoCase, u8>>, Compared<BTreeSet<Vec<NoCase>>>,
    ]
    bounded_parameters: [Bounded<u8>, Bounded<Foo>, Bounded<Option<i64>>, Bounded<Option<Vec<One<Foo>>>>]
    trait_objects_as_arguments: [
        One<Box<dyn Base>>, One<Vec<Box<dyn Base>>>, Two<Box<dyn Base>, Vec<Option<Box<dyn Base>>>>,
        One<BTreeMap<String, Box<dyn Base>>>, One<(i64, One<Box<dyn Base>>)>,
    ]
    depth_four: [
        One<Vec<Option<One<Foo>>>>, One<One<One<One<i64>>>>, Two<Vec<One<Option<Foo>>>, One<(Kind, Vec<String>)>>,
        One<BTreeMap<String, Vec<Two<i64, Box<dyn Base>>>>>, One<Vec<Vec<Vec<Kind>>>>,
    ]
}
