//! typetag: each implementation is marked, those of a generic type one by one.

use crate::case::Entry;
use crate::formats::{Json, Postcard, case};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{Nest, Workload};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// The interface.
#[typetag::serde]
pub trait Tagged: Debug {}

#[derive(Debug, Serialize, Deserialize)]
struct Batch {
    jobs: Vec<Box<dyn Tagged>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Node {
    id: u64,
    children: Vec<Box<dyn Tagged>>,
}

#[typetag::serde]
impl Tagged for Ping {}

#[typetag::serde]
impl Tagged for Note {}

#[typetag::serde]
impl Tagged for Move {}

#[typetag::serde]
impl Tagged for Order {}

#[typetag::serde]
impl Tagged for Event {}

#[typetag::serde(name = "Number")]
impl Tagged for Outcome<i64> {}

#[typetag::serde(name = "Text")]
impl Tagged for Outcome<String> {}

#[typetag::serde(name = "List")]
impl Tagged for Outcome<Vec<u32>> {}

#[typetag::serde]
impl Tagged for Batch {}

#[typetag::serde]
impl Tagged for Node {}

#[typetag::serde]
impl Tagged for i64 {}

impl Nest for Box<dyn Tagged> {
    fn batch(jobs: Vec<Self>) -> Self {
        Box::new(Batch { jobs })
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Box::new(Node { id, children })
    }
}

/// A leaf.
pub fn leaf(sample: Sample) -> Box<dyn Tagged> {
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
    let note = "each generic instantiation is marked by hand";
    vec![
        Entry::new("typetag, postcard", case(Postcard, workload, leaf)).note(note),
        Entry::new("typetag, JSON", case(Json, workload, leaf)).note(note).against("closed match, JSON"),
    ]
}
