//! Portable types of each kind. Imports typeport, and serde as re-exported by typeport.
#![forbid(unsafe_code)]

use typeport::serde::de::{Deserialize, Deserializer, Error};
use typeport::{Portable, portable};

/// Whatever a job can answer with.
#[portable]
pub trait ResultBase {
    /// The values, in one line.
    fn summary(&self) -> String;
}

/// One value, of any type.
#[portable]
#[derive(Clone, PartialEq)]
pub struct GenericResult<T> {
    /// The value.
    pub value: T,
}

#[portable]
impl<T: Portable> ResultBase for GenericResult<T> {
    fn summary(&self) -> String {
        format!("{:?}", self.value)
    }
}

/// How a job ended.
#[portable(id = "alone::End", alias = "alone::Exit")]
#[derive(Clone, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum End<E: Portable> {
    /// As it should.
    Done,
    /// With an error.
    Failed {
        /// The error.
        error: E,
    },
}

/// A part of a hundred, which is checked when it is read.
#[portable(skip(Deserialize))]
#[derive(Clone, Copy, PartialEq)]
pub struct Percent(pub u8);

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = u8::deserialize(deserializer)?;
        if percent <= 100 { Ok(Percent(percent)) } else { Err(D::Error::custom("more than 100 percent")) }
    }
}
