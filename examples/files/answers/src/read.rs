//! Reads a file as text, or returns the reason why it is not text. Imports `files_jobs` for the interfaces.

use files_jobs::{Answer, Failure, Reason};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use typeport::{Portable, portable};

/// Larger files are rarely text, and a worker holds one in memory.
const MOST_BYTES: u64 = 16 << 20;

/// The text of the file, or the failure that answers the job in place of a report.
pub fn read(path: &str) -> Result<String, Box<dyn Answer>> {
    let bytes = read_bytes(path).map_err(|error| failure(path, Unreadable { error: error.to_string() }))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(failure(path, TooLarge { most: MOST_BYTES }));
    }
    text_of(bytes).map_err(|reason| failure(path, reason))
}

fn read_bytes(path: &str) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text_of(bytes: Vec<u8>) -> Result<String, NotText> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(NotText { at: at as u64, byte: 0 });
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        NotText { at: at as u64, byte: error.as_bytes()[at] }
    })
}

fn failure<E: Reason + Portable>(path: &str, reason: E) -> Box<dyn Answer> {
    Box::new(Failure { path: path.to_owned(), reason })
}

/// The file is not UTF-8, or has a NUL byte.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct NotText {
    /// Where the first byte stands that no text has there.
    pub at: u64,
    /// That byte.
    pub byte: u8,
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not text: byte {} is {:#04x}", self.at, self.byte)
    }
}

impl Error for NotText {}

#[portable]
impl Reason for NotText {}

/// The operating system does not give the file out.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct Unreadable {
    /// What it says.
    pub error: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unreadable: {}", self.error)
    }
}

impl Error for Unreadable {}

#[portable]
impl Reason for Unreadable {}

/// The file is larger than a worker reads.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct TooLarge {
    /// The most bytes that it reads.
    pub most: u64,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "larger than {} bytes", self.most)
    }
}

impl Error for TooLarge {}

#[portable]
impl Reason for TooLarge {}
