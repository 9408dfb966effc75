//! The user types of the golden corpus: every kind of generic, enum, bound and nesting that the macros support. Imports
//! typeport and serde only. A type in an envelope is never changed: a new shape is a new type.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::ops::Add;
use std::sync::Arc;
use typeport::{Portable, Value, portable, specialize};

/// The interface of all user types here.
#[portable(id = "golden::Node")]
pub trait Node {
    fn weight(&self) -> f64 {
        1.0
    }
}

/// The bound of a parameter.
#[portable(id = "golden::Scored")]
pub trait Scored {
    fn score(&self) -> f64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Unit")]
pub struct Unit;

/// An error that is not generic.
#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("step {step} is broken: {why:?}")]
#[portable(id = "golden::Broken")]
pub struct Broken {
    pub step: u32,
    pub why: Foo,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Empty")]
pub struct Empty {}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Foo")]
pub struct Foo {
    pub a: i64,
    pub b: String,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Newtype")]
pub struct Newtype<T>(pub T);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Tuple")]
pub struct Tuple<T, U>(pub T, pub U, pub Vec<T>);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::One")]
pub struct One<T> {
    pub value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Two")]
pub struct Two<A, B> {
    pub a: Vec<A>,
    pub b: Option<B>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Marked")]
pub struct Marked<T> {
    pub id: u32,
    pub marker: PhantomData<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Choice")]
pub enum Choice<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct { value: T, other: Option<Box<Choice<T>>> },
    EmptyTuple(),
    EmptyStruct {},
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Either")]
pub enum Either<A, B> {
    Neither,
    Left(A),
    Both { left: A, right: Box<B> },
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Tree")]
pub struct Tree<T> {
    pub value: T,
    pub children: Vec<Tree<T>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Even")]
pub struct Even<T> {
    pub value: T,
    pub odd: Option<Box<Odd<T>>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Odd")]
pub struct Odd<T> {
    pub values: BTreeMap<String, T>,
    pub even: Vec<Even<T>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Sorted")]
pub struct Sorted<K: Ord, V> {
    pub by_key: BTreeMap<K, V>,
    pub keys: BTreeSet<K>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Bounded")]
pub struct Bounded<T> {
    pub first: T,
    pub more: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Sum")]
pub struct Sum<T> {
    pub items: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Matrix")]
pub struct Matrix<T: Copy, const ROWS: usize, const SIGNED: bool, const UNIT: char> {
    pub cells: Vec<T>,
}

specialize!(Matrix<f64, 2, true, 'm'> as dyn Value, Matrix<u8, 3, false, '\''> as dyn Value);
specialize!(Matrix<f64, 2, true, 'm'> as dyn Node, Matrix<u8, 3, false, '\''> as dyn Node);

/// Renamed since its first release; the corpus has envelopes of both names.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Renamed", alias = "golden::Former")]
pub struct Renamed<T> {
    pub value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Attributes")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attributes<T> {
    #[serde(rename = "other", alias = "former")]
    pub renamed: T,
    #[serde(skip)]
    pub skipped: u8,
    pub in_camel_case: u16,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Meters")]
#[serde(transparent)]
pub struct Meters<T> {
    pub value: T,
}

/// Trait objects in every position.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Everywhere")]
pub struct Everywhere {
    pub plain: Box<dyn Node>,
    pub many: Vec<Box<dyn Node>>,
    pub by_name: BTreeMap<String, Box<dyn Node>>,
    pub maybe: Option<Box<dyn Node>>,
    pub shared: Arc<dyn Node>,
    pub any: Box<dyn Value>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Branch")]
pub struct Branch<T> {
    pub value: T,
    pub left: Box<dyn Node>,
    pub others: Vec<Box<dyn Node>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Flat", format = "json")]
pub struct Flat<T> {
    pub id: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub maybe: Option<u8>,
    pub inner: One<T>,
    #[serde(flatten)]
    pub rest: BTreeMap<String, Box<dyn Node>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Tagged", format = "json")]
#[serde(tag = "t")]
pub enum Tagged {
    A,
    B { b: u8 },
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "golden::Adjacent", format = "json")]
#[serde(tag = "kind", content = "content", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Adjacent<T> {
    FirstOne,
    Second(T),
    Third { left: T, right: u8 },
}

/// `nodes! { [T] One<T>; }` makes the types members of `Node`.
macro_rules! nodes {
    ($([$($parameter:ident),*] $ty:ty;)*) => {
        $(#[portable] impl<$($parameter: Portable),*> Node for $ty {})*
    };
}

nodes! {
    [T] Newtype<T>;
    [T, U] Tuple<T, U>;
    [T] One<T>;
    [A, B] Two<A, B>;
    [T] Marked<T>;
    [T] Choice<T>;
    [A, B] Either<A, B>;
    [T] Even<T>;
    [T] Odd<T>;
    [T] Renamed<T>;
    [T] Meters<T>;
    [T] Branch<T>;
    [T] Flat<T>;
    [T] Adjacent<T>;
}

/// As `nodes!`, for types without parameters: `plain_nodes! { Unit; }`.
macro_rules! plain_nodes {
    ($($ty:ty;)*) => { $(#[portable] impl Node for $ty {})* };
}

plain_nodes! { Unit; Empty; Foo; Everywhere; Tagged; }

#[portable]
impl<T: Portable> Node for Attributes<T> {
    fn weight(&self) -> f64 {
        assert_eq!(self.skipped, 0, "a skipped field was read from the input");
        f64::from(self.in_camel_case)
    }
}

#[portable]
impl<T: Portable> Node for Tree<T> {
    fn weight(&self) -> f64 {
        1.0 + self.children.iter().map(Node::weight).sum::<f64>()
    }
}

#[portable]
impl<K: Ord, V: Portable> Node for Sorted<K, V> {
    fn weight(&self) -> f64 {
        self.keys.iter().filter(|key| self.by_key.contains_key(key)).count() as f64
    }
}

#[portable]
impl<T: Scored> Node for Bounded<T> {
    fn weight(&self) -> f64 {
        self.first.score() + self.more.iter().map(Scored::score).sum::<f64>()
    }
}

#[portable(specialize(Sum<f32>, Sum<u8>))]
impl<T: Portable + Copy + Add<Output = T> + Into<f64>> Node for Sum<T> {
    fn weight(&self) -> f64 {
        self.items.iter().map(|item| (*item).into()).sum()
    }
}

#[portable(specialize(Matrix<i32, 1, true, 'x'>))]
impl<T: Portable + Copy, const ROWS: usize, const SIGNED: bool, const UNIT: char> Node
    for Matrix<T, ROWS, SIGNED, UNIT>
{
    fn weight(&self) -> f64 {
        self.cells.len() as f64 / ROWS as f64
    }
}

#[portable]
impl Scored for Foo {
    fn score(&self) -> f64 {
        self.b.len() as f64
    }
}

#[portable]
impl Scored for u8 {
    fn score(&self) -> f64 {
        f64::from(*self)
    }
}

#[portable]
impl<T: Portable> Scored for Option<T> {
    fn score(&self) -> f64 {
        f64::from(u8::from(self.is_some()))
    }
}
