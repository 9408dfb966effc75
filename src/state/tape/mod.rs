//! JSON by shape: a value of a type whose state is direct is written to a tape, and its text is made of that; it is read from
//! the tape that is made of a text. So there is no code for JSON in any such type. Imports its siblings.
//!
//! serde_json reads the text, and writes its numbers and escapes: what comes, in which order and in which form, is told by the shape. What a type says of
//! reading alone stands beside its shape, as data. A type that serde writes in its own way stands on the tape as its text, and is
//! read aside. A nested value stands there as the place of its type and a value of that; it is made as soon as it has come, and
//! stands aside then.
//!
//! Invariant: a text, its verdict and its value are those of serde's derive for the same type (`tests/values/direct`).

mod at;
mod fields;
mod known_types;
mod missing;
mod names;
mod read;
mod read_nested;
mod recorder;
mod visitor;
mod visitors;
mod walk;
mod write;
mod write_parts;

pub(crate) use at::At;
pub(super) use read::read_source;
pub(crate) use read::read_text;
pub(super) use recorder::{Names, RecordAt, Recorder, Seed};
pub(super) use walk::{Place, Source, Walk};
pub(crate) use write::put_text;
