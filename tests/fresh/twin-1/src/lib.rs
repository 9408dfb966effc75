//! Version 1 of a package with one type, which version 2 has too, under the same id.
#![forbid(unsafe_code)]

use results::ResultBase;
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

/// A result, as version 1 has it.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Twin {
    /// The value.
    pub value: i64,
}

#[portable]
impl ResultBase for Twin {
    fn summary(&self) -> String {
        format!("twin {}", self.value)
    }
}
