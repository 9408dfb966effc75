//! The body that creates values, encodes and decodes them. Imports `laws`, `samples`.

use crate::laws::{assert_printable, codec, is_non_finite};
use crate::samples::pick;
use arbitrary::Unstructured;
use typeport::Format;

/// Creates a value of the type that the first byte selects; asserts that its encoding can be decoded and re-encoded to equal bytes.
pub fn roundtrip(data: &[u8]) {
    let Some((sample, source)) = pick(data) else { return };
    let Ok(value) = (sample.subject.make)(&mut Unstructured::new(source)) else { return };
    let codec = codec(sample.format, false);
    let bytes = match codec.to_vec(&*value) {
        Ok(bytes) => bytes,
        // A decode would refuse it as well; JSON has keys that are text only, and no infinite floats.
        Err(error) if error.is_limit() || sample.format == Format::Json => return assert_printable(&error.to_string()),
        Err(error) => panic!("{value:?} cannot be encoded: {error}"),
    };
    let again = match (sample.subject.decode)(codec, &bytes) {
        Ok(again) => again.value,
        Err(error) if error.is_limit() => return,
        Err(_) if sample.format == Format::Json && is_non_finite(&*value) => return,
        Err(error) => panic!("{value:?} was encoded and cannot be decoded: {error}"),
    };
    assert_eq!(codec.to_vec(&*again).ok(), Some(bytes), "{value:?} came back as {again:?}");
}
