//! The eight workloads, built of the same seeded values for all contenders.

use crate::jobs::{Outcome, Sample, samples};

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Workload {
    Small,
    Batch,
    Nested,
    Tree,
    Chain,
    Generics,
    Floats,
    Bytes,
}

/// How many values a batch has.
pub const BATCH: usize = 10_000;
/// Levels of the tree.
pub const LEVELS: u64 = 7;
/// Children of each value of the tree.
pub const CHILDREN: u64 = 3;
/// Values of the chain.
pub const CHAIN: u64 = 20;

impl Workload {
    /// All of them, in the order of the document.
    pub const ALL: [Workload; 8] = {
        use Workload::*;
        [Small, Batch, Nested, Tree, Chain, Generics, Floats, Bytes]
    };

    /// Its name in file names and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Workload::Small => "small",
            Workload::Batch => "batch",
            Workload::Nested => "nested",
            Workload::Tree => "tree",
            Workload::Chain => "chain",
            Workload::Generics => "generics",
            Workload::Floats => "floats",
            Workload::Bytes => "bytes",
        }
    }

    /// Whether there are no trait objects in it.
    pub fn is_array(self) -> bool {
        matches!(self, Workload::Floats | Workload::Bytes)
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Workload::ALL.into_iter().find(|workload| workload.name() == name)
    }
}

/// Values that can hold each other.
pub trait Nest: Sized {
    /// Many as one.
    fn batch(jobs: Vec<Self>) -> Self;
    /// One that others are below of.
    fn node(id: u64, children: Vec<Self>) -> Self;
}

/// What is encoded: one value, or many.
pub enum Root<T> {
    /// One.
    One(T),
    /// Many.
    Many(Vec<T>),
}

/// The values of a workload that is not an array.
pub fn root<T: Nest>(workload: Workload, leaf: fn(Sample) -> T) -> Root<T> {
    let leaves = |samples: Vec<Sample>| samples.into_iter().map(leaf).collect();
    match workload {
        Workload::Small => Root::One(leaf(small())),
        Workload::Batch => Root::Many(leaves(samples(BATCH))),
        Workload::Nested => Root::One(T::batch(leaves(samples(BATCH)))),
        Workload::Tree => Root::One(tree(LEVELS, &mut 0)),
        Workload::Chain => Root::One((1..CHAIN).fold(T::node(0, Vec::new()), |below, id| T::node(id, vec![below]))),
        Workload::Generics => Root::Many(leaves(samples(3 * BATCH).into_iter().filter(is_generic).collect())),
        Workload::Floats | Workload::Bytes => unreachable!("an array has no trait objects"),
    }
}

fn small() -> Sample {
    Sample::Number(Outcome { value: -123_456, took: 1_250, worker: "worker-7".to_owned() })
}

fn is_generic(sample: &Sample) -> bool {
    matches!(sample, Sample::Number(_) | Sample::Text(_) | Sample::List(_))
}

fn tree<T: Nest>(levels: u64, id: &mut u64) -> T {
    *id += 1;
    let own = *id;
    let n_children = if levels > 1 { CHILDREN } else { 0 };
    T::node(own, (0..n_children).map(|_| tree(levels - 1, id)).collect())
}

/// A million floats.
pub fn floats() -> Vec<f64> {
    (0..1_000_000).map(|index| f64::from(index) / 7.0).collect()
}

/// 8 MiB.
pub fn bytes() -> Vec<u8> {
    (0..8 << 20).map(|index: u32| (index % 251) as u8).collect()
}
