//! Faults that only JSON can have: numbers and options without a form, content in messages, its own text.
#![cfg(all(feature = "derive", feature = "postcard", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use typeport::{Codec, Envelope, Error, Format, Limits, Portable, Value, portable};

#[portable]
trait Task {}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct One<T> {
    value: T,
}

#[portable]
impl<T: Portable> Task for One<T> {}

fn json() -> Codec {
    Codec::default().format(Format::Json).checksum(false)
}

/// The envelope of `like` with another state.
fn with_state<T: Portable>(codec: &Codec, like: &T, state: &[u8]) -> Vec<u8> {
    let mut bytes = codec.to_vec(like).unwrap();
    let former = Envelope::parse(&bytes).unwrap().state();
    let at = former.as_ptr().addr() - bytes.as_ptr().addr();
    let end = at + former.len();
    bytes.splice(at..end, state.iter().copied());
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// The errors of a native and an erased decode of `state` instead of the state of `like`.
fn refused<T: Portable>(like: One<T>, state: &str) -> [Error; 2]
where
    One<T>: Task,
{
    let bytes = with_state(&json(), &like, state.as_bytes());
    [json().from_slice::<One<T>>(&bytes).unwrap_err(), json().from_slice::<Box<dyn Task>>(&bytes).unwrap_err()]
}

#[track_caller]
fn not_representable<T: Portable>(value: T) {
    let error = json().to_vec(&value).unwrap_err();
    assert!(error.is_format() && error.code() == 25, "{value:?}: {error}");
    assert!(error.to_string().starts_with("json cannot represent"), "{error}");
    assert!(error.to_string().contains("use a binary format such as Format::Postcard"), "{error}");
    typeport::to_vec(&value).unwrap();
}

#[track_caller]
fn representable<T: Portable + PartialEq>(value: T) {
    let bytes = json().to_vec(&value).unwrap();
    assert_eq!(json().from_slice::<T>(&bytes).unwrap(), value);
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    for number in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        not_representable(number);
        not_representable(number as f32);
        not_representable(vec![Some((1_u8, number))]);
        not_representable(One { value: Some(number) });
        not_representable(BTreeMap::from([("key".to_owned(), number)]));
    }
    representable(vec![f64::MAX, f64::MIN_POSITIVE, -0.0, 5e-324]);
    representable(vec![f32::MAX, f32::MIN_POSITIVE, -0.0, 1e-45]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Nothing;

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Wrapped(Option<u8>);

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[serde(transparent)]
struct Clear {
    inner: Option<u8>,
}

/// `Some(None)` would be `null`, which is `None`.
#[test]
fn a_some_that_would_become_a_none_is_refused() {
    not_representable(Some(None::<u8>));
    not_representable(Some(()));
    not_representable(Some(Nothing));
    not_representable(Some(Wrapped(None)));
    not_representable(Some(Clear { inner: None }));
    not_representable(Some(Some(None::<u8>)));
    not_representable(vec![BTreeMap::from([(1_u8, Some(None::<u8>))])]);
    not_representable(One { value: Some(None::<u8>) });
    representable(Some(Some(1_u8)));
    representable(Some(vec![None::<u8>, Some(1)]));
    representable(Some(One { value: None::<u8> }));
    representable(Some((None::<u8>, ())));
    representable(vec![None::<Option<u8>>]);
    representable((Nothing, Wrapped(None), Clear { inner: None }));
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Maybe<T> {
    value: Option<T>,
}

#[portable]
impl<T: Portable> Task for Maybe<T> {}

/// An erased value knows of its argument only when it is written.
#[test]
fn an_erased_some_of_none_is_refused_too() {
    #[track_caller]
    fn check(value: &dyn Value) {
        let erased: Box<dyn Task> = typeport::from_slice(&typeport::to_vec(value).unwrap()).unwrap();
        assert_eq!(json().to_vec(&*erased).unwrap_err().code(), 25, "{erased:?}");
    }
    check(&One { value: Some(None::<u8>) });
    check(&One { value: f64::NAN });
    // The `Some` is of the erased form, and what it holds is the argument.
    check(&Maybe { value: Some(None::<u8>) });
    check(&Maybe { value: Some(()) });
    check(&Maybe { value: Some(f32::INFINITY) });
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[serde(deny_unknown_fields)]
struct Strict {
    known: u8,
}

/// A message tells where and what was expected, and nothing of what was sent.
#[test]
fn no_message_has_content_of_the_state() {
    // Serde puts `, expected` behind the content; the content may have it too.
    const SECRET: &str = "hunter2, expected hunter2";
    let states = [
        format!(r#"{{"value":"{SECRET}"}}"#),
        format!(r#"{{"value":["{SECRET}"]}}"#),
        format!(r#"{{"{SECRET}":"{SECRET}"}}"#),
        format!(r#""{SECRET}""#),
        format!(r#"{{"value":{{"{SECRET}":1}}}}"#),
        format!(r#"{{"value":{{"Ok":"{SECRET}"}}}}"#),
        format!(r#"{{"value":{{"Ok":1,"{SECRET}":1}}}}"#),
        format!(r#"{{"value":"{SECRET}"#),
        r#"{"value":427842784278}"#.to_owned(),
        r#"{"value":-4278.4278}"#.to_owned(),
    ];
    for state in &states {
        for error in refused(One { value: 1_u8 }, state)
            .into_iter()
            .chain(refused(One { value: Ok::<u8, u8>(1) }, state))
            .chain(refused(One { value: 'c' }, state))
            .chain(refused(One { value: (1_u8, true) }, state))
            .chain(refused(One { value: Strict { known: 1 } }, state))
        {
            let told = format!("{error} {error:?}");
            assert!(!told.contains("hunter2") && !told.contains("4278"), "{state}: {told}");
            assert!(error.is_malformed(), "{error}");
        }
    }
}

#[test]
fn binary_states_tell_no_content_either() {
    #[track_caller]
    fn check<T: Portable>(like: T, state: Vec<u8>) {
        let error =
            typeport::from_slice::<T>(&with_state(&Codec::default().checksum(false), &like, &state)).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("hunter2") && !told.contains("4278"), "{told}");
    }
    // No more than four bytes are looked at as a character.
    check(One { value: 'c' }, postcard::to_allocvec("4278").unwrap());
    check(One { value: 'c' }, postcard::to_allocvec("hunter2").unwrap());
    check(One { value: Ok::<u8, u8>(1) }, postcard::to_allocvec(&4278_u32).unwrap());
}

/// The elements are charged by the size of their type, native or erased, also within what an erased value holds.
#[test]
fn memory_is_charged_in_json() {
    let some_sparse = vec![None::<[u64; 32]>; 10];
    let size = size_of::<Option<[u64; 32]>>();
    let bytes = json().to_vec(&some_sparse).unwrap();
    // The elements, two to spare, and the list itself: a typed root is charged as one in a trait object is.
    let memory = 12 * size + size_of::<Vec<Option<[u64; 32]>>>();
    for (memory_bytes, passes) in [(memory - 1, false), (memory, true)] {
        let codec = json().limits(Limits::default().with_memory_bytes(memory_bytes));
        assert_eq!(codec.from_slice::<Vec<Option<[u64; 32]>>>(&bytes).is_ok(), passes);
    }
    type Sparse = Vec<Option<[[u64; 32]; 32]>>;
    let many: Sparse = vec![None; 200];
    let error = json().from_slice::<Sparse>(&json().to_vec(&many).unwrap()).map(|many| many.len()).unwrap_err();
    assert!(error.to_string().contains("memory_per_byte is 64"), "{error}");
}

/// The envelope of a nested `One<u8>`, with another text in its place.
fn with_nested(nested: &str) -> Vec<u8> {
    let value = One { value: Box::new(One { value: 1_u8 }) as Box<dyn Task> };
    with_state(&json(), &value, format!(r#"{{"value":{nested}}}"#).as_bytes())
}

#[test]
fn the_two_fields_of_a_nested_value_come_once() {
    const WRONG_FIELDS: &str = "a nested value must have exactly the fields `type` and `value`";
    let name = "typeport::One<u8>";
    let sound = with_nested(&format!(r#"{{"type":"{name}","value":{{"value":1}}}}"#));
    assert_eq!(sound, json().to_vec(&One { value: Box::new(One { value: 1_u8 }) as Box<dyn Task> }).unwrap());
    for (order, text) in [
        ("the value first", format!(r#"{{"value":{{"value":1}},"type":"{name}"}}"#)),
        ("as text", format!(r#"{{"type":"{name}","json":"{{\"value\":1}}"}}"#)),
        ("as text, the text first", format!(r#"{{"json":"{{\"value\":1}}","type":"{name}"}}"#)),
    ] {
        let one: One<Box<dyn Task>> = typeport::from_slice(&with_nested(&text)).unwrap();
        assert_eq!(json().to_vec(&one).unwrap(), sound, "{order}");
    }
    for (nested, expected) in [
        (format!(r#"{{"type":"{name}","type":"{name}","value":{{"value":1}}}}"#), WRONG_FIELDS),
        (format!(r#"{{"type":"{name}","value":{{"value":1}},"value":{{"value":1}}}}"#), WRONG_FIELDS),
        (format!(r#"{{"type":"{name}","value":{{"value":1}},"more":1}}"#), WRONG_FIELDS),
        (format!(r#"{{"value":{{"value":1}},"type":"{name}","value":1}}"#), WRONG_FIELDS),
        (r#"{"value":{"value":1},"value":{"value":1}}"#.to_owned(), WRONG_FIELDS),
        (format!(r#"{{"type":"{name}","json":"{{\"value\":1}}","value":{{"value":1}}}}"#), WRONG_FIELDS),
        (r#"{"value":{"value":1}}"#.to_owned(), "a nested value has no `type`"),
        (format!(r#"{{"kind":"{name}","value":{{"value":1}}}}"#), WRONG_FIELDS),
        (format!(r#"{{"type":"{name}","content":{{"value":1}}}}"#), WRONG_FIELDS),
        (format!(r#"{{"type":"{name}"}}"#), "a nested value has no `value`"),
        ("{}".to_owned(), "a nested value has no `type`"),
    ] {
        let error = typeport::from_slice::<One<Box<dyn Task>>>(&with_nested(&nested)).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(expected), "{nested}: {error}");
        assert!(error.path().is_some_and(|path| path == "value"), "{nested}: {error}");
    }
}

/// The state says a name, and the envelope the hash that it is checked by: one without the other is no proof of a shape.
#[test]
fn a_nested_type_that_the_envelope_does_not_name_is_refused() {
    let check = |bytes: &[u8]| {
        for error in [
            typeport::from_slice::<One<Box<dyn Task>>>(bytes).unwrap_err(),
            typeport::from_slice::<Box<dyn Task>>(bytes).map(drop).unwrap_err(),
        ] {
            assert_eq!((error.code(), error.path().as_deref()), (17, Some("value")), "{error}");
            assert!(error.to_string().ends_with("its type has no name in the envelope"), "{error}");
        }
    };
    // Native and erased ones, and one that holds another.
    check(&with_nested(r#"{"type":"typeport::One<u16>","value":{"value":1}}"#));
    check(&with_nested(r#"{"type":"typeport::Maybe<typeport::One<u8>>","value":{"value":null}}"#));
    check(&with_nested(r#"{"type":"typeport::One<Box<dyn typeport::Task>>","value":{"value":null}}"#));
    // An envelope that names nothing at all.
    let named = with_nested(r#"{"type":"typeport::One<u8>","value":{"value":1}}"#);
    let envelope = Envelope::parse(&named).unwrap();
    let end = envelope.state().as_ptr().addr() + envelope.state().len() - named.as_ptr().addr();
    let mut bytes = named[..end].to_vec();
    bytes[1] &= !2;
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    check(&bytes);
}

#[portable(id = "texts::json::Names")]
#[derive(PartialEq)]
struct Names {
    #[serde(rename = "a\"b", alias = ",\"a\":")]
    quote: u8,
    plain: u8,
    #[serde(rename = "\\")]
    backslash: u8,
    #[serde(rename = "\u{1}")]
    control: u8,
    #[serde(rename = "")]
    empty: u8,
    #[serde(rename = "é\u{7f},:")]
    others: u8,
}

/// Those that JSON escapes and those that are nothing, first and behind others.
#[test]
fn names_of_fields_are_what_serde_makes_of_them() {
    let value = Names { quote: 1, plain: 2, backslash: 3, control: 4, empty: 5, others: 6 };
    let (bytes, text) = (json().to_vec(&value).unwrap(), serde_json::to_string(&value).unwrap());
    assert_eq!(std::str::from_utf8(Envelope::parse(&bytes).unwrap().state()).unwrap(), text);
    assert_eq!(json().from_slice::<Names>(&bytes).unwrap(), value);
    let former = with_state(&json(), &value, text.replacen("a\\\"b", ",\\\"a\\\":", 1).as_bytes());
    assert_eq!(json().from_slice::<Names>(&former).unwrap(), value);
    let error =
        json().from_slice::<Names>(&with_state(&json(), &value, b"{\"a\\\"b\":1,\"plain\":\"x\"}")).unwrap_err();
    assert!(error.to_string().contains("plain"), "{error}");
    let error = json().from_slice::<Names>(&with_state(&json(), &value, b"{}")).unwrap_err();
    assert!(error.to_string().contains("a\"b"), "{error}");
}
