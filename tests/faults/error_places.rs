//! Errors name their field and variant, also where serde's lists of names contain aliases.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use typeport::{Codec, Format, Portable, Value, portable};

/// A value that is written and, where it is true, not read again.
#[derive(Debug, Default, Serialize, Portable)]
struct Wrong(bool);

impl<'de> Deserialize<'de> for Wrong {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? { Err(D::Error::custom("wrong")) } else { Ok(Wrong(false)) }
    }
}

const FINE: Wrong = Wrong(false);
const WRONG: Wrong = Wrong(true);

/// Serde lists `aa`, `first`, `zz`; `b`, `c`, `second`; `last`.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
struct Plain {
    #[serde(alias = "zz", alias = "aa")]
    first: Wrong,
    #[serde(rename = "second", alias = "c", alias = "b")]
    renamed: Wrong,
    #[serde(skip)]
    #[allow(dead_code, reason = "it takes a place in the source and none in the list")]
    skipped: u8,
    last: Wrong,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(rename_all = "camelCase")]
struct Generic<T> {
    #[serde(alias = "a")]
    in_front: u8,
    #[serde(alias = "AA")]
    the_value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Choice<T> {
    #[serde(alias = "A", alias = "Zero")]
    Unit,
    #[serde(alias = "B")]
    Newtype(T),
    Tuple(u8, T),
    #[serde(rename = "Named", alias = "C")]
    Struct {
        #[serde(alias = "x")]
        front: u8,
        #[serde(alias = "b")]
        value: T,
    },
    #[serde(alias = "D")]
    Last(T),
    #[serde(skip)]
    #[allow(dead_code, reason = "serde leaves it out of its list")]
    Never,
}

/// Two variants whose lists are the same, and mean different fields.
#[derive(Debug, Serialize, Deserialize, Portable)]
enum Alike {
    One {
        #[serde(alias = "b")]
        a: u8,
        c: Wrong,
    },
    Other {
        a: u8,
        #[serde(alias = "c")]
        b: Wrong,
    },
}

/// Of the same name to serde, and with the same list as one of `Twin`.
mod former {
    use super::*;

    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(id = "former::Twin")]
    pub struct Twin {
        #[serde(alias = "b")]
        pub a: u8,
        pub c: Wrong,
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Twin {
    a: u8,
    #[serde(alias = "c")]
    b: Wrong,
}

#[portable]
trait Any {}

#[portable]
impl Any for Plain {}

#[portable]
impl<T: Portable> Any for Generic<T> {}

#[portable]
impl<T: Portable> Any for Choice<T> {}

#[portable]
impl Any for Alike {}

/// Checks the place that an error of a decode names, native and erased, in each format.
#[track_caller]
fn check<T: Portable + Value>(value: T, expected: &str) {
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&value).unwrap();
        let place = |error: typeport::Error| error.path();
        assert_eq!(codec.from_slice::<T>(&bytes).map(drop).map_err(place), Err(Some(expected.to_owned())), "{format}");
        let erased = codec.from_slice::<Box<dyn Any>>(&bytes).map(drop).map_err(place);
        assert_eq!(erased, Err(Some(expected.to_owned())), "erased, {format}");
    }
}

#[test]
fn a_field_is_named_whatever_former_names_stand_before_it() {
    check(Plain { first: WRONG, ..Plain::default() }, "first");
    check(Plain { renamed: WRONG, ..Plain::default() }, "second");
    check(Plain { last: WRONG, ..Plain::default() }, "last");
    check(Generic { in_front: 1, the_value: WRONG }, "theValue");
    check(Generic { in_front: 1, the_value: (1_u8, vec![FINE, WRONG]) }, "theValue.1[1]");
    check(Generic { in_front: 1, the_value: Generic { in_front: 1, the_value: WRONG } }, "theValue.theValue");
}

#[test]
fn a_variant_is_named_whatever_former_names_stand_before_it() {
    check(Choice::Newtype(WRONG), "Newtype");
    check(Choice::Tuple(1, WRONG), "Tuple.1");
    check(Choice::Struct { front: 1, value: WRONG }, "Named.value");
    check(Choice::Last(vec![WRONG]), "Last[0]");
    check(Choice::Last(Choice::Tuple(1, WRONG)), "Last.Tuple.1");
}

/// The real name where the lists agree in it, and a position, never another name, where they do not.
#[test]
fn where_two_lists_are_the_same_no_name_is_guessed() {
    let place = |value: &dyn Value| {
        let bytes = typeport::to_vec(value).unwrap();
        typeport::from_slice::<Box<dyn Value>>(&bytes).map(drop).map_err(|error| error.path())
    };
    assert_eq!(place(&Alike::One { a: 1, c: WRONG }), Err(Some("One.1".to_owned())));
    assert_eq!(place(&Alike::Other { a: 1, b: WRONG }), Err(Some("Other.1".to_owned())));
    assert_eq!(place(&former::Twin { a: 1, c: WRONG }), Err(Some("1".to_owned())));
    assert_eq!(place(&Twin { a: 1, b: WRONG }), Err(Some("1".to_owned())));
}

/// A name that came is one that serde knows; what is said of an array of fields is by place.
#[test]
fn hand_written_json_is_told_by_the_names_that_it_has() {
    let text =
        |json| with_state(&Plain::default(), json, |bytes| typeport::from_slice::<Plain>(bytes).map(drop)).path();
    assert_eq!(text(r#"{"first":false,"b":true,"last":false}"#).as_deref(), Some("b"));
    assert_eq!(text("[false,true,false]").as_deref(), Some("second"));
    assert_eq!(text("[false,false,true]").as_deref(), Some("last"));
}

/// Decodes a JSON state in place of that of `value`.
#[track_caller]
fn with_state(value: &dyn Value, json: &str, decode: impl FnOnce(&[u8]) -> typeport::Result<()>) -> typeport::Error {
    let envelope = Codec::default().format(Format::Json).checksum(false).to_vec(value).unwrap();
    let state = typeport::Envelope::parse(&envelope).unwrap().state().to_vec();
    let at = envelope.len() - state.len();
    let mut bytes = [&envelope[..at], json.as_bytes()].concat();
    let length = u32::try_from(bytes.len()).unwrap();
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    decode(&bytes).unwrap_err()
}

/// The format's crate asks the visitor behind a guard what it expects.
#[test]
fn the_expected_type_is_told_whoever_decodes() {
    let value = Generic { in_front: 1, the_value: vec![1_u16] };
    for (json, expected) in [
        (r#"{"inFront":"x","theValue":[]}"#, "expected u8"),
        (r#"{"inFront":1,"theValue":[true]}"#, "expected u16"),
        (r#"{"inFront":1,"theValue":7}"#, "expected a sequence"),
    ] {
        let native = with_state(&value, json, |bytes| typeport::from_slice::<Generic<Vec<u16>>>(bytes).map(drop));
        let erased = with_state(&value, json, |bytes| typeport::from_slice::<Box<dyn Any>>(bytes).map(drop));
        for error in [native, erased] {
            assert!(error.to_string().contains(expected), "{json}: {error}");
        }
    }
}
