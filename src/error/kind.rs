//! What can be wrong, with the message of each; `table` has the rest. Imports its siblings.
//!
//! Invariant: a kind has one blame. What bytes can cause, and what a program can cause, are two kinds.

use super::hint::Hint;
use std::borrow::Cow;
use std::io;
use std::sync::Arc;

/// The kinds of error. The message is the documentation: what was found, what was expected, what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("not an envelope: expected the first byte 0xd7, found {}: these bytes were not written by typeport, or were cut at the front", first_byte(.found))]
    NotAnEnvelope { found: Option<u8> },
    #[error("envelope version {found} is not supported: this build reads version 1; upgrade typeport in the reader")]
    UnsupportedVersion { found: u8 },
    #[error(
        "envelope has unknown flags {found:#06b}: it was written by a newer typeport; upgrade typeport in the reader"
    )]
    UnknownFlags { found: u8 },
    #[error("unknown state format {found}: expected {known}; upgrade typeport in the reader")]
    UnknownFormat { found: u8, known: String },
    #[error(
        "state format {format} is not compiled in: enable the feature `{format}` of typeport in this program{}",
        if *is_choice { ", or name a format that is with Codec::format" } else { "" }
    )]
    FormatNotCompiledIn { format: &'static str, is_choice: bool },
    #[error("{what} is truncated: {needed} bytes needed, {available} available")]
    Truncated { what: &'static str, needed: u64, available: u64 },
    #[error(
        "{count} trailing bytes after {what}: expected its end; use take_from_slice where more data follows an envelope"
    )]
    TrailingBytes { what: &'static str, count: usize },
    #[error(
        "checksum mismatch: the envelope says {stored:08x}, its bytes give {computed:08x}: it was damaged on the way"
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
        "`{}` has another shape here: its type hash is {found:016x} in the envelope and {expected:016x} in this program; fields, variants or serde attributes of it, or of a type that it reaches, differ between the two builds",
        cut(name)
    )]
    WrongShape { name: String, found: u64, expected: u64 },
    #[error("id `{id}` is ambiguous: {claims}; keep one of them, or give one another #[portable(id = \"..\")]")]
    AmbiguousId { id: String, claims: String },
    #[error("wrong type: expected `{}`, found `{}`{}", cut(expected), cut(found), former_id(expected, found))]
    WrongType { expected: String, found: String },
    #[error(
        "`{}` is not specialized: `{origin}` is linked, but its arguments cannot be erased; add `specialize!({} as dyn typeport::Value)` or list it in #[portable(specialize(..))]",
        cut(name),
        cut(name)
    )]
    NotSpecialized { name: Arc<str>, origin: Arc<str> },
    #[error("malformed {what}: {reason}")]
    Malformed { what: &'static str, reason: &'static str },
    #[error("invalid state: {message}")]
    State { message: String },
    #[error("`{}` cannot be encoded as {format}: {reason}", cut(name))]
    FormatNotAllowed { name: String, format: &'static str, reason: String },
    #[error("limit reached: {limit} is {value}, {asked} asked; raise Limits::{limit} if the sender is trusted")]
    Limit { limit: &'static str, value: u64, asked: u64 },
    #[error(
        "erased value outside of its envelope: {}; encode it through the trait object that holds it",
        unbound(.parameter)
    )]
    Unbound { parameter: Option<usize> },
    #[error(
        "code of `{}`, or of a type in it, panicked while a value was decoded: its Deserialize, or a trait that it calls, has to return an error instead",
        cut(name)
    )]
    Panicked { name: String },
    #[error(
        "`{}` is not allowed: the policy has no `{}`; add it with Policy::allow, allow_origin, allow_interface or allow_std if this peer may send it",
        cut(name),
        cut(part)
    )]
    NotAllowed { name: Arc<str>, part: Arc<str> },
    #[error("{format} cannot carry {what}; {remedy}")]
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "the binary formats carry all"))]
    NotRepresentable { format: &'static str, what: &'static str, remedy: Cow<'static, str> },
    #[error(
        "the stack of this thread is nearly used up: {left} bytes left, {needed} needed for the next level; decode on a thread with a larger stack, or lower Limits::depth"
    )]
    Stack { left: usize, needed: usize },
    #[error(
        "`{}` does not come back as it was: it takes {written} bytes, and {again}{} when it was decoded and encoded again; its Serialize and Deserialize, or its serde attributes, are not each other's inverse",
        cut(name),
        if written == again { " other ones" } else { "" }
    )]
    NotTheSame { name: String, written: usize, again: usize },
    #[error(
        "no shape of `{}` is known: neither the envelope nor the given schema has it; write the envelope with Codec::schema(true), or give the schema of a program that links the type",
        cut(name)
    )]
    NoShape { name: String },
    #[error(
        "the schema has another shape of `{}`: its type hash is {found:016x} in the envelope and {expected:016x} by the schema; export the schema of the program that wrote it",
        cut(name)
    )]
    WrongSchema { name: String, found: u64, expected: u64 },
    #[error("`{}` cannot be read without its type: {reason}", cut(name))]
    NotDescribed { name: String, reason: &'static str },
    #[error(
        "`{}` would not come back from JSON: {reason}; serde reads types with `tag`, `untagged` or `flatten` by way of a buffer, which takes all keys for text and has no numbers of 128 bits: use other keys and numbers there, or put the value behind a `Box<dyn Value>`",
        cut(name)
    )]
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "no binary format is buffered"))]
    Buffered { name: String, reason: String },
    #[error("input or output failed: {0}")]
    Io(Arc<io::Error>),
    #[error("a registration is broken: {reason}; register the type by #[derive(Portable)] and #[portable] alone")]
    Registration { reason: &'static str },
    #[error("two types of nested values have the same type hash; encode them in two envelopes")]
    SameHash,
    #[error("code of a type breaks a rule: {reason}")]
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
    /// Of a `Serialize` that writes a newtype under one of our private names.
    #[cold]
    pub(crate) fn reserved_name() -> Self {
        Kind::Contract { reason: "the name of a newtype in it is reserved for typeport".into() }
    }
}

/// At most this much of a type name stands in a message.
const NAME_PRINTED: usize = 120;

/// A type name, cut in its middle where it is long; it is ASCII, as all names are that were parsed.
pub(crate) fn cut(name: &str) -> Cow<'_, str> {
    let (first, last) = (name.get(..NAME_PRINTED / 2), name.len().checked_sub(NAME_PRINTED / 2));
    match (first, last.and_then(|at| name.get(at..))) {
        (Some(first), Some(last)) if name.len() > NAME_PRINTED => format!("{first}..{last}").into(),
        _ => name.into(),
    }
}

fn first_byte(byte: &Option<u8>) -> String {
    byte.map_or_else(|| "no byte at all".to_owned(), |byte| format!("{byte:#04x}"))
}

fn unbound(parameter: &Option<usize>) -> String {
    let nothing_runs = || "no encode or decode runs here".to_owned();
    parameter.map_or_else(nothing_runs, |parameter| format!("type parameter {parameter} has no argument here"))
}

/// The remedy for a type whose id was changed, which is the likeliest reason where nothing but the id differs.
fn former_id(expected: &str, found: &str) -> String {
    let split = |name| str::split_at_checked(name, name.find('<').unwrap_or(name.len())).unwrap_or((name, ""));
    let ((expected, args), (found, found_args)) = (split(expected), split(found));
    let is_of_user =
        |id: &str| id.contains("::") && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":_".contains(&byte));
    if expected == found || args != found_args || !is_of_user(expected) || !is_of_user(found) {
        return String::new();
    }
    format!("; if `{}` is a former id of this type, add #[portable(alias = \"{}\")] to it", cut(found), cut(found))
}
