//! The reports of the processes, as data. Imports serde only: the reports are not sent through the tested code.

use serde::{Deserialize, Serialize};

/// What a receiving process has to say.
#[derive(Debug, Serialize, Deserialize)]
pub struct Account {
    /// What `Registry::check` finds wrong.
    pub conflicts: Option<String>,
    /// One for each envelope, in order.
    pub reports: Vec<Report>,
}

/// What became of one envelope.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum Report {
    /// It was decoded.
    Decoded {
        /// How the registry resolves its type name.
        resolution: String,
        /// The results of the value's methods.
        seen: Seen,
    },
    /// It was not.
    Refused {
        /// The error's code.
        code: u16,
        /// The error's text.
        message: String,
    },
}

/// The results of a value's methods, in any process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The type name.
    pub type_name: String,
    /// The results of all methods of its interface.
    pub answers: Vec<String>,
    /// Its envelope.
    pub bytes: Vec<u8>,
    /// Its envelope after it was changed by the methods that change it.
    pub changed_bytes: Vec<u8>,
}

/// A value as its producer sees it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sent {
    /// The type name that it ought to have.
    pub name: String,
    /// The interface that it is to be decoded as.
    pub interface: String,
    /// What its first method ought to say.
    pub says: String,
    /// The results of its methods.
    pub seen: Seen,
}

/// Whether one value came back equal, by each way to the exact type.
#[derive(Debug, Serialize, Deserialize)]
pub struct Equality {
    /// The type name.
    pub name: String,
    /// Decoded as a trait object, and cast down.
    pub downcast: bool,
    /// Decoded as a trait object, and copied.
    pub to_exact: bool,
    /// Decoded as what it is.
    pub from_slice: bool,
}

/// What a process saw of an envelope that it passed on.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// What the values of known types say, and an error.
    pub known: Vec<String>,
    /// The type names of those that it only carried.
    pub carried: Vec<String>,
    /// What it wrote.
    pub bytes: Vec<u8>,
}
