//! Apache Fory: a closed list of the trait's types, each with an id in a value of `Fory`.

use crate::case::{Case, Entry, same_text};
use crate::jobs::{Event, Line, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{self, Nest, Root, Workload, root};
use fory::{Fory, ForyObject, ForyStruct, register_trait_type};
use std::fmt::Debug;
use std::rc::Rc;

/// The interface.
pub trait Listed: ForyObject + Debug {}

macro_rules! generic {
    // The derive looks at the tokens of a type, which a `ty` hides from it.
    ($($name:ident [$($value:tt)*]),* $(,)?) => {$(
        /// One of the generic type's instantiations: its derive takes no generic type.
        #[derive(Debug, ForyStruct)]
        pub struct $name {
            value: $($value)*,
            took: u32,
            worker: String,
        }

        impl From<Outcome<$($value)*>> for $name {
            fn from(Outcome { value, took, worker }: Outcome<$($value)*>) -> Self {
                $name { value, took, worker }
            }
        }
    )*};
}

generic! { Number [i64], Text [String], List [Vec<u32>] }

/// Jobs as one value, which is a job too.
#[derive(Debug, ForyStruct)]
pub struct Batch {
    jobs: Vec<Box<dyn Listed>>,
}

/// A job with jobs below it.
#[derive(Debug, ForyStruct)]
pub struct Node {
    id: u64,
    children: Vec<Box<dyn Listed>>,
}

/// What stands at the root: the trait object itself cannot.
#[derive(Debug, ForyStruct)]
struct Holder {
    job: Box<dyn Listed>,
}

register_trait_type!(pub Listed, Ping, Note, Move, Order, Event, Number, Text, List, Batch, Node);

impl Listed for Ping {}
impl Listed for Note {}
impl Listed for Move {}
impl Listed for Order {}
impl Listed for Event {}
impl Listed for Number {}
impl Listed for Text {}
impl Listed for List {}
impl Listed for Batch {}
impl Listed for Node {}

fn registered(is_compatible: bool) -> Result<Fory, fory::Error> {
    // The tree and the chain are deeper than the 5 levels that it comes with.
    let mut fory = Fory::builder().xlang(false).compatible(is_compatible).max_dyn_depth(64).build();
    fory.register::<Ping>(1)?;
    fory.register::<Note>(2)?;
    fory.register::<Move>(3)?;
    fory.register::<Order>(4)?;
    fory.register::<Line>(5)?;
    fory.register::<Event>(6)?;
    fory.register::<Number>(7)?;
    fory.register::<Text>(8)?;
    fory.register::<List>(9)?;
    fory.register::<Batch>(10)?;
    fory.register::<Node>(11)?;
    fory.register::<Holder>(12)?;
    Ok(fory)
}

impl Nest for Box<dyn Listed> {
    fn batch(jobs: Vec<Self>) -> Self {
        Box::new(Batch { jobs })
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Box::new(Node { id, children })
    }
}

fn leaf(sample: Sample) -> Box<dyn Listed> {
    match sample {
        Sample::Ping(job) => Box::new(job),
        Sample::Note(job) => Box::new(job),
        Sample::Move(job) => Box::new(job),
        Sample::Order(job) => Box::new(job),
        Sample::Event(job) => Box::new(job),
        Sample::Number(job) => Box::new(Number::from(job)),
        Sample::Text(job) => Box::new(Text::from(job)),
        Sample::List(job) => Box::new(List::from(job)),
    }
}

/// Its lines in the table of a workload.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let note = "types are registered by hand with ids; a type of its own for each generic instantiation";
    vec![
        Entry::new("fory", case(workload, true)).note(note),
        Entry::new("fory, same schema", case(workload, false))
            .note("as fory, with `compatible(false)`: both sides have to have the same types"),
    ]
}

/// Its lines in the tables of arrays.
pub fn arrays(workload: Workload) -> Vec<Entry> {
    let case = match workload {
        Workload::Floats => array(workload::floats()),
        _ => array(workload::bytes()),
    };
    vec![Entry::new("fory", case)]
}

fn case(workload: Workload, is_compatible: bool) -> Case {
    let encoder = Rc::new(registered(is_compatible).expect("they can be registered"));
    let (adder, decoder) = (encoder.clone(), encoder.clone());
    match root(workload, leaf) {
        Root::One(job) => Case::adding(
            Holder { job },
            move |job| encoder.serialize(job).expect("it encodes"),
            move |job, buffer| adder.serialize_to(buffer, job).expect("it encodes"),
            move |bytes| decoder.deserialize::<Holder>(bytes).expect("it decodes"),
            same_text,
        ),
        Root::Many(jobs) => Case::adding(
            Batch { jobs },
            move |jobs| encoder.serialize(jobs).expect("it encodes"),
            move |jobs, buffer| adder.serialize_to(buffer, jobs).expect("it encodes"),
            move |bytes| decoder.deserialize::<Batch>(bytes).expect("it decodes"),
            same_text,
        ),
    }
}

fn array<T: PartialEq>(values: Vec<T>) -> Case
where
    Vec<T>: fory::Serializer<Target = Vec<T>>,
{
    let encoder = Rc::new(Fory::builder().xlang(false).build());
    let (adder, decoder) = (encoder.clone(), encoder.clone());
    Case::adding(
        values,
        move |values| encoder.serialize(values).expect("it encodes"),
        move |values, buffer| adder.serialize_to(buffer, values).expect("it encodes"),
        move |bytes| decoder.deserialize::<Vec<T>>(bytes).expect("it decodes"),
        Vec::eq,
    )
}
