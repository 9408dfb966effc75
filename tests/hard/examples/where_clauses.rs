//! Where clauses of every form, on types, interfaces and members, and parameters with names that expansions use.
#![allow(dead_code, non_camel_case_types)]

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Scorable
where
    Self: Debug + Send + Sync,
{
    fn score(&self) -> f64;

    fn made<T>(_: T) -> Self
    where
        Self: Sized,
        T: Into<Self>;
}

#[portable]
trait Named {
    fn name(&self) -> String;

    fn show(&self, f: &dyn for<'a> Fn(&'a str) -> &'a str) -> String;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Keyed<K, V>
where
    K: Ord + Hash + 'static,
    V: Clone,
    Vec<V>: Debug,
    BTreeMap<K, V>: Sized,
    for<'a> &'a K: Debug,
{
    by_key: BTreeMap<K, Vec<V>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Defaults<T = i64, U = Vec<T>, const N: usize = 3>
where
    T: Debug,
{
    values: (T, U),
}

/// Parameters whose names are those of serde's, of the standard library's and of the expansions' own.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Names<D, E, S, I, Value, Erased, Entry> {
    all: (D, E, S, I, Value, Erased, Entry),
}

/// A bound by `Portable` has serde's `Deserialize` in it, so serde's derive must not add its own.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(bound = "")]
enum Recursive<T>
where
    T: Portable,
{
    Leaf(T),
    Branch(Vec<Recursive<T>>, Option<Box<Recursive<T>>>),
}

#[portable(specialize(Keyed<i64, String>))]
impl<K, V> Named for Keyed<K, V>
where
    K: Ord + Hash,
    V: Clone,
    Vec<V>: Debug,
    for<'a> &'a K: Debug,
{
    fn name(&self) -> String {
        String::new()
    }

    fn show(&self, f: &dyn for<'a> Fn(&'a str) -> &'a str) -> String {
        f("").to_owned()
    }
}

#[portable]
impl<D, E, S, I, Value, Erased, Entry> Named for Names<D, E, S, I, Value, Erased, Entry> {
    fn name(&self) -> String {
        String::new()
    }

    fn show(&self, _: &dyn for<'a> Fn(&'a str) -> &'a str) -> String {
        String::new()
    }
}

#[portable]
impl<T> Named for Recursive<T>
where
    T: Named + Clone + Portable,
{
    fn name(&self) -> String {
        match self {
            Recursive::Leaf(leaf) => leaf.name(),
            Recursive::Branch(..) => String::new(),
        }
    }

    fn show(&self, _: &dyn for<'a> Fn(&'a str) -> &'a str) -> String {
        String::new()
    }
}

/// A supertrait that is a bound as well.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize(Shown<i64>))]
struct Shown<T: Display>(T);

#[portable(specialize(Shown<i64>))]
impl<T: Display> Named for Shown<T>
where
    T: PartialOrd<T>,
{
    fn name(&self) -> String {
        self.0.to_string()
    }

    fn show(&self, _: &dyn for<'a> Fn(&'a str) -> &'a str) -> String {
        self.name()
    }
}

fn main() {}
