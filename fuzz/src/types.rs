//! The interfaces and types that the targets build values of. Imports typeport, serde and arbitrary only.

use arbitrary::{Arbitrary, Unstructured};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use typeport::{Carried, Failure, Opaque, Portable, portable};

/// The interface that targets decode.
#[portable]
pub(crate) trait Base {
    /// Visits all that is inside.
    fn weight(&self) -> usize;
}

/// The bound of a parameter.
#[portable]
pub(crate) trait Scorable {
    fn score(&self) -> usize;
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct Foo {
    pub(crate) a: i64,
    pub(crate) b: String,
}

/// Known to be portable, and a member of no interface but the root one.
#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct Stranger {
    pub(crate) number: u32,
}

/// An error, which a failure carries.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub(crate) struct Broken {
    pub(crate) number: u32,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken at {}", self.number)
    }
}

impl Error for Broken {}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Arbitrary, Portable)]
#[portable(alias = "typeport_fuzz::Sort")]
pub(crate) enum Kind {
    Unit,
    Newtype(i32),
    Tuple(u8, String),
    Struct { name: Option<String> },
}

#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct One<T> {
    #[serde(skip)]
    #[arbitrary(default)]
    pub(crate) cache: u64,
    pub(crate) value: T,
}

#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct Two<A, B> {
    pub(crate) a: Vec<A>,
    pub(crate) b: Option<B>,
}

#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct Sorted<K: Ord, V> {
    pub(crate) by_key: BTreeMap<K, V>,
    pub(crate) keys: BTreeSet<K>,
}

#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct Bounded<T> {
    pub(crate) first: T,
    pub(crate) more: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) struct Tree<T> {
    pub(crate) value: T,
    pub(crate) children: Vec<Tree<T>>,
}

#[derive(Debug, Serialize, Deserialize, Arbitrary, Portable)]
pub(crate) enum Either<A, B> {
    Neither,
    Left(A),
    Both { left: A, right: Box<B> },
}

/// A place of each kind for what may not be known.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub(crate) struct Courier {
    pub(crate) carried: Vec<Carried<dyn Base>>,
    pub(crate) kept: Vec<Opaque>,
    pub(crate) failures: Vec<Failure>,
}

/// Without bytes that are kept: those have a format of their own, and who makes a value does not know which.
impl<'a> Arbitrary<'a> for Courier {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let carried = Vec::<Box<dyn Base>>::arbitrary(bytes)?.into_iter().map(Carried::Known).collect();
        let failures = Vec::<u32>::arbitrary(bytes)?.into_iter().map(|number| Broken { number }.into()).collect();
        Ok(Courier { carried, kept: Vec::new(), failures })
    }
}

#[portable]
impl Base for Courier {
    fn weight(&self) -> usize {
        self.carried.iter().filter_map(Carried::known).map(Base::weight).sum()
    }
}

#[portable]
impl Base for Foo {
    fn weight(&self) -> usize {
        self.b.len()
    }
}

#[portable]
impl Base for Kind {
    fn weight(&self) -> usize {
        1
    }
}

#[portable]
impl<T: Portable> Base for One<T> {
    fn weight(&self) -> usize {
        assert_eq!(self.cache, 0, "a skipped field was read from the input");
        1
    }
}

#[portable]
impl<A: Portable, B: Portable> Base for Two<A, B> {
    fn weight(&self) -> usize {
        self.a.len() + usize::from(self.b.is_some())
    }
}

#[portable]
impl<K: Ord, V: Portable> Base for Sorted<K, V> {
    fn weight(&self) -> usize {
        self.keys.iter().filter(|key| self.by_key.contains_key(key)).count()
    }
}

#[portable]
impl<T: Scorable> Base for Bounded<T> {
    fn weight(&self) -> usize {
        self.more.iter().map(Scorable::score).fold(self.first.score(), usize::wrapping_add)
    }
}

#[portable]
impl<T: Portable> Base for Tree<T> {
    fn weight(&self) -> usize {
        1 + self.children.iter().map(Base::weight).sum::<usize>()
    }
}

#[portable]
impl<A: Portable, B: Portable> Base for Either<A, B> {
    fn weight(&self) -> usize {
        match self {
            Either::Neither => 0,
            Either::Left(_) => 1,
            Either::Both { .. } => 2,
        }
    }
}

#[portable]
impl Scorable for Foo {
    fn score(&self) -> usize {
        self.b.len()
    }
}

#[portable]
impl Scorable for u8 {
    fn score(&self) -> usize {
        usize::from(*self)
    }
}

#[portable]
impl<T: Portable> Scorable for Option<T> {
    fn score(&self) -> usize {
        usize::from(self.is_some())
    }
}

/// Members to be made from bytes, some of them with members inside.
impl<'a> Arbitrary<'a> for Box<dyn Base> {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        // Without bytes every choice is the first one, which has to come to an end.
        Ok(match bytes.int_in_range(0..=5)? {
            0 => Box::new(Foo::arbitrary(bytes)?),
            1 => Box::new(Kind::arbitrary(bytes)?),
            2 => Box::new(One::<i64>::arbitrary(bytes)?),
            3 => Box::new(One::<Box<dyn Base>>::arbitrary(bytes)?),
            4 => Box::new(One::<Vec<Box<dyn Base>>>::arbitrary(bytes)?),
            _ => Box::new(Tree::<Foo>::arbitrary(bytes)?),
        })
    }
}
