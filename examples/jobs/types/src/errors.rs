//! The errors that programs act on: they are stored typed, not as text. Imports serde, thiserror, typeport.
//!
//! They once had other names; an alias keeps rows with these names readable.

use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::Portable;

/// A part of a download did not come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(alias = "jobs_types::FetchFailed")]
#[error("step {step} failed with status {status}")]
pub struct DownloadFailed {
    /// Which part, from 1.
    pub step: u32,
    /// What the server said.
    pub status: u16,
}

/// A number that should not be negative.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("{value:?} is negative")]
pub struct Negative<T: Debug> {
    /// The number.
    pub value: T,
}
