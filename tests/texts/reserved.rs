//! Map keys to which serde_json gives a meaning of its own, and keys that its own code reads wrongly.
#![cfg(all(feature = "derive", feature = "postcard", feature = "json"))]

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use typeport::{Codec, Envelope, Error, Format, Portable, Schema, Value, portable};

/// serde_json hands over raw text under this name, and parses the text under this key.
const RAW: &str = "$serde_json::private::RawValue";

#[portable]
trait Any {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "reserved::Free", format = "json")]
struct Free<T> {
    #[portable(opaque = "serde_json::Value")]
    value: serde_json::Value,
    more: T,
}

#[portable]
impl<T: Portable> Any for Free<T> {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "reserved::Flat", format = "json")]
struct Flat {
    first: u8,
    #[serde(flatten)]
    #[portable(opaque = "serde_json::Map")]
    rest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "reserved::Raw", format = "json")]
struct Raw {
    #[portable(opaque = "serde_json::RawValue")]
    raw: Box<RawValue>,
}

/// The same text through serde, and as a key behind a wrapper.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
#[portable(id = "reserved::BySerde")]
struct BySerde(bool);

fn json() -> Codec {
    Codec::default().format(Format::Json).checksum(false)
}

/// The envelope of `like` with another state.
fn with_state(like: &dyn Value, state: &str) -> Vec<u8> {
    let bytes = json().to_vec(like).unwrap();
    let former = Envelope::parse(&bytes).unwrap().state().len();
    let mut bytes = [&bytes[..bytes.len() - former], state.as_bytes()].concat();
    let length = u32::try_from(bytes.len()).unwrap();
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// Its content would be parsed without limits, and be another value.
#[test]
fn a_key_of_serde_jsons_raw_text_is_refused() {
    let free = Free { value: 1.into(), more: 1_u8 };
    let inner = r#"{"$serde_json::private::RawValue":"[[[[1,2]]]]"}"#;
    for state in [
        format!(r#"{{"value":{inner},"more":1}}"#),
        format!(r#"{{"value":[{{"a":{inner}}}],"more":1}}"#),
        format!(r#"{{"more":1,"value":{}}}"#, inner.replace('$', "\\u0024")),
    ] {
        let bytes = with_state(&free, &state);
        let errors: [Error; 3] = [
            typeport::from_slice::<Free<u8>>(&bytes).unwrap_err(),
            typeport::from_slice::<Box<dyn Any>>(&bytes).map(drop).unwrap_err(),
            Codec::default().read::<serde_json::Value>(&bytes, &Schema::default()).unwrap_err(),
        ];
        for error in errors {
            assert!(error.to_string().contains("a map key that serde_json reserves"), "{state}: {error}");
        }
    }
    let flat = Flat { first: 1, rest: serde_json::Map::new() };
    let bytes = with_state(&flat, r#"{"first":1,"a":{"$serde_json::private::RawValue":"[1]"}}"#);
    typeport::from_slice::<Flat>(&bytes).unwrap_err();
}

#[test]
fn a_key_of_serde_jsons_raw_text_is_not_written() {
    let value = || serde_json::json!({ "a": [{ RAW: "[1,2]" }] });
    let free: Box<dyn Any> = Box::new(Free { value: value(), more: 1_u8 });
    let error = json().to_vec(&free).unwrap_err().to_string();
    assert!(error.contains("a map key that serde_json reserves"), "{error}");
    let rest = value().as_object().unwrap().clone();
    json().to_vec(&Flat { first: 1, rest }).unwrap_err();
}

/// A type without serde in between keeps such a key; what reads it as a `serde_json::Value` does not.
#[test]
fn a_map_of_texts_may_have_any_key() {
    let map = BTreeMap::from([(RAW.to_owned(), "[1,2]".to_owned())]);
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&map).unwrap();
        assert_eq!(codec.from_slice::<BTreeMap<String, String>>(&bytes).unwrap(), map);
        let error = codec.read::<serde_json::Value>(&bytes, &Schema::default()).unwrap_err().to_string();
        assert!(error.contains("a map key that serde_json reserves"), "{format}: {error}");
    }
}

#[test]
fn raw_text_itself_comes_back() {
    let raw = RawValue::from_string(r#"{"a":[1, 2]}"#.to_owned()).unwrap();
    let bytes = json().to_vec(&Raw { raw }).unwrap();
    assert_eq!(typeport::from_slice::<Raw>(&bytes).unwrap().raw.get(), r#"{"a":[1, 2]}"#);
    let any = typeport::from_slice::<Box<dyn Value>>(&bytes).unwrap();
    assert_eq!(typeport::downcast::<Raw, _>(any).unwrap().raw.get(), r#"{"a":[1, 2]}"#);
}

/// A former fault: serde_json reads the first byte of such a key, and takes what follows for a string, which may begin within a
/// character.
#[test]
fn a_boolean_key_of_another_text_is_an_error() {
    fn check<K: Portable + Ord>(key: K, fine: bool, text: &str) {
        let bytes = with_state(&BTreeMap::from([(key, 1_u8)]), &format!("{{{text}:1}}"));
        let exact = typeport::from_slice::<BTreeMap<K, u8>>(&bytes).map(drop);
        let any = typeport::from_slice::<Box<dyn Value>>(&bytes).map(drop);
        for decoded in [exact, any] {
            assert_eq!(decoded.map_err(|error| error.code()), if fine { Ok(()) } else { Err(18) }, "{text}");
        }
    }
    /// Serde reads the whole of it, within a text that the shape of its container describes.
    #[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
    #[portable(id = "reserved::Inside")]
    struct Inside {
        map: BTreeMap<bool, u8>,
    }

    for (text, fine) in [
        (r#""true""#, true),
        (r#""false""#, true),
        (r#""é""#, false),
        (r#""😀x""#, false),
        (r#""""#, false),
        (r#""t""#, false),
        (r#""trüe""#, false),
        (r#""True""#, false),
        (r#""\u0074rue""#, false),
    ] {
        check(true, fine, text);
        if !text.contains('\\') {
            check(BySerde(true), fine, text);
            check(Some(true), fine, text);
            let bytes = with_state(&vec![Inside::default()], &format!(r#"[{{"map":{{{text}:1}}}}]"#));
            assert_eq!(typeport::from_slice::<Vec<Inside>>(&bytes).is_ok(), fine, "{text}");
            assert_eq!(typeport::from_slice::<Box<dyn Value>>(&bytes).is_ok(), fine, "{text}");
        }
    }
}
