//! Parameters in every form: bounds, where clauses, defaults, consts, `PhantomData`.
#![allow(dead_code)]

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use typeport::{Portable, Value, portable};

#[portable]
trait Scorable {
    fn score(&self) -> f64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Plain<T> {
    value: T,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Portable)]
struct Keyed<K: Eq + Hash + Ord, V = i64>
where
    V: Clone + PartialEq + 'static,
{
    key: K,
    values: BTreeMap<K, V>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Table<K: Eq + Hash, V> {
    rows: HashMap<K, Vec<V>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Scores<T: Scorable>
where
    T: Debug + Send,
{
    items: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Marked<T> {
    at: u64,
    marker: PhantomData<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize(Grid<f64, 3, true>, Grid<Vec<i64>, 2, false>))]
struct Grid<T, const N: usize, const WRAPS: bool = false> {
    cells: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Bits<const FIRST: char, const OFFSET: i16>(u64);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize(Sum<i64>))]
struct Sum<T: Copy + Default> {
    value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(bound = "T: Portable + Clone, Vec<T>: Portable")]
struct Bounded<T> {
    values: Vec<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Tree<T, E: Debug = String> {
    Leaf(T),
    Broken(E),
    Node { left: Box<Tree<T, E>>, right: Box<Tree<T, E>> },
}

#[portable]
impl<T: Scorable> Scorable for Scores<T> {
    fn score(&self) -> f64 {
        self.items.iter().map(T::score).sum()
    }
}

#[portable]
impl<K, V> Scorable for Keyed<K, Vec<V>>
where
    K: Eq + Hash + Ord + Scorable,
    V: Clone + PartialEq,
{
    fn score(&self) -> f64 {
        self.key.score()
    }
}

#[portable(specialize(Grid<f64, 3, true>))]
impl<T: Value, const N: usize, const WRAPS: bool> Scorable for Grid<T, N, WRAPS> {
    fn score(&self) -> f64 {
        self.cells.len() as f64
    }
}

#[portable]
impl Scorable for Plain<i64> {
    fn score(&self) -> f64 {
        self.value as f64
    }
}

#[portable]
impl<T> Scorable for Vec<Plain<T>> {
    fn score(&self) -> f64 {
        self.len() as f64
    }
}

fn main() {}
