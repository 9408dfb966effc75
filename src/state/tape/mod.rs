//! JSON by shape: a value of a type whose state is direct is written to a tape, and its text is made of that; it is read from
//! the tape that is made of a text. So there is no code for JSON in any such type. Imports `error`, `format`, `shape` and its
//! siblings only.
//!
//! serde_json reads and writes the text: what comes, in which order and in which form, is told by the shape. What a type says of
//! reading alone stands beside its shape, as data. A type that serde writes in its own way stands on the tape as its text, and is
//! read aside.
//!
//! Invariant: a text, its verdict and its value are those of serde's derive for the same type (`tests/shaped`).

#[cfg(feature = "json")]
mod at;
#[cfg(feature = "json")]
mod fields;
#[cfg(feature = "json")]
mod missing;
#[cfg(feature = "json")]
mod read;
#[cfg(feature = "json")]
mod read_parts;
#[cfg(feature = "json")]
mod visitors;
#[cfg(feature = "json")]
mod write;

#[cfg(feature = "json")]
pub(crate) use at::At;
#[cfg(feature = "json")]
pub(super) use read::read_source;
#[cfg(feature = "json")]
pub(crate) use read::read_text;
#[cfg(feature = "json")]
pub(crate) use write::put_text;

/// What writes text for serde.
#[cfg(feature = "json")]
pub type TextWriter<'a, 's> = super::guard_writer::TextWriter<'a, 's>;
/// Without the feature `json` nothing does.
#[cfg(not(feature = "json"))]
pub type TextWriter<'a, 's> = super::writer::Writer<'s, 'a>;
