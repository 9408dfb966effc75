//! What a program writes that knows all its types: a `match` over trait objects, and an enum without boxes.

use super::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use serde::de::{EnumAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::any::Any;
use std::fmt;

/// The closed program's own trait: each type says which it is.
pub trait Task: Any + fmt::Debug {
    /// Its number in the `match`.
    fn tag(&self) -> u32;
}

/// A trait object that serde carries by a hand-written `match`, as an enum of eight variants.
#[derive(Debug)]
pub struct AnyTask(pub Box<dyn Task>);

/// Jobs as one value, which is a job too.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tasks {
    /// The jobs.
    pub jobs: Vec<AnyTask>,
}

/// A job within a job.
#[derive(Debug, Serialize, Deserialize)]
pub struct TaskNode {
    /// Which one.
    pub id: u64,
    /// What is below it.
    pub children: Vec<AnyTask>,
}

macro_rules! closed {
    ($($tag:literal $variant:ident $ty:ty),* $(,)?) => {
        $(impl Task for $ty {
            fn tag(&self) -> u32 {
                $tag
            }
        })*

        impl Serialize for AnyTask {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let any: &dyn Any = &*self.0;
                match self.0.tag() {
                    $($tag => {
                        let task: &$ty = any.downcast_ref().expect("a tag belongs to one type");
                        serializer.serialize_newtype_variant("AnyTask", $tag, stringify!($variant), task)
                    })*
                    tag => unreachable!("no type has the tag {tag}"),
                }
            }
        }

        impl<'de> Visitor<'de> for AnyTaskVisitor {
            type Value = AnyTask;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a task")
            }

            fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<AnyTask, A::Error> {
                let (tag, variant) = data.variant::<u32>()?;
                Ok(AnyTask(match tag {
                    $($tag => Box::new(variant.newtype_variant::<$ty>()?),)*
                    _ => return Err(serde::de::Error::custom("no task has this tag")),
                }))
            }
        }

        const VARIANTS: &[&str] = &[$(stringify!($variant)),*];
    };
}

struct AnyTaskVisitor;

closed! {
    0 Ping Ping, 1 Note Note, 2 Move Move, 3 Order Order, 4 Event Event, 5 Number Outcome<i64>, 6 Text Outcome<String>,
    7 List Outcome<Vec<u32>>, 8 Tasks Tasks, 9 Node TaskNode,
}

impl<'de> Deserialize<'de> for AnyTask {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("AnyTask", VARIANTS, AnyTaskVisitor)
    }
}

/// The enum of a program that boxes nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

impl From<Sample> for AnyTask {
    fn from(sample: Sample) -> Self {
        AnyTask(match sample {
            Sample::Ping(job) => Box::new(job),
            Sample::Note(job) => Box::new(job),
            Sample::Move(job) => Box::new(job),
            Sample::Order(job) => Box::new(job),
            Sample::Event(job) => Box::new(job),
            Sample::Number(job) => Box::new(job),
            Sample::Text(job) => Box::new(job),
            Sample::List(job) => Box::new(job),
        })
    }
}
