//! JSON states, read and written by serde_json. Imports `error`.

use crate::error::{Error, Kind, Result};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::de::{Deserializer, Read, SliceRead, StrRead};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::fmt;
use std::io::Write;

/// serde_json's deserializer of a state.
pub(crate) type JsonReader<'de> = Deserializer<SliceRead<'de>>;

/// Decodes a whole JSON state and checks that nothing is left.
pub(crate) fn json_state<'de>(
    state: &'de [u8],
    decode: &mut dyn FnMut(&mut JsonReader<'de>) -> Result<()>,
) -> Result<()> {
    whole(Deserializer::from_slice(state), state, decode)
}

/// Like [`json_state`], for a state that is known to be UTF-8, so that strings are not checked.
pub(crate) fn json_text<'de>(
    state: &'de str,
    decode: &mut dyn FnMut(&mut Deserializer<StrRead<'de>>) -> Result<()>,
) -> Result<()> {
    whole(Deserializer::from_str(state), state.as_bytes(), decode)
}

#[expect(clippy::arithmetic_side_effects, reason = "the offset is within the state, whose bytes a u64 counts")]
fn whole<'de, R: Read<'de>>(
    mut deserializer: Deserializer<R>,
    state: &[u8],
    decode: &mut dyn FnMut(&mut Deserializer<R>) -> Result<()>,
) -> Result<()> {
    // The session counts levels against the user's limit, and checks the stack.
    deserializer.disable_recursion_limit();
    match decode(&mut deserializer) {
        Ok(()) => (),
        Err(error) if error.is_of_state() && deserializer.end().is_ok() && is_cut(state) => {
            let available = state.len() as u64;
            return Err(error.with_kind(Kind::Truncated { what: "the state", needed: available + 1, available }));
        }
        Err(error) => return Err(error),
    }
    Ok(deserializer.end().map_err(|error| {
        let count = state.len() - offset(&error, state).saturating_sub(1);
        Kind::TrailingBytes { what: "the state", count }
    })?)
}

/// Appends `value` as JSON.
pub(crate) fn put_json<T: Serialize + ?Sized>(out: impl Write, value: &T) -> Result<()> {
    value.serialize(&mut serde_json::Serializer::new(out)).map_err(Error::of_foreign_writer)
}

/// Whether the input ends inside a value. The error has passed through types that are generic over it, so serde_json parses
/// the state again to find out; that takes no stack.
fn is_cut(state: &[u8]) -> bool {
    let read = IgnoredAny::deserialize(&mut Deserializer::from_slice(state));
    read.is_err_and(|error| error.classify() == Category::Eof)
}

/// The most levels at which two texts are compared part by part.
const LEVELS: usize = 64;

/// Whether two JSON texts are equal apart from the order of elements and members: some collections are unordered.
pub(crate) fn same_but_for_order(one: &[u8], other: &[u8]) -> bool {
    let sorted = |text| serde_json::from_slice(text).map(|text: &RawValue| sorted(text.get(), LEVELS)).ok();
    one == other
        || one.len() == other.len() && sorted(one).is_some_and(|one| sorted(other).is_some_and(|other| one == other))
}

/// A text with its elements and members sorted.
fn sorted(text: &str, levels: usize) -> String {
    let parts =
        |parts: Vec<&RawValue>| parts.into_iter().map(|part| sorted(part.get(), levels.saturating_sub(1))).collect();
    let (front, mut parts): (char, Vec<String>) = match (text.as_bytes().first(), levels) {
        (Some(b'['), 1..) => ('[', serde_json::from_str(text).map(parts).unwrap_or_default()),
        (Some(b'{'), 1..) => (
            '{',
            serde_json::from_str(text)
                .map(|Members(members)| {
                    members
                        .into_iter()
                        .map(|(name, part)| format!("{name:?}:{}", sorted(part.get(), levels.saturating_sub(1))))
                        .collect()
                })
                .unwrap_or_default(),
        ),
        _ => return text.to_owned(),
    };
    parts.sort_unstable();
    format!("{front}{}", parts.join(","))
}

/// The members of an object, including duplicates.
struct Members<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// The number of bytes up to and including the position of the error.
#[expect(clippy::arithmetic_side_effects, reason = "lines and columns are those of one slice")]
fn offset(error: &serde_json::Error, state: &[u8]) -> usize {
    let lines = state.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    (before + error.column()).min(state.len())
}
