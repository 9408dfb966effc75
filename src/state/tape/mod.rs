//! JSON by shape: a direct type writes its state to a tape, which becomes JSON text, and a text becomes a tape, from which the
//! type reads its state. So no type needs code for JSON. Imports its siblings.
//!
//! serde_json reads the text, and writes its numbers and escapes; the shape says which values come, in which order and form. Data
//! beside the shape, the manners, says what matters to a reader alone. A value that serde writes is text on the tape, and one that
//! serde reads is kept aside. A nested value is written to the tape as the index of its type and its state; when it is read, it is
//! decoded at once and kept aside.
//!
//! Invariant: text, verdict and value equal those of serde's derive for the same type (`tests/values/direct`).

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
