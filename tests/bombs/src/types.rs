//! The types that the bombs are decoded into. Imports typeport and serde only.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Portable, portable};

/// The interface that erased values are decoded as.
#[portable]
pub trait Load {}

#[portable]
impl<T: Portable> Load for Holder<T> {}

#[portable]
impl<P: Portable> Load for List<P> {}

#[portable]
impl<P: Portable> Load for Tree<P> {}

#[portable]
impl<P: Portable> Load for Link<P> {}

/// One argument: decoded as a trait object it is erased.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Holder<T> {
    pub value: T,
}

/// One argument in each kind of variant.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub enum Carrier<T> {
    #[default]
    Unit,
    Newtype(T),
    Tuple(u8, T),
    Struct {
        value: T,
    },
}

/// A trait object inside of another value.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Around {
    pub inner: Box<dyn Load>,
}

impl Default for Around {
    fn default() -> Self {
        Around { inner: Box::new(Holder::<u8>::default()) }
    }
}

/// Eight bytes in memory, none in a binary state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Portable)]
pub struct Marker {
    #[serde(skip)]
    pub cache: u64,
}

/// As [`Marker`], made by a function.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Defaulted {
    #[serde(skip, default = "full")]
    pub cache: [u64; 4],
}

fn full() -> [u64; 4] {
    [u64::MAX; 4]
}

/// 1 KiB inline, no byte of it in a binary state.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
pub struct Hollow1K {
    #[serde(skip)]
    pub ballast: [[u64; 32]; 4],
}

/// 4 KiB inline, no byte of it in a binary state.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
pub struct Hollow4K {
    #[serde(skip)]
    pub ballast: [[u64; 32]; 16],
}

/// 16 KiB inline, no byte of it in a binary state.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
pub struct Hollow16K {
    #[serde(skip)]
    pub ballast: [[[u64; 32]; 32]; 2],
}

/// 128 KiB inline, no byte of it in a binary state.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Portable)]
pub struct Hollow128K {
    #[serde(skip)]
    pub ballast: [[[u64; 32]; 32]; 16],
}

/// A list: an option of a box at each level, and a payload inline.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct List<P> {
    pub pad: P,
    pub next: Option<Box<List<P>>>,
}

/// A tree: a vector at each level.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Tree<P> {
    pub pad: P,
    pub children: Vec<Tree<P>>,
}

/// A tree that is nothing but its vector.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
#[serde(transparent)]
pub struct Bare {
    pub children: Vec<Bare>,
}

/// A tuple at each level.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Pairs<P>(pub P, pub Option<Box<(Pairs<P>, u8)>>);

/// An enum at each level.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub enum Term<P> {
    #[default]
    End,
    Not(Box<Term<P>>),
    Value(P),
}

/// A map at each level.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Dict<P> {
    pub pad: P,
    pub entries: BTreeMap<String, Dict<P>>,
}

/// A newtype at each level, around an enum.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Newtype<P>(pub Inner<P>);

/// What is in a [`Newtype`].
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub enum Inner<P> {
    #[default]
    End,
    More(Box<Newtype<P>>),
    Value(P),
}

/// A trait object at each level.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
pub struct Link<P> {
    pub pad: P,
    pub next: Option<Box<dyn Load>>,
}

/// What only a self-describing format can carry: unknown fields are gathered, and one is tried as several types.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
pub struct Gathering {
    #[serde(flatten)]
    pub rest: BTreeMap<String, Either>,
}

/// A type that serde buffers.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(untagged)]
#[portable(format = "json")]
pub enum Either {
    Number(u64),
    Bare(Bare),
}

/// Its name has 2,600 letters, its state no byte.
pub type Wide = (Row, Row, Row);
type Row = (Quad, Quad, Quad);
type Quad = (LongName, LongName, LongName, LongName);

#[derive(Debug, Default, Serialize, Deserialize, Portable)]
#[portable(id = "bombs::ANameThatIsSoLongThatACopyOfItForEachOfTheValuesOfItsTypeIsMuch")]
pub struct LongName {}
