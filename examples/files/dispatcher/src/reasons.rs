//! The errors on the dispatcher's side. Local answers add up like received ones. Imports `files_jobs`.

use files_jobs::{Answer, Failure, Reason};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use typeport::{Portable, portable};

/// A failure as an answer.
pub fn failure<E: Reason + Portable>(path: &str, reason: E) -> Box<dyn Answer> {
    Box::new(Failure { path: path.to_owned(), reason })
}

/// The worker ended before it answered.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct WorkerDied {
    pub status: String,
}

impl fmt::Display for WorkerDied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its worker died: {}", self.status)
    }
}

impl Error for WorkerDied {}

#[portable]
impl Reason for WorkerDied {}

/// The job cannot be encoded, or this program cannot decode the worker's output as an answer.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct NoAnswer {
    pub error: String,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer: {}", self.error)
    }
}

impl Error for NoAnswer {}

#[portable]
impl Reason for NoAnswer {}

/// A folder whose entries are not given out.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct NotListed {
    pub error: String,
}

impl fmt::Display for NotListed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not listed: {}", self.error)
    }
}

impl Error for NotListed {}

#[portable]
impl Reason for NotListed {}
