//! The body that decodes into trait objects. Imports `allowed`, `laws`, `repair`, `samples`, `types`.

use crate::allowed::is_member;
use crate::laws::{are_same, assert_built, assert_carried, assert_closed, assert_sound, check, codec_of, has_failure};
use crate::repair::{assemble, repair, right_hash};
use crate::samples::pick;
use crate::types::Base;
use serde::de::IgnoredAny;
use std::sync::OnceLock;
use typeport::{Carried, Codec, Envelope, Opaque, Registry, Schema, Value};

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
    if sum % 8 == 1 {
        check_opaque(bytes, value.as_deref());
    }
    if sum % 8 == 3 {
        check_untyped(bytes, value.is_some());
    }
    // Prefix, type hash, the name's length. What is no list of anything is not asked whether it is one of `Base`.
    if bytes.get(16..).is_some_and(|name| name.starts_with(b"Vec<")) {
        check_bases(bytes);
    }
}

/// Decodes as a member of `Base`. Law: a member is also a `Value`, and the same value.
fn check_base(bytes: &[u8], value: Option<&[u8]>, is_base: bool) {
    if let Some((base, own)) = check::<dyn Base>(bytes, |codec, bytes| codec.from_slice(bytes)) {
        let is_same = value.is_some_and(|value| are_same(value, &own));
        assert!(is_same, "{base:?} as a member of Base is {own:?}, and {value:?} as any value");
        assert!(is_base, "{base:?} is no member of Base");
        base.weight();
    }
}

/// Decodes as a list of members of `Base`.
fn check_bases(bytes: &[u8]) {
    let decode = |codec: &Codec, bytes: &[u8]| codec.from_slice::<Vec<Box<dyn Base>>>(bytes).map(Box::new);
    let bases = check(bytes, decode);
    if let Some((bases, own)) = &bases {
        assert_built(own);
        for base in bases.iter() {
            assert!(is_member(base.type_name().as_ref()), "{base:?} is no member of Base");
            base.weight();
        }
        assert_carried(own, |codec| codec.to_vec(&codec.from_slice::<Vec<Carried<dyn Base>>>(own)?));
    }
    check_carried(bytes, bases.map(|(_, own)| own).as_deref());
}

/// Decodes as a list of members of `Base` that also carries other values. Law: a list of members only is the same list.
fn check_carried(bytes: &[u8], bases: Option<&[u8]>) {
    let decode = |codec: &Codec, bytes: &[u8]| codec.from_slice::<Vec<Carried<dyn Base>>>(bytes).map(Box::new);
    let carried = check(bytes, decode);
    if let Some((carried, own)) = &carried {
        let is_known = carried.iter().all(|one| one.known().is_some());
        let is_same = bases.is_some_and(|bases| are_same(bases, own));
        assert!(!is_known || is_same, "{carried:?} has members only, and {bases:?} is its encoding");
        for one in carried.iter().filter_map(Carried::known) {
            assert!(is_member(one.type_name().as_ref()), "{one:?} is no member of Base");
        }
    }
    assert!(bases.is_none() || carried.is_some(), "{bytes:?} is a list of members and cannot be carried");
}

/// Reads a state without its type. Law: what can be decoded can be read.
fn check_untyped(bytes: &[u8], is_value: bool) {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| Registry::global().schema());
    if let Err(error) = codec_of(bytes).read::<IgnoredAny>(bytes, schema) {
        assert_sound(&error);
        // A schema in the envelope goes before ours, and need not be the sender's: it may have other shapes, or such as are
        // made of types that nobody knows.
        let has_schema = bytes.get(1).is_some_and(|flags| flags & 4 != 0);
        let is_forged = has_schema && (error.is_mismatch() || error.is_unlinked());
        // What a failure carries is not looked at by a decode.
        let is_carried = || Envelope::parse(bytes).is_ok_and(|envelope| has_failure(&envelope));
        assert!(
            !is_value || error.is_limit() || is_forged || is_carried(),
            "{bytes:?} can be decoded and not be read: {error}"
        );
    }
}

/// Keeps an envelope undecoded. Law: it is written as it was read, and decodes to the same value as the envelope.
fn check_opaque(bytes: &[u8], value: Option<&[u8]>) {
    let Some((opaque, own)) = check(bytes, |codec, bytes| codec.from_slice::<Opaque>(bytes).map(Box::new)) else {
        assert!(value.is_none(), "{bytes:?} was decoded and cannot be carried");
        return;
    };
    assert_eq!(own, bytes, "{opaque:?} did not go out as it came");
    // `value` is also `None` where what was decoded has no JSON.
    if let Some(value) = value {
        let decoded = opaque.decode::<Box<dyn Value>>().and_then(|decoded| codec_of(bytes).to_vec(&decoded));
        assert!(decoded.is_ok_and(|decoded| are_same(&decoded, value)), "{opaque:?} is no more what it was");
    }
}
