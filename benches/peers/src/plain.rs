//! The enum of a program that knows all its types and boxes nothing: less work than any other contender.

use crate::case::{Case, Entry, same_text};
use crate::formats::{self, Postcard};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{Nest, Root, Workload, root};
use serde::{Deserialize, Serialize};

/// All jobs there are.
#[derive(
    Clone,
    Debug,
    Serialize,
    Deserialize,
    bincode::Encode,
    bincode::Decode,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    facet::Facet,
)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Plain {
    Ping(Ping),
    Note(Note),
    Move(Move),
    Order(Order),
    Event(Event),
    Number(Outcome<i64>),
    Text(Outcome<String>),
    List(Outcome<Vec<u32>>),
    Batch(Vec<Plain>),
    Node(u64, Vec<Plain>),
}

impl From<Sample> for Plain {
    fn from(sample: Sample) -> Self {
        match sample {
            Sample::Ping(job) => Plain::Ping(job),
            Sample::Note(job) => Plain::Note(job),
            Sample::Move(job) => Plain::Move(job),
            Sample::Order(job) => Plain::Order(job),
            Sample::Event(job) => Plain::Event(job),
            Sample::Number(job) => Plain::Number(job),
            Sample::Text(job) => Plain::Text(job),
            Sample::List(job) => Plain::List(job),
        }
    }
}

impl Nest for Plain {
    fn batch(jobs: Vec<Self>) -> Self {
        Plain::Batch(jobs)
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Plain::Node(id, children)
    }
}

/// Its lines in the table of a workload.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let note = "boxes nothing";
    vec![
        Entry::new("closed enum, postcard", formats::case(Postcard, workload, Plain::from)).note(note),
        Entry::new("closed enum, bincode", by_bincode(workload)).note(note),
        Entry::new("closed enum, wincode", by_wincode(workload)).note(note),
    ]
}

/// By bincode's own derives.
fn by_bincode(workload: Workload) -> Case {
    fn encode<V: bincode::Encode>(value: &V) -> Vec<u8> {
        bincode::encode_to_vec(value, bincode::config::standard()).expect("it encodes")
    }
    fn decode<V: bincode::Decode<()>>(bytes: &[u8]) -> V {
        bincode::decode_from_slice(bytes, bincode::config::standard()).expect("it decodes").0
    }
    match root(workload, Plain::from) {
        Root::One(job) => Case::new(job, encode, decode::<Plain>, same_text),
        Root::Many(jobs) => Case::new(jobs, encode, decode::<Vec<Plain>>, same_text),
    }
}

fn by_wincode(workload: Workload) -> Case {
    match root(workload, Plain::from) {
        Root::One(job) => Case::new(
            job,
            |job| wincode::serialize(job).expect("it encodes"),
            |bytes| wincode::deserialize::<Plain>(bytes).expect("it decodes"),
            same_text,
        ),
        Root::Many(jobs) => Case::new(
            jobs,
            |jobs| wincode::serialize(jobs).expect("it encodes"),
            |bytes| wincode::deserialize::<Vec<Plain>>(bytes).expect("it decodes"),
            same_text,
        ),
    }
}
