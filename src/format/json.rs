//! JSON states, read and written by serde_json. Imports `error` only.

use crate::error::{Error, Kind, Result};
use serde::de::IgnoredAny;
use serde::{Deserialize as _, Serialize};
use serde_json::de::{Deserializer, SliceRead};
use serde_json::error::Category;
use std::io::Write;

/// Serde_json's deserializer of a state.
pub(crate) type JsonReader<'de> = Deserializer<SliceRead<'de>>;

/// Decodes a whole JSON state and checks that nothing is left.
#[expect(clippy::arithmetic_side_effects, reason = "the offset is within the state, whose bytes a u64 counts")]
pub(crate) fn json_state<'de, T>(
    state: &'de [u8],
    decode: impl FnOnce(&mut JsonReader<'de>) -> Result<T>,
) -> Result<T> {
    let mut deserializer = Deserializer::from_slice(state);
    // The session counts levels, by a limit that the user sets, and looks at the stack.
    deserializer.disable_recursion_limit();
    let value = match decode(&mut deserializer) {
        Ok(value) => value,
        Err(error) if error.is_of_state() && deserializer.end().is_ok() && is_cut(state) => {
            let available = state.len() as u64;
            return Err(error.with_kind(Kind::Truncated { what: "the state", needed: available + 1, available }));
        }
        Err(error) => return Err(error),
    };
    deserializer.end().map_err(|error| {
        let count = state.len() - offset(&error, state).saturating_sub(1);
        Kind::TrailingBytes { what: "the state", count }
    })?;
    Ok(value)
}

/// Appends `value` as JSON.
pub(crate) fn put_json<T: Serialize + ?Sized>(out: impl Write, value: &T) -> Result<()> {
    value.serialize(&mut serde_json::Serializer::new(out)).map_err(Error::of_foreign_writer)
}

/// Whether the input ends within a value. The error that says so has gone through types that are generic over it, so
/// serde_json is asked once more; that takes no stack.
fn is_cut(state: &[u8]) -> bool {
    let read = IgnoredAny::deserialize(&mut Deserializer::from_slice(state));
    read.is_err_and(|error| error.classify() == Category::Eof)
}

/// The number of bytes up to and with the place of the error.
#[expect(clippy::arithmetic_side_effects, reason = "lines and columns are those of one slice")]
fn offset(error: &serde_json::Error, state: &[u8]) -> usize {
    let lines = state.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    (before + error.column()).min(state.len())
}
