//! `bevy_reflect`: a registry of types by path, with the program's requirements as type data.
//!
//! A field cannot be a box of a trait object, so they are in an `Arc`, and their list writes and reads itself with the
//! registry, as the crate's own tests do.

use crate::case::{Case, Entry, same_text};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{Nest, Root, Workload, root};
use bevy_reflect::serde::{
    DeserializeWithRegistry, ReflectDeserializeWithRegistry, ReflectDeserializer, ReflectSerializeWithRegistry,
    ReflectSerializer, SerializeWithRegistry,
};
use bevy_reflect::{
    FromReflect, GetTypeRegistration, PartialReflect, Reflect, ReflectDeserialize, ReflectFromReflect,
    ReflectSerialize, TypePath, TypeRegistry, reflect_trait,
};
use serde::de::{DeserializeOwned, DeserializeSeed, Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserializer, Serialize, Serializer};
use std::fmt::{self, Debug};
use std::rc::Rc;
use std::sync::Arc;

/// The interface.
#[reflect_trait]
pub trait Mirrored: Reflect + Debug {}

impl TypePath for dyn Mirrored {
    fn type_path() -> &'static str {
        "dyn peers::bevy::Mirrored"
    }

    fn short_type_path() -> &'static str {
        "dyn Mirrored"
    }
}

type Shared = Arc<dyn Mirrored>;

#[derive(Debug, Reflect)]
#[reflect(SerializeWithRegistry, DeserializeWithRegistry)]
struct Jobs(Vec<Shared>);

#[derive(Debug, Reflect)]
struct Batch {
    jobs: Jobs,
}

#[derive(Debug, Reflect)]
struct Node {
    id: u64,
    children: Jobs,
}

impl SerializeWithRegistry for Jobs {
    fn serialize<S: Serializer>(&self, serializer: S, registry: &TypeRegistry) -> Result<S::Ok, S::Error> {
        let mut jobs = serializer.serialize_seq(Some(self.0.len()))?;
        for job in &self.0 {
            jobs.serialize_element(&ReflectSerializer::new((**job).as_partial_reflect(), registry))?;
        }
        jobs.end()
    }
}

impl<'de> DeserializeWithRegistry<'de> for Jobs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D, registry: &TypeRegistry) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(JobsVisitor(registry)).map(Jobs)
    }
}

struct JobsVisitor<'a>(&'a TypeRegistry);

impl<'de> Visitor<'de> for JobsVisitor<'_> {
    type Value = Vec<Shared>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("jobs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut jobs = Vec::with_capacity(seq.size_hint().unwrap_or_default().min(1 << 16));
        while let Some(job) = seq.next_element_seed(ReflectDeserializer::new(self.0))? {
            jobs.push(shared(job, self.0).ok_or_else(|| A::Error::custom("the type is not a job"))?);
        }
        Ok(jobs)
    }
}

/// The trait object that a reflected value is: as it is where serde decoded it, else of the fields that were decoded.
fn shared(value: Box<dyn PartialReflect>, registry: &TypeRegistry) -> Option<Shared> {
    let registration = registry.get(value.get_represented_type_info()?.type_id())?;
    let value = match value.try_into_reflect() {
        Ok(value) => value,
        Err(fields) => registration.data::<ReflectFromReflect>()?.from_reflect(&*fields)?,
    };
    registration.data::<ReflectMirrored>()?.get_boxed(value).ok().map(Shared::from)
}

macro_rules! mirrored {
    ($($ty:ty),* $(,)?) => {
        $(impl Mirrored for $ty {})*

        /// All types, of which those with serde's derives may be left to serde.
        fn registry(add_serde: bool) -> TypeRegistry {
            let mut registry = TypeRegistry::new();
            registry.register::<Batch>();
            registry.register_type_data::<Batch, ReflectMirrored>();
            registry.register::<Node>();
            registry.register_type_data::<Node, ReflectMirrored>();
            $(register::<$ty>(&mut registry, add_serde);)*
            registry
        }
    };
}

mirrored! { Ping, Note, Move, Order, Event, Outcome<i64>, Outcome<String>, Outcome<Vec<u32>> }

impl Mirrored for Batch {}

impl Mirrored for Node {}

fn register<T>(registry: &mut TypeRegistry, add_serde: bool)
where
    T: Mirrored + GetTypeRegistration + FromReflect + TypePath + Serialize + DeserializeOwned,
{
    registry.register::<T>();
    registry.register_type_data::<T, ReflectMirrored>();
    if add_serde {
        registry.register_type_data::<T, ReflectSerialize>();
        registry.register_type_data::<T, ReflectDeserialize>();
    }
}

impl Nest for Shared {
    fn batch(jobs: Vec<Self>) -> Self {
        Arc::new(Batch { jobs: Jobs(jobs) })
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Arc::new(Node { id, children: Jobs(children) })
    }
}

fn leaf(sample: Sample) -> Shared {
    match sample {
        Sample::Ping(job) => Arc::new(job),
        Sample::Note(job) => Arc::new(job),
        Sample::Move(job) => Arc::new(job),
        Sample::Order(job) => Arc::new(job),
        Sample::Event(job) => Arc::new(job),
        Sample::Number(job) => Arc::new(job),
        Sample::Text(job) => Arc::new(job),
        Sample::List(job) => Arc::new(job),
    }
}

/// Its lines in the table of a workload.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let note = "`Arc` in place of `Box`; each generic instantiation is registered by hand";
    let leaves = "as bevy_reflect, with serde's impls registered for the types that have them";
    vec![
        Entry::new("bevy_reflect, postcard", case(workload, registry(false))).note(note),
        Entry::new("bevy_reflect with serde, postcard", case(workload, registry(true))).note(leaves),
    ]
}

/// Who is asked to write a list with the registry.
struct WithRegistry<'a>(&'a Jobs, &'a TypeRegistry);

impl Serialize for WithRegistry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SerializeWithRegistry::serialize(self.0, serializer, self.1)
    }
}

fn case(workload: Workload, registry: TypeRegistry) -> Case {
    let encoder = Rc::new(registry);
    let decoder = encoder.clone();
    match root(workload, leaf) {
        Root::One(job) => Case::new(
            job,
            move |job| {
                let job = ReflectSerializer::new((**job).as_partial_reflect(), &encoder);
                postcard::to_allocvec(&job).expect("it encodes")
            },
            move |bytes| {
                let mut bytes = postcard::Deserializer::from_bytes(bytes);
                let job = ReflectDeserializer::new(&decoder).deserialize(&mut bytes).expect("it decodes");
                shared(job, &decoder).expect("it is a job")
            },
            same_text,
        ),
        Root::Many(jobs) => Case::new(
            Jobs(jobs),
            move |jobs| postcard::to_allocvec(&WithRegistry(jobs, &encoder)).expect("it encodes"),
            move |bytes| {
                let mut bytes = postcard::Deserializer::from_bytes(bytes);
                <Jobs as DeserializeWithRegistry>::deserialize(&mut bytes, &decoder).expect("it decodes")
            },
            same_text,
        ),
    }
}
