//! The body that compares the native form of a type with the erased one. Imports `laws`, `samples`, `types`.

use crate::laws::codec;
use crate::samples::{Decoded, Sample, pick};
use crate::types::Base;
use typeport::{Error, Result, Value};

/// Decodes a state natively and erased, and asserts that both accept it or both refuse it, and that the values behave
/// and are encoded alike.
pub fn native_vs_erased(data: &[u8]) {
    let Some((sample, state)) = pick(data) else { return };
    let bytes = sample.with_state(state);
    let native = (sample.subject.decode)(codec(sample.format, false), &bytes);
    let erased = erased(sample, native.as_ref().is_ok_and(|native| native.weight.is_some()), &bytes);
    match (native, erased) {
        (Ok(native), Ok(erased)) => assert_alike(sample, &native, &erased),
        (Ok(_), Err(error)) => assert!(is_excused(&error), "{}: native only: {error}", sample.subject.name),
        // The two do not have the same size in memory.
        (Err(error), Ok(_)) => assert!(error.is_limit(), "{}: erased only: {error}", sample.subject.name),
        (Err(_), Err(_)) => {}
    }
}

/// Decodes into a trait object, whose code knows nothing of the type's arguments.
fn erased(sample: &Sample, is_member: bool, bytes: &[u8]) -> Result<Decoded> {
    let codec = codec(sample.format, false);
    if !is_member {
        return Ok(Decoded { value: codec.from_slice::<Box<dyn Value>>(bytes)?, weight: None });
    }
    let value: Box<dyn Base> = codec.from_slice(bytes)?;
    let weight = Some(value.weight());
    Ok(Decoded { value: Box::new(value), weight })
}

/// An erased argument may have to be there where a native `Option` may be left out of JSON.
fn is_excused(error: &Error) -> bool {
    error.is_limit() || error.to_string().contains("missing field")
}

fn assert_alike(sample: &Sample, native: &Decoded, erased: &Decoded) {
    assert_eq!(native.weight, erased.weight, "{}: a method of the interface", sample.subject.name);
    let bytes = |decoded: &Decoded| codec(sample.format, false).to_vec(&*decoded.value).ok();
    assert_eq!(bytes(native), bytes(erased), "{}: native and erased", sample.subject.name);
}
