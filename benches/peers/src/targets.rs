//! The targets of typeport: its cases, each with the yardstick of its ratio. Imports the contenders and `datasets`.
//!
//! A yardstick that encodes into kept memory uses a slice of the right length, as the public benchmark does: that is harder to
//! beat than a vector that may have to grow, which typeport uses.

use crate::case::{Call, Case, same_text};
use crate::closed::AnyTask;
use crate::datasets::mesh::Mesh;
use crate::datasets::{log, mesh, minecraft, mk48};
use crate::formats::{self, Bincode, Json, Postcard, case_in_slice, one, one_in_slice};
use crate::ours::{self, Job};
use crate::tagged::{self, Tagged};
use crate::workload::{Root, Workload, root};
use serde::Serialize;
use serde::de::DeserializeOwned;
use typeport::{Codec, Format, Portable};

/// What is measured of each group: an encode into a buffer that is kept, one into memory of its own, and a decode.
pub const ROWS: [&str; 3] = ["kept", "fresh", "decode"];

/// The name of the first contender of each group.
pub const OURS: &str = "typeport";

/// One workload, and all who do it.
pub struct Group {
    /// What the ratio of each row is to be at most, where that was said.
    pub wanted: [Option<f64>; 3],
    /// First typeport, then its yardstick, then others that it is also held against.
    pub contenders: Vec<Contender>,
}

/// Who does the same.
pub struct Contender {
    /// Who.
    pub name: &'static str,
    /// Makes what it does; the values can be large.
    pub case: Box<dyn Fn() -> Case>,
}

/// A group's name, and the group.
pub type Named = (&'static str, fn() -> Group);

/// All groups, in the order of the table.
pub const GROUPS: &[Named] = &[
    ("batch", || objects(Workload::Batch, [Some(1.0), None, Some(1.1)])),
    ("i64", integer),
    ("i64 as itself", integer_as_itself),
    ("tree", || objects(Workload::Tree, [Some(1.6), Some(1.6), Some(1.5)])),
    ("chain", || objects(Workload::Chain, [Some(2.0), Some(2.0), Some(1.7)])),
    ("log", || data(log::logs)),
    ("mesh", || data(mesh::mesh)),
    ("minecraft", || data(minecraft::players)),
    ("mk48", || data(mk48::updates)),
    ("mesh in bincode", mesh_in_bincode),
    ("erased batch", || erased(Workload::Batch, [Some(1.3), None, Some(1.3)])),
    ("erased generics", || erased(Workload::Generics, [None; 3])),
    ("JSON of the batch", json),
];

/// Trait objects, by a closed match.
fn objects(workload: Workload, wanted: [Option<f64>; 3]) -> Group {
    Group::new(wanted, move || listed(workload, Format::Postcard))
        .with(CLOSED, move || case_in_slice(Postcard, workload, AnyTask::from))
        .with("typetag", move || case_in_slice(Postcard, workload, tagged::leaf))
}

const CLOSED: &str = "closed match, postcard";
const INTEGER: i64 = -123_456;
const OF_INTEGERS: [Option<f64>; 3] = [Some(1.9), Some(2.5), Some(4.5)];

/// One number as a trait object.
fn integer() -> Group {
    integers(Group::new(OF_INTEGERS, || ours::case(&plain(), Root::One(Box::new(INTEGER) as Box<dyn Job>))))
}

/// One number as what it is, with the same yardstick.
fn integer_as_itself() -> Group {
    integers(Group::new(OF_INTEGERS, || ours::equal(&plain(), INTEGER)))
}

fn integers(group: Group) -> Group {
    group
        .with(CLOSED, || one_in_slice(Postcard, AnyTask(Box::new(INTEGER)), same_text))
        .with("typetag", || one_in_slice(Postcard, Box::new(INTEGER) as Box<dyn Tagged>, same_text))
}

/// A value of one type, by stock postcard.
fn data<V>(value: fn() -> V) -> Group
where
    V: Portable + PartialEq + Serialize + DeserializeOwned,
{
    Group::new([Some(0.8), Some(0.8), Some(0.9)], move || ours::equal(&plain(), value()))
        .with("postcard", move || one_in_slice(Postcard, value(), V::eq))
        .with("postcard into a vector", move || one(Postcard, value(), V::eq))
}

/// Numbers in the state of bincode, by both of its ways.
fn mesh_in_bincode() -> Group {
    Group::new([Some(1.0), Some(1.0), Some(1.1)], || ours::equal(&plain().format(Format::Bincode), mesh::mesh()))
        .with("bincode by its derives", by_derives)
        .with("bincode by serde", || one_in_slice(Bincode, mesh::mesh(), Mesh::eq))
}

fn by_derives() -> Case {
    let config = bincode::config::standard();
    Case::filling(
        mesh::mesh(),
        move |mesh| bincode::encode_to_vec(mesh, config).expect("it encodes"),
        move |mesh, slice| bincode::encode_into_slice(mesh, slice, config).expect("it encodes"),
        move |bytes| bincode::decode_from_slice::<Mesh, _>(bytes, config).expect("it decodes").0,
        Mesh::eq,
    )
}

/// Generic types that nothing lists, by the same ones listed.
fn erased(workload: Workload, wanted: [Option<f64>; 3]) -> Group {
    let unlisted = move || {
        let codec = plain();
        ours::case(&codec, ours::decoded(&codec, root(workload, ours::unlisted)))
    };
    Group::new(wanted, unlisted).with("native", move || listed(workload, Format::Postcard))
}

fn json() -> Group {
    Group::new([Some(1.2), Some(1.2), Some(1.3)], || listed(Workload::Batch, Format::Json))
        .with("closed match, serde_json", || formats::case(Json, Workload::Batch, AnyTask::from))
}

fn listed(workload: Workload, format: Format) -> Case {
    ours::case(&ours::codecs(workload).plain.format(format), root(workload, ours::listed))
}

/// Default limits and no checksum, since nobody else has one.
fn plain() -> Codec {
    Codec::default().checksum(false)
}

impl Group {
    fn new(wanted: [Option<f64>; 3], ours: impl Fn() -> Case + 'static) -> Self {
        Group { wanted, contenders: Vec::new() }.with(OURS, ours)
    }

    fn with(mut self, name: &'static str, case: impl Fn() -> Case + 'static) -> Self {
        self.contenders.push(Contender { name, case: Box::new(case) });
        self
    }
}

/// The call of a case for a row, by the row's place in [`ROWS`].
pub fn call(case: &Case, row: usize) -> &Call {
    match row {
        0 => case.encode_again.as_ref().expect("every case here keeps its memory"),
        1 => &case.encode,
        _ => &case.decode,
    }
}
