//! The laws of decoding, asserted on any bytes. Imports `allowed` and typeport only.
//!
//! Each law is code for a trait object, compiled once: code that is generic over the types of the harness takes minutes to
//! build.

use crate::allowed::{assert_allowed, is_of, may_carry};
use std::sync::OnceLock;
use typeport::{Codec, Envelope, Error, Format, Policy, Result, TypeName, Value};

/// The codec of a format, with or without checksum.
pub(crate) fn codec(format: Format, checksum: bool) -> &'static Codec {
    static CODECS: OnceLock<Vec<[Codec; 2]>> = OnceLock::new();
    let codec = |format: Format, checksum| Codec::default().format(format).checksum(checksum);
    let codecs = CODECS.get_or_init(|| {
        Format::ALL.iter().map(|&format| [false, true].map(|checksum| codec(format, checksum))).collect()
    });
    let position = Format::ALL.iter().position(|other| *other == format).expect("all formats are listed");
    &codecs[position][usize::from(checksum)]
}

/// The codec with the settings that `bytes` claim, so that a canonical envelope is re-encoded to the same bytes.
pub(crate) fn codec_of(bytes: &[u8]) -> &'static Codec {
    let number = bytes.get(2).copied().unwrap_or_default();
    let format = Format::ALL.iter().copied().find(|format| *format as u8 == number).unwrap_or(Format::Postcard);
    codec(format, bytes.get(1).is_some_and(|flags| flags & 1 != 0))
}

/// Asserts that a message can be shown on a terminal and in a log.
#[track_caller]
pub(crate) fn assert_printable(message: &str) {
    let shown = |character: char| (' '..='~').contains(&character) || character.is_alphanumeric();
    assert!(message.chars().all(shown), "{message:?} is not printable");
    assert!(message.len() < 32 << 10, "a message of {} bytes", message.len());
}

/// Asserts that an error is one that input can cause, and can be shown. `Debug` is the same text with the code.
#[track_caller]
pub(crate) fn assert_sound(error: &Error) {
    assert_printable(&error.to_string());
    assert!(!error.is_ambiguous() && !error.is_io() && !error.is_format(), "{error}");
}

/// Whether a float of the value has no form in JSON.
pub(crate) fn is_non_finite<V: Value + ?Sized>(value: &V) -> bool {
    let text = format!("{value:?}");
    text.contains("NaN") || text.contains("inf")
}

/// Decodes, and asserts that what was decoded stays as it is: its own encoding decodes to the same. Gives the value and
/// its own encoding.
///
/// The bytes may be any; a state need not be canonical. Ours is.
#[track_caller]
pub(crate) fn check<V: Value + ?Sized>(
    bytes: &[u8],
    decode: impl Fn(&Codec, &[u8]) -> Result<Box<V>>,
) -> Option<(Box<V>, Vec<u8>)> {
    let codec = codec_of(bytes);
    let value = match decode(codec, bytes) {
        Ok(value) => value,
        Err(error) => {
            assert_sound(&error);
            return None;
        }
    };
    let own = match codec.to_vec(&*value) {
        Ok(own) => own,
        Err(_) if bytes[2] == Format::Json as u8 && is_non_finite(&*value) => return None,
        Err(error) => panic!("{} was decoded and cannot be encoded: {error}", value.type_name()),
    };
    assert!(own.len() <= 64 * bytes.len() + (1 << 20), "{} bytes became {}", bytes.len(), own.len());
    // Equal bytes decode alike, so there is nothing more to check.
    if own != bytes {
        assert_named(bytes, &own);
        assert!(!has_one_encoding(bytes), "{bytes:?} was decoded, and {own:?} is the same value");
        assert_stays(bytes, &own, &*value, || decode(codec, &own));
    }
    Some((value, own))
}

/// Whether there are no other bytes for the same value: in the binary formats, but for what is sorted while it is
/// decoded, and for seconds that come as nanoseconds. A sender may list types that no nested value is of, and in any order.
fn has_one_encoding(bytes: &[u8]) -> bool {
    const MANY: &[&str] = &["Map<", "Set<", "BinaryHeap<", "Duration", "SystemTime", "typeport_fuzz::Sort"];
    let envelope = Envelope::parse(bytes).expect("it was decoded");
    let is_text = envelope.format() == Format::Json;
    !is_text && envelope.nested().is_empty() && !MANY.iter().any(|part| envelope.type_name().as_str().contains(part))
}

/// Whether a value may hold what has no order, and is written in another one each time: hashed collections, and a heap of
/// floats, which no compiler allows.
fn has_no_order(envelope: &Envelope<'_>) -> bool {
    let mut names = envelope.nested().iter().map(|nested| nested.name);
    let is_unordered = |name: &str| ["HashMap<", "HashSet<", "BinaryHeap<"].iter().any(|part| name.contains(part));
    is_unordered(envelope.type_name().as_str()) || names.any(is_unordered)
}

/// Whether two envelopes of ours hold the same value, as far as bytes can tell.
pub(crate) fn are_same(one: &[u8], other: &[u8]) -> bool {
    let parse = |bytes| Envelope::parse(bytes).expect("it is ours");
    one == other || {
        let (one, other) = (parse(one), parse(other));
        let is_same_type = one.type_name() == other.type_name() && has_no_order(&one);
        // The order of a table follows that of the values, and lengths of places in it follow both.
        is_same_type && (one.state().len() == other.state().len() || !one.nested().is_empty())
    }
}

/// The text of a value, without its order if it has none.
fn text_of<V: Value + ?Sized>(value: &V, has_order: bool) -> String {
    let text = format!("{value:?}");
    if has_order {
        return text;
    }
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters.into_iter().collect()
}

/// Law: nothing is built below the root that the envelope does not name. An alias has another hash where it is spelled.
#[track_caller]
fn assert_named(bytes: &[u8], own: &[u8]) {
    let (named, built) = (Envelope::parse(bytes).expect("it was decoded"), Envelope::parse(own).expect("it is ours"));
    let is_alias = named.nested().iter().any(|nested| nested.name.contains("typeport_fuzz::Sort"));
    for nested in built.nested().iter().filter(|_| !is_alias) {
        let is_named = named.nested().iter().any(|other| other.type_hash == nested.type_hash);
        assert!(is_named, "{} was built, and {bytes:?} does not name it", nested.name);
    }
}

#[track_caller]
fn assert_stays<V: Value + ?Sized>(bytes: &[u8], own: &[u8], value: &V, decode: impl FnOnce() -> Result<Box<V>>) {
    let again = match decode() {
        Ok(again) => again,
        // Bytes that are no more canonical can be more, and so earn more memory.
        Err(error) if error.is_limit() && own.len() < bytes.len() => return,
        Err(_) if own[2] == Format::Json as u8 && is_non_finite(value) => return,
        Err(error) => panic!("{}: its own encoding cannot be decoded: {error}", value.type_name()),
    };
    assert_eq!(again.type_name(), value.type_name(), "decoded again");
    let has_order = !has_no_order(&Envelope::parse(own).expect("it is ours"));
    assert_eq!(text_of(&*again, has_order), text_of(value, has_order), "decoded again");
    let written = codec_of(own).to_vec(&*again).expect("it has been encoded before");
    assert!(are_same(&written, own), "{}: not a fixed point: {written:?} of {own:?}", value.type_name());
}

fn nested_names(envelope: &Envelope<'_>) -> impl Iterator<Item = TypeName> {
    envelope.nested().iter().map(|nested| nested.name.parse().expect("it was parsed"))
}

/// Whether an envelope may hold a failure, with an error inside that nothing here knows.
pub(crate) fn has_failure(envelope: &Envelope<'_>) -> bool {
    may_carry(envelope.type_name().as_ref()) || nested_names(envelope).any(|name| may_carry(name.as_ref()))
}

/// Asserts that all types of an envelope of ours, of the root and below, are on the list of what may be built; gives the
/// root's name.
#[track_caller]
pub(crate) fn assert_built(own: &[u8]) -> TypeName {
    let envelope = Envelope::parse(own).expect("it was just encoded");
    assert_allowed(envelope.type_name().as_ref());
    // What a failure carries is not built.
    if !has_failure(&envelope) {
        nested_names(&envelope).for_each(|name| assert_allowed(name.as_ref()));
    }
    envelope.type_name().clone()
}

/// The origins of ours on a closed list.
const CLOSED: &[&str] = &["Foo", "One"];

/// The codecs that build only the types of the closed list.
fn closed(format: Format) -> &'static Codec {
    static CODECS: OnceLock<Vec<Codec>> = OnceLock::new();
    let codecs = CODECS.get_or_init(|| {
        let allow = |policy: Policy, name| policy.allow_origin(&format!("typeport_fuzz::{name}"));
        let policy = CLOSED.iter().fold(Policy::deny_all().allow_std(), allow);
        Format::ALL.iter().map(|&format| codec(format, false).clone().policy(policy.clone())).collect()
    });
    let position = Format::ALL.iter().position(|other| *other == format).expect("all formats are listed");
    &codecs[position]
}

/// Law: what a closed list denies is carried where there is a place for it, and goes out as it came. `own` is canonical,
/// and `again` decodes it and encodes what came.
#[track_caller]
pub(crate) fn assert_carried(own: &[u8], again: impl FnOnce(&Codec) -> Result<Vec<u8>>) {
    let envelope = Envelope::parse(own).expect("it was just encoded");
    let codec = closed(envelope.format()).clone().checksum(envelope.has_checksum());
    match again(&codec) {
        Ok(again) => assert!(are_same(&again, own), "{own:?} was carried and is no more what it was: {again:?}"),
        Err(error) => assert!(error.is_denied() || error.is_limit(), "{own:?} cannot be carried: {error}"),
    }
}

/// Law: with a closed list, only its types are built.
#[track_caller]
pub(crate) fn assert_closed(own: &[u8]) {
    let envelope = Envelope::parse(own).expect("it was just encoded");
    let is_nested_allowed = |name: &str| is_of(name.parse::<TypeName>().expect("it was parsed").as_ref(), CLOSED);
    let is_allowed = is_of(envelope.type_name().as_ref(), CLOSED)
        && envelope.nested().iter().all(|nested| is_nested_allowed(nested.name));
    match closed(envelope.format()).from_slice::<Box<dyn Value>>(own) {
        Ok(value) => assert!(is_allowed, "{value:?} was built, and the policy denies it"),
        // Bytes that are no more canonical can be more, and so earn more memory.
        Err(error) => assert!(error.is_limit() || error.is_denied() && !is_allowed, "{error}"),
    }
}
