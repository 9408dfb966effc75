//! A state that is read by its schema can become any type that accepts self-describing values: options, newtypes, enums, maps;
//! a value that no schema can describe is an error that says so. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use typeport::{Codec, Error, Format, Portable, Registry, Value, portable};

#[portable]
trait Step: Debug {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Named {
    small: i128,
    large: u128,
    maybe: Option<u8>,
    none: Option<u8>,
    wrapped: Wrapped,
    wrapped_some: Maybe,
    wrapped_none: Maybe,
    kinds: Vec<Kind>,
    map: BTreeMap<u8, (char, bool)>,
    nothing: (),
    step: Box<dyn Step>,
}

#[portable]
impl Step for Wrapped {}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Wrapped(u32);

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Maybe(Option<u8>);

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
enum Kind {
    Unit,
    Newtype(Option<u8>),
    Tuple(u8, f32),
    Struct { text: String },
}

fn named() -> Named {
    Named {
        small: -5,
        large: u128::MAX,
        maybe: Some(1),
        none: None,
        wrapped: Wrapped(7),
        wrapped_some: Maybe(Some(4)),
        wrapped_none: Maybe(None),
        kinds: vec![
            Kind::Unit,
            Kind::Newtype(Some(2)),
            Kind::Newtype(None),
            Kind::Tuple(3, 0.5),
            Kind::Struct { text: "a".to_owned() },
        ],
        map: BTreeMap::from([(1, ('b', true))]),
        nothing: (),
        step: Box::new(Wrapped(8)),
    }
}

/// The receiver's types: others of the same form.
#[derive(Debug, PartialEq, Deserialize)]
struct Read {
    small: i64,
    large: u128,
    maybe: Option<u64>,
    none: Option<String>,
    wrapped: Newtype,
    wrapped_some: Option<u8>,
    wrapped_none: Option<u8>,
    kinds: Kinds,
    map: BTreeMap<u16, (String, bool)>,
    nothing: (),
    step: Nested,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Kinds(String, Of<Option<Option<u8>>>, Of<Option<u8>>, Of<(u8, f64)>, Of<Text>);

/// A variant, by its name.
type Of<T> = BTreeMap<String, T>;

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(Option<u32>);

#[derive(Debug, PartialEq, Deserialize)]
struct Text {
    text: Newstring,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newstring(String);

#[derive(Debug, PartialEq, Deserialize)]
struct Nested {
    #[serde(rename = "type")]
    name: String,
    value: Newtype,
}

#[test]
fn a_reading_becomes_any_type_of_the_same_form() {
    let schema = Registry::global().schema();
    for format in [Format::Postcard, Format::Bincode] {
        let codec = Codec::default().format(format);
        let read: Read = codec.read(&codec.to_vec(&named()).unwrap(), &schema).unwrap();
        let expected = Read {
            small: -5,
            large: u128::MAX,
            maybe: Some(1),
            none: None,
            wrapped: Newtype(Some(7)),
            wrapped_some: Some(4),
            wrapped_none: None,
            kinds: Kinds(
                "Unit".to_owned(),
                BTreeMap::from([("Newtype".to_owned(), Some(Some(2)))]),
                BTreeMap::from([("Newtype".to_owned(), None)]),
                BTreeMap::from([("Tuple".to_owned(), (3, 0.5))]),
                BTreeMap::from([("Struct".to_owned(), Text { text: Newstring("a".to_owned()) })]),
            ),
            map: BTreeMap::from([(1, ("b".to_owned(), true))]),
            nothing: (),
            step: Nested { name: "typeport::Wrapped".to_owned(), value: Newtype(Some(8)) },
        };
        assert_eq!(read, expected, "{format}");
    }
}

/// Reads a value as a type that does not take it.
#[track_caller]
fn check_refused<T: for<'de> Deserialize<'de> + Debug>(value: &dyn Value, expected: &str) {
    for format in [Format::Postcard, Format::Bincode] {
        let codec = Codec::default().format(format);
        let read: Result<T, Error> = codec.read(&codec.to_vec(value).unwrap(), &Registry::global().schema());
        let message = read.unwrap_err().to_string();
        assert!(message.contains(expected), "{format}: {message}");
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Foreign(#[portable(opaque = "some::Foreign")] u8);

#[test]
fn what_the_target_does_not_take_is_an_error_that_says_what_it_takes() {
    check_refused::<u8>(&vec![1_u8], "expected u8");
    check_refused::<u8>(&Some(1_u16), "expected u8");
    check_refused::<String>(&(1_u8, 2_u8), "expected a string");
    check_refused::<bool>(&BTreeMap::from([(1_u8, 2_u8)]), "expected a boolean");
    check_refused::<Vec<u8>>(&Kind::Tuple(1, 2.0), "expected a sequence");
    check_refused::<Vec<u8>>(&Kind::Struct { text: String::new() }, "expected a sequence");
    check_refused::<Vec<u8>>(&vec![Box::new(Wrapped(1)) as Box<dyn Step>], "expected u8");
    check_refused::<u8>(&c"bytes".to_owned(), "expected u8");
    check_refused::<serde_json::Value>(&Foreign(1), "foreign type");
}

/// A map in JSON has texts for keys, so that any format becomes the same value.
#[test]
#[cfg(feature = "json")]
fn a_key_has_the_form_that_it_has_in_json() {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
    #[portable(id = "targets::Id")]
    struct Id(u16);

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
    #[portable(id = "targets::Color")]
    enum Color {
        Red,
    }

    #[track_caller]
    fn check<K: Portable + Ord + serde::de::DeserializeOwned + Copy>(key: K) {
        let read = |format| {
            let codec = Codec::default().format(format).schema(true);
            let bytes = codec.to_vec(&BTreeMap::from([(key, 1_u8)])).unwrap();
            assert_eq!(codec.read::<BTreeMap<K, u8>>(&bytes, &Default::default()).unwrap().len(), 1, "{format}");
            codec.read::<serde_json::Value>(&bytes, &Default::default()).unwrap()
        };
        let expected = read(Format::Json);
        for format in [Format::Postcard, Format::Bincode] {
            assert_eq!(read(format), expected);
        }
    }
    check(7_u8);
    check(-50_i64);
    check(i128::MIN);
    check(u128::MAX);
    check(true);
    check('x');
    let read = |format, value: &dyn Value| {
        let codec = Codec::default().format(format).schema(true);
        codec.read::<serde_json::Value>(&codec.to_vec(value).unwrap(), &Default::default()).unwrap()
    };
    for value in [&BTreeMap::from([(Id(5), 1_u8)]) as &dyn Value, &BTreeMap::from([(Color::Red, 1_u8)])] {
        let expected = read(Format::Json, value);
        assert_eq!(
            [Format::Postcard, Format::Bincode].map(|format| read(format, value)),
            [&expected; 2].map(Clone::clone)
        );
    }
}
