//! `rkyv_dyn`: an archive whose trait objects can be used in place or deserialized. Its derives are rkyv's own.

use crate::case::{Case, Entry};
use crate::jobs::{ArchivedEvent, ArchivedMove, ArchivedNote, ArchivedOrder, ArchivedOutcome, ArchivedPing};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{Nest, Root, Workload, root};
use bytecheck::CheckBytes;
use rkyv::ser::serializers::AllocSerializer;
use rkyv::validation::validators::DefaultValidator;
use rkyv::{AlignedVec, Archive, Deserialize, Infallible, Serialize, check_archived_root};
use rkyv_dyn::archive_dyn;
use rkyv_typename::TypeName;

/// The interface, which the archived types have too.
#[archive_dyn(deserialize)]
trait Frozen {
    /// What the value prints as; an archived one has no text.
    fn text(&self) -> String {
        String::new()
    }
}

/// Jobs as one value, which is a job too.
#[derive(Archive, Serialize, Deserialize)]
#[archive_attr(derive(TypeName, CheckBytes))]
struct Batch {
    jobs: Vec<Box<dyn SerializeFrozen>>,
}

/// A job with jobs below it.
#[derive(Archive, Serialize, Deserialize)]
#[archive_attr(derive(TypeName, CheckBytes))]
struct Node {
    id: u64,
    children: Vec<Box<dyn SerializeFrozen>>,
}

macro_rules! frozen {
    ($($ty:ty, $archived:ty;)*) => {$(
        #[archive_dyn(deserialize)]
        impl Frozen for $ty {
            fn text(&self) -> String {
                format!("{self:?}")
            }
        }

        impl Frozen for $archived {}
    )*};
}

frozen! {
    Ping, ArchivedPing;
    Note, ArchivedNote;
    Move, ArchivedMove;
    Order, ArchivedOrder;
    Event, ArchivedEvent;
    Outcome<i64>, ArchivedOutcome<i64>;
    Outcome<String>, ArchivedOutcome<String>;
    Outcome<Vec<u32>>, ArchivedOutcome<Vec<u32>>;
}

#[archive_dyn(deserialize)]
impl Frozen for Batch {
    fn text(&self) -> String {
        texts(&self.jobs)
    }
}

#[archive_dyn(deserialize)]
impl Frozen for Node {
    fn text(&self) -> String {
        format!("{} {}", self.id, texts(&self.children))
    }
}

impl Frozen for ArchivedBatch {}
impl Frozen for ArchivedNode {}

fn texts(jobs: &[Box<dyn SerializeFrozen>]) -> String {
    format!("{:?}", jobs.iter().map(|job| job.text()).collect::<Vec<_>>())
}

type Job = Box<dyn SerializeFrozen>;

impl Nest for Job {
    fn batch(jobs: Vec<Self>) -> Self {
        Box::new(Batch { jobs })
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Box::new(Node { id, children })
    }
}

fn leaf(sample: Sample) -> Job {
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
    let case = match root(workload, leaf) {
        Root::One(job) => Case::new(job, encode, decode::<Job>, |left, right| left.text() == right.text()),
        Root::Many(jobs) => Case::new(jobs, encode, decode::<Vec<Job>>, |left, right| texts(left) == texts(right)),
    };
    let in_place = match root(workload, leaf) {
        Root::One(job) => Case::new(job, encode, is_sound::<Job>, |_, is_sound| *is_sound),
        Root::Many(jobs) => Case::new(jobs, encode, is_sound::<Vec<Job>>, |_, is_sound| *is_sound),
    };
    vec![
        Entry::new("rkyv_dyn", case).note("derives of its own; each generic instantiation is registered by hand"),
        Entry::new("rkyv_dyn, in place", in_place)
            .note("its decode checks the archive, in which methods can be called"),
    ]
}

fn encode<V: Serialize<AllocSerializer<1024>>>(value: &V) -> AlignedVec {
    rkyv::to_bytes(value).expect("it encodes")
}

fn decode<V: Archive>(bytes: &[u8]) -> V
where
    V::Archived: for<'a> CheckBytes<DefaultValidator<'a>> + Deserialize<V, Infallible>,
{
    let Ok(archived) = check_archived_root::<V>(bytes) else { panic!("the archive is sound") };
    archived.deserialize(&mut Infallible).expect("it decodes")
}

fn is_sound<V: Archive>(bytes: &[u8]) -> bool
where
    V::Archived: for<'a> CheckBytes<DefaultValidator<'a>>,
{
    check_archived_root::<V>(bytes).is_ok()
}
