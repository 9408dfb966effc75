//! Types without parameters. Imports `results`.

use results::Scorable;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use typeport::{Portable, portable};

/// The smallest type of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Foo {
    /// A number.
    pub id: i64,
    /// A text.
    pub name: String,
}

impl Foo {
    /// The foo of that number.
    pub fn new(id: i64) -> Self {
        Foo { id, name: format!("foo {id}") }
    }
}

#[portable]
impl Scorable for Foo {
    fn score(&self) -> f64 {
        self.id as f64
    }
}

/// A key: its order is that of the variants, not that of their names.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
pub enum Grade {
    /// The lowest.
    Poor,
    /// The middle.
    Fair,
    /// The highest.
    Excellent,
}

/// A type with private fields, one of which never leaves its process.
#[derive(Clone, Serialize, Deserialize, Portable)]
pub struct Sample {
    values: Vec<f64>,
    /// Computed at first use; of a type that neither serde nor typeport knows.
    #[serde(skip)]
    sum: OnceLock<f64>,
}

impl Sample {
    /// A sample whose sum is known already.
    pub fn summed(values: Vec<f64>) -> Self {
        let sample = Sample { values, sum: OnceLock::new() };
        sample.sum();
        sample
    }

    /// The sum of the values.
    pub fn sum(&self) -> f64 {
        *self.sum.get_or_init(|| self.values.iter().sum())
    }
}

impl PartialEq for Sample {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sample({:?}, sum {})", self.values, self.sum())
    }
}
