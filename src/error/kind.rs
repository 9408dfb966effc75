//! The kinds of error with their messages; `table` has the rest. Imports its siblings.
//!
//! Invariant: a kind has one blame. An error that bytes can cause and one that a program can cause are two kinds.

use super::hint::Hint;
use std::borrow::Cow;
use std::io;
use std::sync::Arc;

/// The kinds of error. The message is the documentation: what is wrong, found and expected, what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("not an envelope: expected 0xd7 as the first byte, found {}; typeport did not write these bytes, or their start is missing", first_byte(.found))]
    NotAnEnvelope { found: Option<u8> },
    #[error("envelope version {found} is not supported: this build reads version 1; upgrade typeport in the reader")]
    UnsupportedVersion { found: u8 },
    #[error(
        "unknown envelope flags {found:#06b}: if a newer typeport wrote the envelope, upgrade typeport in the reader"
    )]
    UnknownFlags { found: u8 },
    #[error(
        "unknown state format {found}: expected {known}; if a newer typeport wrote the envelope, upgrade typeport in the reader"
    )]
    UnknownFormat { found: u8, known: String },
    #[error(
        "state format {format} is not compiled in: enable typeport's feature `{format}` in this program{}",
        if *is_choice { ", or select a compiled-in format with Codec::format" } else { "" }
    )]
    FormatNotCompiledIn { format: &'static str, is_choice: bool },
    #[error("{what} is truncated: {needed} bytes needed, {available} available")]
    Truncated { what: &'static str, needed: u64, available: u64 },
    #[error(
        "{count} trailing bytes after {what}, expected none; if more data follows the envelope, use take_from_slice"
    )]
    TrailingBytes { what: &'static str, count: usize },
    #[error(
        "checksum mismatch: the envelope stores {stored:08x}, its bytes yield {computed:08x}; the envelope is damaged"
    )]
    Checksum { stored: u32, computed: u32 },
    #[error("invalid type name `{text}` at byte {at}: {reason}")]
    InvalidTypeName { text: String, at: usize, reason: &'static str },
    #[error("unknown type `{}`: no linked crate registers `{}`{hint}", cut(name), cut(origin))]
    UnknownOrigin { name: Arc<str>, origin: Arc<str>, hint: Hint },
    #[error(
        "unknown argument `{}` in `{}`: no linked crate registers `{}`{hint}",
        cut(argument),
        cut(name),
        cut(origin)
    )]
    UnknownArgument { name: Arc<str>, argument: Arc<str>, origin: Arc<str>, hint: Hint },
    #[error("`{}` is not a member of `dyn {interface}`{hint}", cut(name))]
    NotAMember { name: Arc<str>, interface: &'static str, hint: Hint },
    #[error(
        "`{}` has a different shape in this program: its type hash is {found:016x} in the envelope and {expected:016x} here; build both programs with the same fields, variants and serde attributes of the type and of the types it contains",
        cut(name)
    )]
    WrongShape { name: String, found: u64, expected: u64 },
    #[error("id `{id}` is ambiguous: {claims}; keep one of them, or give one a different #[portable(id = \"..\")]")]
    AmbiguousId { id: String, claims: String },
    #[error("wrong type: expected `{}`, found `{}`{}", cut(expected), cut(found), former_id(expected, found))]
    WrongType { expected: String, found: String },
    #[error(
        "`{}` is not specialized: `{origin}` is linked, but its arguments cannot be erased; add `specialize!({} as dyn typeport::Value)` or list it in #[portable(specialize(..))]",
        cut(name),
        cut(name)
    )]
    NotSpecialized { name: Arc<str>, origin: Arc<str> },
    #[error("{what} is malformed: {reason}")]
    Malformed { what: &'static str, reason: &'static str },
    #[error("invalid state: {message}")]
    State { message: String },
    #[error("`{}` cannot be encoded as {format}: {reason}", cut(name))]
    FormatNotAllowed { name: String, format: &'static str, reason: String },
    #[error(
        "limit exceeded: {limit} is {value}, the input needs {asked}; raise Limits::{limit} if the sender is trusted"
    )]
    Limit { limit: &'static str, value: u64, asked: u64 },
    #[error(
        "a value of an erased type has no name here: {}; encode the trait object that holds it, or call `typeport::settle(value)` in \
         the method that makes it",
        unbound(.parameter)
    )]
    Unbound { parameter: Option<usize> },
    #[error(
        "`{}`, or a type it contains, panicked during a decode; return an error from its Deserialize, or from the impl that it calls, instead",
        cut(name)
    )]
    Panicked { name: String },
    #[error(
        "`{}` is not allowed: the policy does not list `{}`; add it with Policy::allow, allow_origin, allow_interface or allow_std if this peer may send it",
        cut(name),
        cut(part)
    )]
    NotAllowed { name: Arc<str>, part: Arc<str> },
    #[error("{format} cannot represent {what}; {remedy}")]
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "the binary formats represent every value"))]
    NotRepresentable { format: &'static str, what: &'static str, remedy: Cow<'static, str> },
    #[error(
        "stack nearly exhausted: {left} bytes are left on this thread, the next level needs {needed}; use a thread with a larger stack, or lower Limits::depth"
    )]
    Stack { left: usize, needed: usize },
    #[error(
        "`{}` does not round-trip: the encode wrote {written} bytes, and {again}{} after a decode; make its Serialize and Deserialize, or its serde attributes, inverses of each other",
        cut(name),
        if written == again { " different ones" } else { "" }
    )]
    NotTheSame { name: String, written: usize, again: usize },
    #[error(
        "the shape of `{}` is unknown: neither the envelope nor the given schema contains it; write the envelope with Codec::schema(true), or give the schema of a program that links the type",
        cut(name)
    )]
    NoShape { name: String },
    #[error(
        "the schema describes a different `{}`: its type hash is {found:016x} in the envelope and {expected:016x} in the schema; export the schema from the program that wrote the envelope",
        cut(name)
    )]
    WrongSchema { name: String, found: u64, expected: u64 },
    #[error("`{}` cannot be read without its type: {reason}", cut(name))]
    NotDescribed { name: String, reason: &'static str },
    #[error(
        "`{}` would not decode from JSON: {reason}; serde buffers types with `tag`, `untagged` or `flatten`, and its buffer has only text keys and no 128-bit numbers: use other keys and numbers there, or put the value behind a `Box<dyn Value>`",
        cut(name)
    )]
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "no binary format is buffered"))]
    Buffered { name: String, reason: String },
    #[error("I/O failed: {0}")]
    Io(Arc<io::Error>),
    #[error("invalid registration: {reason}; register types with #[derive(Portable)] and #[portable] only")]
    Registration { reason: &'static str },
    #[error("two types of nested values have the same type hash; encode them in two envelopes")]
    SameHash,
    #[error("a serde impl breaks its contract: {reason}")]
    Contract { reason: Cow<'static, str> },
    #[error("cannot be encoded: {message}")]
    Refused { message: String },
}

impl From<io::Error> for Kind {
    fn from(error: io::Error) -> Self {
        Kind::Io(Arc::new(error))
    }
}

impl Kind {
    /// The error of a `Serialize` that writes a newtype under one of our private names.
    #[cold]
    pub(crate) fn reserved_name() -> Self {
        Kind::Contract { reason: "it serializes a newtype whose name is reserved for typeport".into() }
    }
}

/// The most characters of a type name in a message.
const NAME_PRINTED: usize = 120;

/// A type name, cut in the middle if it is long. Parsed names are ASCII.
pub(crate) fn cut(name: &str) -> Cow<'_, str> {
    let (first, last) = (name.get(..NAME_PRINTED / 2), name.len().checked_sub(NAME_PRINTED / 2));
    match (first, last.and_then(|at| name.get(at..))) {
        (Some(first), Some(last)) if name.len() > NAME_PRINTED => format!("{first}..{last}").into(),
        _ => name.into(),
    }
}

fn first_byte(byte: &Option<u8>) -> String {
    byte.map_or_else(|| "no bytes".to_owned(), |byte| format!("{byte:#04x}"))
}

fn unbound(parameter: &Option<usize>) -> String {
    let nothing_runs = || "no encode or decode is running".to_owned();
    parameter.map_or_else(nothing_runs, |parameter| format!("type parameter {parameter} has no argument here"))
}

/// The remedy for a changed id, which is the likeliest reason if the names differ only in their ids.
fn former_id(expected: &str, found: &str) -> String {
    let split = |name| str::split_at_checked(name, name.find('<').unwrap_or(name.len())).unwrap_or((name, ""));
    let ((expected, args), (found, found_args)) = (split(expected), split(found));
    let is_of_user =
        |id: &str| id.contains("::") && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_".contains(&byte));
    if expected == found || args != found_args || !is_of_user(expected) || !is_of_user(found) {
        return String::new();
    }
    format!(
        "; if `{}` is a former id of the expected type, add #[portable(alias = \"{}\")] to that type",
        cut(found),
        cut(found)
    )
}
