//! The values: jobs of eight types, three of them one generic type, in an order that depends on a seed alone.
//!
//! A contender that needs no more than a derive has it here, so that all of them carry the same types.

use bevy_reflect::Reflect;
use bincode::{Decode, Encode};
use bytecheck::CheckBytes;
use facet::Facet;
use fory::{ForyStruct, ForyUnion};
use rkyv_typename::TypeName;
use serde::{Deserialize, Serialize};
use typeport::Portable;
use wincode::{SchemaRead, SchemaWrite};

/// Two numbers.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    ForyStruct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
pub struct Ping {
    /// Which one.
    pub id: u64,
    /// When.
    pub at: u64,
}

/// Two texts.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    ForyStruct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
pub struct Note {
    /// A short one.
    pub title: String,
    /// A longer one.
    pub body: String,
}

/// Floats.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    ForyStruct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
pub struct Move {
    /// From where.
    pub from: [f64; 3],
    /// Where to.
    pub to: [f64; 3],
    /// How sure.
    pub confidence: f32,
}

/// A line of an order.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    ForyStruct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
pub struct Line {
    /// What.
    pub article: String,
    /// How many.
    pub count: u32,
    /// For how much each.
    pub cents: i64,
}

/// A record with records in it.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    ForyStruct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
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
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    ForyUnion,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
#[repr(u8)]
pub enum Event {
    /// Without content.
    #[fory(default)]
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
#[derive(
    Clone,
    Debug,
    PartialEq,
    Serialize,
    Deserialize,
    Portable,
    Encode,
    Decode,
    SchemaWrite,
    SchemaRead,
    Reflect,
    Facet,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[archive_attr(derive(TypeName, CheckBytes))]
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

/// Numbers that depend on a seed alone: xorshift64*, Vigna 2016.
pub struct Seeded(u64);

impl Seeded {
    /// Begins with a seed, which is not 0.
    pub fn new(seed: u64) -> Self {
        Seeded(seed)
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        (self.next_number() >> 33) % end
    }

    /// A text of at most so many letters.
    pub fn text(&mut self, at_most: u64) -> String {
        (0..=self.below(at_most)).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }
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
