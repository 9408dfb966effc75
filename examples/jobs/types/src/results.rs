//! The results. Imports `interfaces`.

use crate::interfaces::JobResult;
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

/// A result of any type: no program lists which ones there are.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(alias = "jobs_types::Found")]
pub struct GenericResult<T> {
    /// What was found.
    pub value: T,
}

#[portable]
impl<T: Portable> JobResult for GenericResult<T> {
    fn summary(&self) -> String {
        format!("{:?}", self.value)
    }
}

/// A part of a download.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Part {
    /// Which one, from 1.
    pub step: u32,
    /// How much of it came.
    pub bytes: u64,
}
