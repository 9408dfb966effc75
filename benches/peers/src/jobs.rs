//! The values: jobs of eight types, three of them one generic type, in an order that depends only on a seed.
//!
//! Contenders that need only a derive have it here, so that all of them encode the same types.

use crate::seeded::Seeded;
use typeport::portable;
#[cfg(feature = "others")]
use {
    bevy_reflect::Reflect,
    bincode::{Decode, Encode},
    bytecheck::CheckBytes,
    facet::Facet,
    fory::{ForyStruct, ForyUnion},
    rkyv_typename::TypeName,
    wincode::{SchemaRead, SchemaWrite},
};

/// Two numbers.
#[cfg_attr(
    feature = "others",
    derive(
        Encode,
        Decode,
        SchemaWrite,
        SchemaRead,
        Reflect,
        Facet,
        ForyStruct,
        rkyv::Archive,
        rkyv::Serialize,
        rkyv::Deserialize
    ),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
pub struct Ping {
    /// Which one.
    pub id: u64,
    /// When.
    pub at: u64,
}

/// Two texts.
#[cfg_attr(
    feature = "others",
    derive(
        Encode,
        Decode,
        SchemaWrite,
        SchemaRead,
        Reflect,
        Facet,
        ForyStruct,
        rkyv::Archive,
        rkyv::Serialize,
        rkyv::Deserialize
    ),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
pub struct Note {
    /// A short one.
    pub title: String,
    /// A longer one.
    pub body: String,
}

/// Floats.
#[cfg_attr(
    feature = "others",
    derive(
        Encode,
        Decode,
        SchemaWrite,
        SchemaRead,
        Reflect,
        Facet,
        ForyStruct,
        rkyv::Archive,
        rkyv::Serialize,
        rkyv::Deserialize
    ),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
pub struct Move {
    /// From where.
    pub from: [f64; 3],
    /// Where to.
    pub to: [f64; 3],
    /// How sure.
    pub confidence: f32,
}

/// A line of an order.
#[cfg_attr(
    feature = "others",
    derive(
        Encode,
        Decode,
        SchemaWrite,
        SchemaRead,
        Reflect,
        Facet,
        ForyStruct,
        rkyv::Archive,
        rkyv::Serialize,
        rkyv::Deserialize
    ),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
pub struct Line {
    /// What.
    pub article: String,
    /// How many.
    pub count: u32,
    /// For how much each.
    pub cents: i64,
}

/// A record with records in it.
#[cfg_attr(
    feature = "others",
    derive(
        Encode,
        Decode,
        SchemaWrite,
        SchemaRead,
        Reflect,
        Facet,
        ForyStruct,
        rkyv::Archive,
        rkyv::Serialize,
        rkyv::Deserialize
    ),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
pub struct Order {
    /// Which one.
    pub id: u64,
    /// Whose.
    pub customer: String,
    /// Of what.
    pub lines: Vec<Line>,
    /// How much less.
    pub discount: Option<f32>,
}

/// An enum, of a layout that facet can know.
#[cfg_attr(
    feature = "others",
    derive(
        Encode,
        Decode,
        SchemaWrite,
        SchemaRead,
        Reflect,
        Facet,
        ForyUnion,
        rkyv::Archive,
        rkyv::Serialize,
        rkyv::Deserialize
    ),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
#[repr(u8)]
pub enum Event {
    /// Without content.
    #[cfg_attr(feature = "others", fory(default))]
    Done,
    /// With positions.
    Failed(String, u16),
    /// With fields.
    Started {
        /// Which one.
        id: u64,
        /// Where.
        worker: String,
    },
}

/// What came of a job.
#[cfg_attr(
    feature = "others",
    derive(Encode, Decode, SchemaWrite, SchemaRead, Reflect, Facet, rkyv::Archive, rkyv::Serialize, rkyv::Deserialize),
    archive_attr(derive(TypeName, CheckBytes))
)]
#[portable]
#[derive(Clone, PartialEq)]
pub struct Outcome<T> {
    /// The result.
    pub value: T,
    /// In milliseconds.
    pub took: u32,
    /// Who did it.
    pub worker: String,
}

/// A value of the eight types, whoever boxes it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Sample {
    Ping(Ping),
    Note(Note),
    Move(Move),
    Order(Order),
    Event(Event),
    Number(Outcome<i64>),
    Text(Outcome<String>),
    List(Outcome<Vec<u32>>),
}

/// So many mixed values; the same each time.
pub fn samples(count: usize) -> Vec<Sample> {
    let mut seeded = Seeded::new(0x7970_6570_6f72_7421);
    (0..count).map(|_| sample(&mut seeded)).collect()
}

fn sample(seeded: &mut Seeded) -> Sample {
    let float = |seeded: &mut Seeded| seeded.below(1_000_000) as f64 / 7.0;
    match seeded.below(8) {
        0 => Sample::Ping(Ping { id: seeded.below(100_000), at: seeded.next_number() >> 20 }),
        1 => Sample::Note(Note { title: seeded.text(12), body: seeded.text(60) }),
        2 => Sample::Move(Move {
            from: std::array::from_fn(|_| float(seeded)),
            to: std::array::from_fn(|_| float(seeded)),
            confidence: float(seeded) as f32,
        }),
        3 => Sample::Order(Order {
            id: seeded.below(100_000),
            customer: seeded.text(20),
            lines: (0..seeded.below(5)).map(|_| line(seeded)).collect(),
            discount: (seeded.below(3) == 0).then(|| float(seeded) as f32),
        }),
        4 => Sample::Event(match seeded.below(3) {
            0 => Event::Done,
            1 => Event::Failed(seeded.text(30), seeded.below(600) as u16),
            _ => Event::Started { id: seeded.below(100_000), worker: seeded.text(10) },
        }),
        5 => Sample::Number(outcome(seeded.below(2_000_000) as i64 - 1_000_000, seeded)),
        6 => Sample::Text(outcome(seeded.text(24), seeded)),
        _ => {
            let value = (0..seeded.below(8)).map(|_| seeded.below(1000) as u32).collect();
            Sample::List(outcome(value, seeded))
        }
    }
}

fn line(seeded: &mut Seeded) -> Line {
    Line { article: seeded.text(16), count: seeded.below(20) as u32, cents: seeded.below(100_000) as i64 - 5_000 }
}

fn outcome<T>(value: T, seeded: &mut Seeded) -> Outcome<T> {
    Outcome { value, took: seeded.below(5_000) as u32, worker: seeded.text(10) }
}
