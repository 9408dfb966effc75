//! The body that decodes into trait objects. Imports `allowed`, `laws`, `repair`, `samples`, `types`.

use crate::allowed::assert_member;
use crate::laws::{assert_built, check};
use crate::repair::{assemble, repair, right_hash};
use crate::samples::pick;
use crate::types::Base;
use typeport::Value;

/// First byte: the rest is a whole envelope, whose length and checksum are repaired.
pub(crate) const RAW: u8 = b'r';
/// First byte: the second one picks a type and a format, and the rest is its state.
pub(crate) const STATE: u8 = b's';
/// First byte: the second one is the format, the third the length of a type name; the name and the state follow.
pub(crate) const NAMED: u8 = b'n';

/// Decodes bytes from anywhere into trait objects and asserts the laws of decoding.
pub fn decode_dyn(data: &[u8]) {
    match data {
        [RAW, envelope @ ..] => {
            let mut bytes = envelope.to_vec();
            repair(&mut bytes);
            check_all(&bytes);
        }
        [STATE, rest @ ..] => {
            let Some((sample, state)) = pick(rest) else { return };
            let bytes = sample.with_state(state);
            check_value(&bytes);
            check_base(&bytes);
        }
        [NAMED, format, length, rest @ ..] => {
            let (name, state) = rest.split_at(usize::from(*length).min(rest.len()));
            check_all(&assemble(*format, right_hash(name), name, state));
        }
        _ => {}
    }
}

/// Decodes an envelope as whatever it could be.
pub(crate) fn check_all(bytes: &[u8]) {
    check_value(bytes);
    check_base(bytes);
    // Prefix, type hash, the name's length. What is no list of anything is not asked whether it is one of `Base`.
    if bytes.get(16..).is_some_and(|name| name.starts_with(b"Vec<")) {
        check_bases(bytes);
    }
}

/// Decodes as any value.
fn check_value(bytes: &[u8]) {
    if let Some((_, own)) = check::<dyn Value>(bytes, |codec, bytes| codec.from_slice(bytes)) {
        assert_built(&own);
    }
}

/// Decodes as a member of `Base`.
fn check_base(bytes: &[u8]) {
    if let Some((value, own)) = check::<dyn Base>(bytes, |codec, bytes| codec.from_slice(bytes)) {
        assert_built(&own);
        assert_base(&*value);
    }
}

/// Decodes as a list of members of `Base`.
fn check_bases(bytes: &[u8]) {
    let decode = |codec: &typeport::Codec, bytes: &[u8]| codec.from_slice::<Vec<Box<dyn Base>>>(bytes).map(Box::new);
    if let Some((values, own)) = check(bytes, decode) {
        assert_built(&own);
        values.iter().for_each(|value| assert_base(&**value));
    }
}

fn assert_base(value: &dyn Base) {
    assert_member(value.type_name().as_ref());
    value.weight();
}
