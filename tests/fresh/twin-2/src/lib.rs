//! Version 2 of a package with one type, which version 1 has too, under the same id, with another shape.
#![forbid(unsafe_code)]

use results::ResultBase;
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

/// A result, as version 2 has it.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Twin {
    /// The value.
    pub value: i64,
    /// What version 1 did not have.
    pub unit: String,
}

#[portable]
impl ResultBase for Twin {
    fn summary(&self) -> String {
        format!("twin {} {}", self.value, self.unit)
    }
}
