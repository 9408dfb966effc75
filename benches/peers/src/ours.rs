//! typeport: generic types are erased, except those that `specialize!` lists.

use crate::case::{Case, Entry, same_text};
use crate::jobs::{Event, Move, Note, Order, Outcome, Ping, Sample};
use crate::workload::{self, Nest, Root, Workload, root};
use typeport::{Codec, Format, Limits, Portable, portable, specialize};

/// The interface behind which all values stand.
#[portable]
pub trait Job {
    /// Something to hold values against each other by.
    fn weight(&self) -> u64;
}

/// As [`Outcome`], and listed nowhere: so it is erased as a trait object.
#[portable]
#[derive(Clone, PartialEq)]
pub struct Unlisted<T> {
    /// The result.
    pub value: T,
    /// In milliseconds.
    pub took: u32,
    /// Who did it.
    pub worker: String,
}

/// Jobs as one value, which is a job too.
#[portable]
pub struct Batch {
    /// The jobs.
    pub jobs: Vec<Box<dyn Job>>,
}

/// A job with jobs below it.
#[portable]
pub struct Node {
    /// Which one.
    pub id: u64,
    /// What is below it.
    pub children: Vec<Box<dyn Job>>,
}

/// Bytes that serde sees as bytes.
#[portable]
#[derive(PartialEq)]
pub struct Blob {
    /// The bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

macro_rules! weigh {
    ($($ty:ty: $job:ident => $weight:expr),* $(,)?) => {$(
        #[portable]
        impl Job for $ty {
            fn weight(&self) -> u64 {
                let $job = self;
                $weight
            }
        }
    )*};
}

weigh! {
    Ping: job => job.id,
    Note: job => job.title.len() as u64,
    Move: job => job.confidence as u64,
    Order: job => job.lines.len() as u64,
    Event: job => matches!(job, Event::Done).into(),
    Batch: job => job.jobs.len() as u64,
    Node: job => job.id,
    i64: job => job.unsigned_abs(),
}

#[portable]
impl<T: Portable> Job for Outcome<T> {
    fn weight(&self) -> u64 {
        self.took.into()
    }
}

#[portable]
impl<T: Portable> Job for Unlisted<T> {
    fn weight(&self) -> u64 {
        self.took.into()
    }
}

specialize!(Outcome<i64> as dyn Job, Outcome<String> as dyn Job, Outcome<Vec<u32>> as dyn Job);

impl Nest for Box<dyn Job> {
    fn batch(jobs: Vec<Self>) -> Self {
        Box::new(Batch { jobs })
    }

    fn node(id: u64, children: Vec<Self>) -> Self {
        Box::new(Node { id, children })
    }
}

/// A leaf of a type that is listed.
pub fn listed(sample: Sample) -> Box<dyn Job> {
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

/// As [`listed`], and of a type that nothing lists if it is generic.
pub fn unlisted(sample: Sample) -> Box<dyn Job> {
    fn erased<T: Portable>(Outcome { value, took, worker }: Outcome<T>) -> Box<dyn Job>
    where
        Unlisted<T>: Job,
    {
        Box::new(Unlisted { value, took, worker })
    }
    match sample {
        Sample::Number(job) => erased(job),
        Sample::Text(job) => erased(job),
        Sample::List(job) => erased(job),
        other => listed(other),
    }
}

/// Its lines in the table of a workload.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let Codecs { plain, trusted, checked } = codecs(workload);
    let of = |codec: &Codec| case(codec, root(workload, listed));
    let erased = |codec: &Codec| case(codec, decoded(codec, root(workload, unlisted)));
    let mut entries = vec![
        Entry::new(PLAIN, of(&plain)).against(TRUSTED),
        Entry::new(TRUSTED, of(&trusted)),
        Entry::new("typeport, with checksum", of(&checked)).against(PLAIN),
        Entry::new("typeport, bincode", of(&plain.clone().format(Format::Bincode))).against("closed match, bincode"),
        Entry::new("typeport, JSON", of(&plain.clone().format(Format::Json))).against("closed match, JSON"),
    ];
    if matches!(workload, Workload::Small | Workload::Batch | Workload::Nested | Workload::Generics) {
        let note = "the generic types are listed nowhere";
        entries.push(Entry::new("typeport, erased", erased(&plain)).against(PLAIN).note(note));
        entries.push(Entry::new("typeport, erased, trusted limits", erased(&trusted)).against(TRUSTED).note(note));
    }
    entries
}

/// Its lines in the tables of arrays.
pub fn arrays(workload: Workload) -> Vec<Entry> {
    let Codecs { plain, trusted, checked } = codecs(workload);
    let of = |codec: &Codec| match workload {
        Workload::Floats => equal(codec, workload::floats()),
        _ => equal(codec, workload::bytes()),
    };
    let mut entries = vec![
        Entry::new(PLAIN, of(&plain)).against(TRUSTED),
        Entry::new(TRUSTED, of(&trusted)),
        Entry::new("typeport, with checksum", of(&checked)).against(PLAIN),
        Entry::new("typeport, bincode", of(&plain.clone().format(Format::Bincode))).against("bincode by serde"),
        Entry::new("typeport, JSON", of(&plain.clone().format(Format::Json)))
            .against("serde_json")
            .note("with `envelope_bytes` raised to 64 MiB"),
    ];
    if workload == Workload::Bytes {
        entries[0].note = "with `items` raised to 2^24: it refuses more than 2^20 elements";
        let blob = equal(&plain, Blob { bytes: workload::bytes() });
        entries.push(Entry::new("typeport, serde_bytes", blob).against("postcard, serde_bytes"));
    }
    entries
}

const PLAIN: &str = "typeport";
const TRUSTED: &str = "typeport, trusted limits";

/// Nobody else has a checksum, so that the first two do without theirs.
pub struct Codecs {
    /// Of the default limits.
    pub plain: Codec,
    /// Of those for trusted senders.
    pub trusted: Codec,
    /// As it comes.
    pub checked: Codec,
}

/// The codecs for a workload.
pub fn codecs(workload: Workload) -> Codecs {
    let mut limits = Limits::default();
    match workload {
        // JSON writes both arrays as more than the 16 MiB that the default allows for an envelope.
        Workload::Floats => limits.envelope_bytes = 64 << 20,
        // 8 MiB of bytes are as many elements, eight times what the default allows.
        Workload::Bytes => (limits.envelope_bytes, limits.items) = (64 << 20, 1 << 24),
        Workload::Chain => limits.nested = Limits::trusted().nested,
        _ => {}
    }
    let checked = Codec::default().limits(limits);
    let plain = checked.clone().checksum(false);
    Codecs { trusted: plain.clone().limits(Limits::trusted()), plain, checked }
}

/// The values as a receiver has them: what nothing lists is erased in memory too.
pub fn decoded(codec: &Codec, sent: Root<Box<dyn Job>>) -> Root<Box<dyn Job>> {
    match sent {
        Root::One(job) => Root::One(codec.from_slice(&codec.to_vec(&*job).expect("it encodes")).expect("it decodes")),
        Root::Many(jobs) => {
            Root::Many(codec.from_slice(&codec.to_vec(&jobs).expect("it encodes")).expect("it decodes"))
        }
    }
}

/// The case of trait objects.
pub fn case(codec: &Codec, value: Root<Box<dyn Job>>) -> Case {
    let (encoder, adder, decoder) = (codec.clone(), codec.clone(), codec.clone());
    match value {
        Root::One(job) => Case::adding(
            job,
            move |job| encoder.to_vec(&**job).expect("it encodes"),
            move |job, buffer| adder.to_buffer(buffer, &**job).expect("it encodes"),
            move |bytes| decoder.from_slice::<Box<dyn Job>>(bytes).expect("it decodes"),
            same_text,
        ),
        Root::Many(jobs) => Case::adding(
            jobs,
            move |jobs| encoder.to_vec(jobs).expect("it encodes"),
            move |jobs, buffer| adder.to_buffer(buffer, jobs).expect("it encodes"),
            move |bytes| decoder.from_slice::<Vec<Box<dyn Job>>>(bytes).expect("it decodes"),
            same_text,
        ),
    }
}

/// The case of a value of one type.
pub fn equal<V: Portable + PartialEq>(codec: &Codec, value: V) -> Case {
    let (encoder, adder, decoder) = (codec.clone(), codec.clone(), codec.clone());
    Case::adding(
        value,
        move |value| encoder.to_vec(value).expect("it encodes"),
        move |value, buffer| adder.to_buffer(buffer, value).expect("it encodes"),
        move |bytes| decoder.from_slice::<V>(bytes).expect("it decodes"),
        V::eq,
    )
}
