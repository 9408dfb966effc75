//! JSON states, read and written by serde_json. Imports `error` only.

use crate::error::{Error, Kind, Result, printable};
use serde::Serialize;
use serde_json::de::{Deserializer, SliceRead};

/// Decodes a whole JSON state and checks that nothing is left.
pub(crate) fn json_state<'de, T>(
    state: &'de [u8],
    decode: impl FnOnce(&mut Deserializer<SliceRead<'de>>) -> Result<T, serde_json::Error>,
) -> Result<T> {
    let mut deserializer = Deserializer::from_slice(state);
    let value = decode(&mut deserializer).map_err(|error| state_error(&error, state))?;
    deserializer.end().map_err(|error| {
        let count = state.len() - offset(&error, state).saturating_sub(1);
        Kind::TrailingBytes { what: "the state", count }
    })?;
    Ok(value)
}

/// Appends `value` as JSON.
pub(crate) fn put_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()> {
    value.serialize(&mut serde_json::Serializer::new(out)).map_err(|error| state_error(&error, &[]))
}

/// Our own error if that is what passed through serde_json, or what serde_json says.
fn state_error(error: &serde_json::Error, state: &[u8]) -> Error {
    let message = error.to_string();
    if let Some(ours) = Error::recover(&message) {
        return ours;
    }
    if error.is_eof() {
        let available = state.len() as u64;
        return Kind::Truncated { what: "the state", needed: available + 1, available }.into();
    }
    Kind::State { message: printable(&message) }.into()
}

/// The number of bytes up to and with the place of the error.
fn offset(error: &serde_json::Error, state: &[u8]) -> usize {
    let lines = state.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    (before + error.column()).min(state.len())
}
