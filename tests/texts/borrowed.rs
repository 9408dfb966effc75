//! Types whose code accepts only text or bytes that are borrowed from the input: they are read where serde_json reads them. May use
//! any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use typeport::{Codec, Error, Format, Portable, Value, portable};

#[portable]
trait Named: fmt::Debug {}

/// Its visitor has nothing but `visit_borrowed_str`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Portable)]
#[portable(id = "borrowed::Lent")]
struct Lent(String);

struct LentVisitor;

impl<'de> Visitor<'de> for LentVisitor {
    type Value = Lent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("borrowed text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Lent, E> {
        Ok(Lent(text.to_owned()))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<Lent, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Lent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct("Lent", LentVisitor)
    }
}

#[portable]
impl Named for Lent {}

/// Its code reads a helper that borrows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Parsed(String, String);

#[derive(Serialize, serde::Deserialize)]
struct Helper<'a> {
    first: &'a str,
    second: &'a str,
}

impl Serialize for Parsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Helper { first: &self.0, second: &self.1 }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Helper { first, second } = Helper::deserialize(deserializer)?;
        Ok(Parsed(first.to_owned(), second.to_owned()))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize, Portable)]
#[portable(id = "borrowed::Record")]
struct Record<T> {
    number: u8,
    lent: Lent,
    #[portable(opaque = "borrowed::Parsed")]
    parsed: Parsed,
    keys: BTreeMap<Lent, T>,
    some: Option<T>,
}

#[portable]
impl<T: Portable + fmt::Debug> Named for Record<T> {}

/// Serde reads it through its buffer.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize, Portable)]
#[portable(id = "borrowed::Either", format = "json")]
#[serde(untagged)]
enum Either {
    Keys(BTreeMap<Lent, u8>),
    Lent(Lent),
}

#[portable]
impl Named for Either {}

fn lent(text: &str) -> Lent {
    Lent(text.to_owned())
}

fn record(text: &str) -> Record<Lent> {
    let (number, lent, parsed) = (1, lent(text), Parsed("left".to_owned(), text.to_owned()));
    Record { number, keys: [(lent.clone(), lent.clone())].into(), some: Some(lent.clone()), lent, parsed }
}

/// What serde_json says: whether it reads the value that it has written.
fn expected<T: Serialize + for<'de> Deserialize<'de>>(value: &T, format: Format) -> bool {
    format != Format::Json || serde_json::from_slice::<T>(&serde_json::to_vec(value).unwrap()).is_ok()
}

#[track_caller]
fn check<T: Portable + Clone + PartialEq + fmt::Debug>(value: &T, is_read: bool, format: Format) {
    let codec = Codec::default().format(format);
    let say = |decoded: Result<String, Error>| match decoded {
        Ok(text) => assert!(is_read && text == format!("{value:?}"), "{format}: {text}"),
        Err(error) => assert!(!is_read && error.to_string().contains("expected"), "{format}: {error}"),
    };
    let bytes = codec.to_vec(value).unwrap();
    say(codec.from_slice::<T>(&bytes).map(|value| format!("{value:?}")));
    say(codec.from_reader::<T>(bytes.as_slice()).map(|value| format!("{value:?}")));
    let within: Vec<Box<dyn Value>> = vec![Box::new(value.clone())];
    let again: Result<Vec<Box<dyn Value>>, Error> = codec.from_slice(&codec.to_vec(&within).unwrap());
    say(again.map(|values| format!("{:?}", values[0])));
}

#[track_caller]
fn check_named<T: Named + Portable>(value: T, is_read: bool, format: Format) {
    let printed = format!("{value:?}");
    let again: Result<Box<dyn Named>, Error> =
        typeport::from_slice(&Codec::default().format(format).to_vec(&value).unwrap());
    assert_eq!(again.is_ok(), is_read, "{format}: {again:?}");
    assert!(again.is_err() || format!("{:?}", again.unwrap()) == printed);
}

#[test]
fn borrowed_text_is_read_where_serde_json_reads_it() {
    for text in ["plain", "", "日本", "with \"quotes\"", "a\nb"] {
        for &format in Format::ALL {
            let is_read = expected(&lent(text), format);
            assert_eq!(is_read, format != Format::Json || !text.contains(['"', '\n']));
            check(&lent(text), is_read, format);
            check(&record(text), is_read, format);
            check(&BTreeMap::from([(lent(text), 1_u8)]), is_read, format);
            check(&vec![Some(lent(text))], is_read, format);
            check_named(lent(text), is_read, format);
            check_named(record(text), is_read, format);
        }
        for either in [Either::Lent(lent(text)), Either::Keys([(lent(text), 1)].into())] {
            if expected(&either, Format::Json) {
                check(&either, true, Format::Json);
                check_named(either, true, Format::Json);
            }
        }
    }
}

/// Its visitor has nothing but `visit_borrowed_bytes`.
#[derive(Debug, Clone, PartialEq)]
struct Raw(Vec<u8>);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            // A JSON text has no bytes, and serde_json lends those of a string.
            Ok(text) if serializer.is_human_readable() => serializer.serialize_str(text),
            _ => serializer.serialize_bytes(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;
        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("borrowed bytes")
            }

            fn visit_borrowed_bytes<E: serde::de::Error>(self, bytes: &'de [u8]) -> Result<Raw, E> {
                if bytes.is_empty() { Err(E::custom("no bytes")) } else { Ok(Raw(bytes.to_vec())) }
            }
        }
        deserializer.deserialize_bytes(RawVisitor).map_err(D::Error::custom)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize, Portable)]
#[portable(id = "borrowed::Holder")]
struct Holder<T> {
    #[portable(opaque = "borrowed::Raw")]
    raw: Raw,
    more: T,
}

#[portable]
impl<T: Portable + fmt::Debug> Named for Holder<T> {}

#[test]
fn borrowed_bytes_are_read() {
    for &format in Format::ALL {
        let holder = Holder { raw: Raw(b"bytes".to_vec()), more: vec![(1_u8, 2_i8)] };
        check(&holder, true, format);
        check_named(holder, true, format);
    }
}
