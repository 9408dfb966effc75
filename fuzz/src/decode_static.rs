//! The bodies that decode into types that the harness names: alone, and in one format after another. Imports `laws`, `samples`.

use crate::laws::{assert_printable, check, codec, has_failure, is_non_finite};
use crate::samples::{Sample, pick};
use typeport::{Envelope, Format, Value};

/// Decodes the state of a type that is named at compile time and asserts the laws of decoding.
pub fn decode_static(data: &[u8]) {
    let Some((sample, state)) = pick(data) else { return };
    let decoded = check(&sample.with_state(state), |codec, bytes| Ok((sample.subject.decode)(codec, bytes)?.value));
    if decoded.is_some() && sample.format != Format::Json {
        assert_whole(sample, state);
    }
}

/// Law: a state is read to its end, and no state begins another one.
fn assert_whole(sample: &Sample, state: &[u8]) {
    let is_refused = |state: &[u8]| {
        let error = (sample.subject.decode)(codec(sample.format, false), &sample.with_state(state)).err();
        error.is_some_and(|error| error.is_malformed() || error.is_limit())
    };
    assert!(is_refused(&[state, &state[..1.min(state.len())], &[0]].concat()), "{}: more bytes", sample.subject.name);
    if let Some((_, front)) = state.split_last() {
        assert!(is_refused(front), "{}: a byte less", sample.subject.name);
    }
}

/// Decodes a state; asserts that the value survives each other format.
pub fn cross_format(data: &[u8]) {
    let Some((sample, state)) = pick(data) else { return };
    let Ok(value) = (sample.subject.decode)(codec(sample.format, false), &sample.with_state(state)) else { return };
    let value = &*value.value;
    let Ok(own) = codec(sample.format, false).to_vec(value) else {
        assert!(is_non_finite(value), "{} was decoded and cannot be encoded", sample.subject.name);
        return;
    };
    for format in Format::ALL.iter().copied().filter(|format| *format != sample.format) {
        through(sample, format, value, &own);
    }
}

fn may_carry_in(own: &[u8]) -> bool {
    Envelope::parse(own).is_ok_and(|envelope| has_failure(&envelope))
}

/// Law: there and back again is the same value. JSON refuses keys that are no text, and has no infinite floats.
fn through(sample: &Sample, format: Format, value: &dyn Value, own: &[u8]) {
    let there = match codec(format, false).to_vec(value) {
        Ok(there) => there,
        // The formats do not have the same limits on depth.
        Err(error) if format == Format::Json || error.is_limit() => return assert_printable(&error.to_string()),
        // What is kept as bytes has the format that it came in, unless its type is linked.
        Err(error) if error.is_format() && may_carry_in(own) => return assert_printable(&error.to_string()),
        Err(error) => panic!("{} cannot be encoded as {format}: {error}", sample.subject.name),
    };
    let again = match (sample.subject.decode)(codec(format, false), &there) {
        Ok(again) => again.value,
        // The formats do not have the same depth, or the same size for what memory may be earned.
        Err(error) if error.is_limit() => return,
        Err(_) if format == Format::Json && is_non_finite(value) => return,
        Err(error) => panic!("{}: its own encoding as {format} cannot be decoded: {error}", sample.subject.name),
    };
    let back = codec(sample.format, false).to_vec(&*again);
    if may_carry_in(own) {
        return;
    }
    if back.as_deref().ok() != Some(own) && !(format == Format::Json && is_non_finite(value)) {
        panic!("{value:?} came back from {format} as {again:?}: {back:?}, not {own:?}");
    }
}
