//! The body that decodes into trait objects. Imports `allowed`, `laws`, `repair`, `samples`, `types`.

use crate::allowed::is_member;
use crate::laws::{assert_built, assert_closed, check};
use crate::repair::{assemble, repair, right_hash};
use crate::samples::pick;
use crate::types::Base;
use typeport::{Codec, Value};

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
            check_all(&sample.with_state(state));
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
    let value = check::<dyn Value>(bytes, |codec, bytes| codec.from_slice(bytes)).map(|(_, own)| own);
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    if let Some(own) = value.as_ref().filter(|_| sum % 4 == 0) {
        assert_closed(own);
    }
    let is_base = value.as_ref().is_some_and(|own| is_member(assert_built(own).as_ref()));
    // Who is no member is asked now and then only: the error lists the members, which takes longer than a decode.
    if is_base || sum % 16 == 0 {
        check_base(bytes, value.as_deref(), is_base);
    }
    // Prefix, type hash, the name's length. What is no list of anything is not asked whether it is one of `Base`.
    if bytes.get(16..).is_some_and(|name| name.starts_with(b"Vec<")) {
        check_bases(bytes);
    }
}

/// Decodes as a member of `Base`. Law: what is one is also a value, and the same one.
fn check_base(bytes: &[u8], value: Option<&[u8]>, is_base: bool) {
    if let Some((base, own)) = check::<dyn Base>(bytes, |codec, bytes| codec.from_slice(bytes)) {
        assert_eq!(Some(&own[..]), value, "{base:?} as a member of Base and as any value");
        assert!(is_base, "{base:?} is no member of Base");
        base.weight();
    }
}

/// Decodes as a list of members of `Base`.
fn check_bases(bytes: &[u8]) {
    let decode = |codec: &Codec, bytes: &[u8]| codec.from_slice::<Vec<Box<dyn Base>>>(bytes).map(Box::new);
    if let Some((bases, own)) = check(bytes, decode) {
        assert_built(&own);
        for base in bases.iter() {
            assert!(is_member(base.type_name().as_ref()), "{base:?} is no member of Base");
            base.weight();
        }
    }
}
