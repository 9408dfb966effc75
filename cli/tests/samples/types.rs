//! The types of the samples: a struct, an enum, generics, trait objects, and one whose names are an attack. Imports typeport
//! and serde only.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Portable, portable};

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Job")]
pub struct Job<T> {
    pub name: String,
    pub payload: Vec<T>,
    pub kind: Kind,
    pub limit: Option<u32>,
    /// More than any number of JSON's readers.
    pub big: u128,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Kind")]
pub enum Kind {
    Once,
    Retry { after: f64 },
    At(u32, u32),
}

/// What JSON has no form for: floats that are no numbers, keys that are no text.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Measures")]
pub struct Measures {
    pub values: Vec<f64>,
    pub places: BTreeMap<(i8, i8), char>,
    pub names: BTreeMap<u8, String>,
    pub first: Kind,
    pub second: Kind,
}

impl Measures {
    pub fn sample() -> Self {
        Measures {
            values: vec![1.0, -0.0, f64::NAN, f64::INFINITY],
            places: BTreeMap::from([((1, 2), 'a'), ((-3, 4), '\u{202e}')]),
            names: BTreeMap::from([(1, "one".to_owned()), (2, String::new())]),
            first: Kind::Once,
            second: Kind::At(1, 2),
        }
    }
}

#[portable]
pub trait Task {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Sum")]
pub struct Sum {
    pub of: Vec<u8>,
}

#[portable]
impl Task for Sum {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Print")]
pub struct Print {
    pub text: String,
}

#[portable]
impl Task for Print {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Batch")]
pub struct Batch {
    pub tasks: Vec<Box<dyn Task>>,
    pub done: Vec<bool>,
}

/// Its names and its texts would act on a terminal.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Hostile")]
pub struct Hostile {
    #[serde(rename = "\u{1b}[2Jred")]
    pub red: String,
    pub lines: String,
    #[serde(rename = "back\u{202e}wards")]
    pub backwards: String,
    pub long: String,
}
