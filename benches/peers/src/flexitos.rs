//! `serde_flexitos`: the program fills a registry by hand, and writes the two serde impls of its trait object.

use crate::case::Entry;
use crate::formats::{Postcard, case};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{Nest, Workload};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_flexitos::{MapRegistry, Registry, serialize_trait_object};
use std::fmt::Debug;
use std::sync::LazyLock;

/// The interface.
pub trait Flexible: erased_serde::Serialize + Debug {
    /// Which type it is.
    fn id(&self) -> &'static str;
}

#[derive(Debug, Serialize, Deserialize)]
struct Batch {
    jobs: Vec<Box<dyn Flexible>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Node {
    id: u64,
    children: Vec<Box<dyn Flexible>>,
}

macro_rules! flexible {
    ($($id:literal $ty:ty),* $(,)?) => {
        $(impl Flexible for $ty {
            fn id(&self) -> &'static str {
                $id
            }
        })*

        static REGISTRY: LazyLock<MapRegistry<dyn Flexible>> = LazyLock::new(|| {
            let mut registry = MapRegistry::<dyn Flexible>::new("Flexible");
            $(registry.register($id, |deserializer| Ok(Box::new(erased_serde::deserialize::<$ty>(deserializer)?)));)*
            registry
        });
    };
}

flexible! {
    "Ping" Ping, "Note" Note, "Move" Move, "Order" Order, "Event" Event, "Number" Outcome<i64>, "Text" Outcome<String>,
    "List" Outcome<Vec<u32>>, "Batch" Batch, "Node" Node,
}

impl Serialize for dyn Flexible {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_trait_object(serializer, self.id(), self)
    }
}

impl<'de> Deserialize<'de> for Box<dyn Flexible> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        REGISTRY.deserialize_trait_object(deserializer)
    }
}

impl Nest for Box<dyn Flexible> {
    fn batch(jobs: Vec<Self>) -> Self {
        Box::new(Batch { jobs })
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Box::new(Node { id, children })
    }
}

fn leaf(sample: Sample) -> Box<dyn Flexible> {
    match sample {
        Sample::Ping(job) => Box::new(job),
        Sample::Note(job) => Box::new(job),
        Sample::Move(job) => Box::new(job),
        Sample::Order(job) => Box::new(job),
        Sample::Event(job) => Box::new(job),
        Sample::Number(job) => Box::new(job),
        Sample::Text(job) => Box::new(job),
        Sample::List(job) => Box::new(job),
    }
}

/// Its lines in the table of a workload.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let note = "each type, and each generic instantiation, is registered by hand";
    vec![Entry::new("serde_flexitos, postcard", case(Postcard, workload, leaf)).note(note)]
}
