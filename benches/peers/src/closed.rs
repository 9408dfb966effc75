//! The program that knows all its types: a `match` over its trait objects. The others are compared with it.

use crate::case::Entry;
use crate::formats::{Bincode, Json, Postcard, case};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{Nest, Workload};
use serde::de::{EnumAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::any::Any;
use std::fmt;

/// The closed program's own trait: each type says which it is.
pub trait Task: Any + fmt::Debug {
    /// Its number in the `match`.
    fn tag(&self) -> u32;
}

/// A trait object that serde carries by a hand-written `match`, as an enum.
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
                let (tag, variant) = data.variant::<Tag>()?;
                Ok(AnyTask(match tag {
                    $(Tag::$variant => Box::new(variant.newtype_variant::<$ty>()?),)*
                }))
            }
        }

        #[derive(Deserialize)]
        #[serde(variant_identifier)]
        enum Tag {
            $($variant,)*
        }

        const VARIANTS: &[&str] = &[$(stringify!($variant)),*];
    };
}

struct AnyTaskVisitor;

closed! {
    0 Ping Ping, 1 Note Note, 2 Move Move, 3 Order Order, 4 Event Event, 5 Number Outcome<i64>, 6 Text Outcome<String>,
    7 List Outcome<Vec<u32>>, 8 Tasks Tasks, 9 Node TaskNode, 10 Integer i64,
}

impl<'de> Deserialize<'de> for AnyTask {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("AnyTask", VARIANTS, AnyTaskVisitor)
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

impl Nest for AnyTask {
    fn batch(jobs: Vec<Self>) -> Self {
        AnyTask(Box::new(Tasks { jobs }))
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        AnyTask(Box::new(TaskNode { id, children }))
    }
}

/// Its lines in the table of a workload, of which the first is what all ratios are to.
pub fn entries(workload: Workload) -> Vec<Entry> {
    vec![
        Entry::new("closed match, postcard", case(Postcard, workload, AnyTask::from))
            .note("all ratios are to this one"),
        Entry::new("closed match, bincode", case(Bincode, workload, AnyTask::from)),
        Entry::cannot("closed match, wincode", "its traits are `unsafe` to implement, and it has no derive for this"),
        Entry::new("closed match, JSON", case(Json, workload, AnyTask::from)),
    ]
}
