//! The measured values. The programs are in `bin`: `guard_cost`, `linear` and `main_paths`.
#![forbid(unsafe_code)]

pub mod counted;
pub mod described;
pub mod kept;

use typeport::{Portable, portable, specialize};

/// The interface of the measured trait objects.
#[portable]
pub trait Work {}

/// A record as programs exchange it: numbers, text, an option.
#[portable]
#[derive(Clone, PartialEq)]
pub struct Record {
    id: u64,
    name: String,
    city: String,
    price: f64,
    count: u32,
    change: Option<i32>,
}

#[portable]
impl Work for Record {}

impl Record {
    /// A record that depends on `index` alone.
    pub fn new(index: usize) -> Self {
        let number = index.wrapping_mul(2_654_435_761) % 1_000_003;
        Record {
            id: number as u64,
            name: format!("name {number}"),
            city: ["Oslo", "Lisbon", "Ljubljana", "Thessaloniki"][index % 4].to_owned(),
            price: number as f64 / 7.0,
            count: (number % 300) as u32,
            change: (index % 3 == 0).then_some(number as i32 - 500_000),
        }
    }

    /// The first so many records.
    pub fn many(count: usize) -> Vec<Record> {
        (0..count).map(Record::new).collect()
    }
}

/// Values of any type; as a trait object it is erased, and its elements are boxed one by one.
#[portable]
pub struct Batch<T> {
    /// The values.
    pub items: Vec<T>,
}

#[portable]
impl<T: Portable> Work for Batch<T> {}

/// As [`Batch`], and compiled for records.
#[portable]
pub struct Named<T> {
    /// The values.
    pub items: Vec<T>,
}

#[portable]
impl<T: Portable> Work for Named<T> {}

specialize!(Named<Record> as dyn Work);

/// A list as deep as it is long.
#[portable]
pub struct List {
    /// What the innermost may get wrong.
    pub flag: bool,
    /// The rest.
    pub next: Option<Box<List>>,
}

/// A trait object within a trait object.
#[portable]
pub struct Link {
    /// The one inside.
    pub next: Option<Box<dyn Work>>,
}

#[portable]
impl Work for Link {}
