//! Fields of foreign types, named with `opaque`: an encode refuses those that need a self-describing format, and no others.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt;
use typeport::{Codec, Format, Portable, Value};

/// Types as other crates have them: serde, and nothing of ours.
mod foreign {
    use super::*;

    /// As `rust_decimal` by default: text out, anything in.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Decimal(pub i64);

    impl Serialize for Decimal {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(&self.0.to_string())
        }
    }

    struct Number;

    impl Visitor<'_> for Number {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number or text")
        }

        fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<i64, E> {
            Ok(number)
        }

        fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<i64, E> {
            Ok(number as i64)
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i64, E> {
            text.parse().map_err(E::custom)
        }
    }

    impl<'de> Deserialize<'de> for Decimal {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Number).map(Decimal)
        }
    }

    /// As `rust_decimal` with `serde-float`: a float out, anything in.
    #[derive(Debug, Clone, PartialEq)]
    pub struct FloatDecimal(pub i64);

    impl Serialize for FloatDecimal {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_f64(self.0 as f64)
        }
    }

    impl<'de> Deserialize<'de> for FloatDecimal {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Number).map(FloatDecimal)
        }
    }

    /// As `chrono`: text that is parsed.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Date(pub u16);

    impl Serialize for Date {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("year {}", self.0))
        }
    }

    impl<'de> Deserialize<'de> for Date {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let year = text.strip_prefix("year ").ok_or_else(|| D::Error::custom("no year"))?;
            year.parse().map(Date).map_err(D::Error::custom)
        }
    }

    /// As `uuid`: bytes, or text for people; of a certain length.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Uuid(pub [u8; 16]);

    impl Serialize for Uuid {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match serializer.is_human_readable() {
                true => serializer.collect_str(&u128::from_be_bytes(self.0)),
                false => serializer.serialize_bytes(&self.0),
            }
        }
    }

    impl<'de> Deserialize<'de> for Uuid {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            if deserializer.is_human_readable() {
                let number: u128 = String::deserialize(deserializer)?.parse().map_err(D::Error::custom)?;
                return Ok(Uuid(number.to_be_bytes()));
            }
            struct Bytes;
            impl Visitor<'_> for Bytes {
                type Value = Uuid;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("16 bytes")
                }
                fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Uuid, E> {
                    bytes.try_into().map(Uuid).map_err(E::custom)
                }
            }
            deserializer.deserialize_bytes(Bytes)
        }
    }

    /// A type whose code panics on values that are never sent.
    #[derive(Debug, Clone, PartialEq, Serialize)]
    pub struct Panics(pub u8);

    impl<'de> Deserialize<'de> for Panics {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let number = u8::deserialize(deserializer)?;
            assert!(number > 1, "no more than one");
            Ok(Panics(number))
        }
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Record<T> {
        /// The first part cannot be invented.
        pub made: Date,
        pub number: std::num::NonZeroU8,
        pub value: T,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Tuple<T>(pub u8, pub T);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Newtype<T>(pub T);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Unit;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub enum Plain<T> {
        Unit,
        Newtype(u8),
        Tuple(u8, String),
        Last { number: u8, value: T },
    }

    /// A tree of which nearly every variant holds more of it.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub enum Tree<T> {
        Not(Box<Tree<T>>),
        And(Box<Tree<T>>, Box<Tree<T>>),
        Or(Vec<Tree<T>>),
        If { when: Box<Tree<T>>, then: Box<Tree<T>>, or: Option<Box<Tree<T>>> },
        Leaf(T),
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    pub enum Untagged {
        Number(u8),
        Text(String),
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    pub enum Internal {
        A { number: u8 },
        B,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", content = "content")]
    pub enum Adjacent<T> {
        A(u8),
        B(T),
    }

    /// A type without serde.
    #[derive(Debug, PartialEq)]
    pub struct Mute(pub u8);

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct Flat {
        pub a: u8,
        #[serde(flatten)]
        pub rest: BTreeMap<String, u8>,
    }
}

use foreign::*;

/// A type that holds one of the given foreign type.
macro_rules! holder {
    ($name:ident, $ty:ty, $value:expr, $check:ident) => {{
        #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
        struct $name {
            id: u8,
            #[portable(opaque = "theirs")]
            body: $ty,
        }
        $check(&$name { id: 1, body: $value });
    }};
}

/// Checks that JSON takes it, and that a binary format refuses it before it is written.
#[track_caller]
fn refused<T: Portable + PartialEq + Value>(value: &T) {
    let json = Codec::default().format(Format::Json).to_vec(value).unwrap();
    assert_eq!(typeport::from_slice::<T>(&json).unwrap(), *value);
    for format in [Format::Postcard, Format::Bincode] {
        let error = Codec::default().format(format).to_vec(value).expect_err("it cannot be read");
        assert_eq!(error.code(), 19, "{error}");
        let said = error.to_string();
        assert!(
            said.contains("the field `body` of `typeport::Holder") && said.contains("` has the foreign type `theirs`"),
            "{said}"
        );
        assert!(said.contains("#[serde(with = \"..\")]") && said.contains("Format::Json"), "{said}");
        let nested: Vec<Box<dyn Value>> = vec![typeport::from_slice::<Box<dyn Value>>(&json).unwrap()];
        assert_eq!(Codec::default().format(format).to_vec(&nested).unwrap_err().code(), 19);
    }
    let copy: T = typeport::to_exact(value).unwrap();
    assert_eq!(copy, *value, "a copy takes JSON by itself");
}

/// Checks that each format takes it and gives it back.
#[track_caller]
fn taken<T: Portable + PartialEq + Value>(value: &T) {
    for &format in Format::ALL {
        let bytes = Codec::default().format(format).to_vec(value).unwrap();
        assert_eq!(typeport::from_slice::<T>(&bytes).unwrap(), *value, "{format}");
    }
}

fn record<T>(value: T) -> Record<T> {
    Record { made: Date(2026), number: 7.try_into().unwrap(), value }
}

#[test]
fn what_asks_for_a_self_describing_format_is_refused_at_the_encode() {
    holder!(Holder1, Json, json!({"a": [1, null]}), refused);
    holder!(Holder2, Option<Json>, Some(json!(1)), refused);
    holder!(Holder3, Vec<Json>, vec![json!("a")], refused);
    holder!(Holder4, BTreeMap<String, Json>, BTreeMap::from([("a".to_owned(), json!(1))]), refused);
    holder!(Holder5, (u8, Json), (1, json!(1)), refused);
    holder!(Holder6, [Json; 2], [json!(1), json!(2)], refused);
    holder!(Holder7, Box<[Option<Vec<Json>>]>, [Some(vec![json!(1)])].into(), refused);
    holder!(Holder8, Record<Json>, record(json!(1)), refused);
    holder!(Holder9, Tuple<Newtype<Json>>, Tuple(1, Newtype(json!(1))), refused);
    holder!(Holder10, Plain<Json>, Plain::Last { number: 1, value: json!(1) }, refused);
    holder!(Holder11, Vec<Plain<Record<Option<Json>>>>, vec![Plain::Unit], refused);
    holder!(Holder12, Tree<Json>, Tree::Leaf(json!(1)), refused);
    holder!(Holder13, Adjacent<Json>, Adjacent::B(json!(1)), refused);
    holder!(Holder14, Untagged, Untagged::Text("a".to_owned()), refused);
    holder!(Holder15, Internal, Internal::A { number: 1 }, refused);
    holder!(Holder16, Vec<Internal>, Vec::new(), refused);
    holder!(Holder17, Flat, Flat { a: 1, rest: BTreeMap::from([("b".to_owned(), 2)]) }, refused);
    holder!(Holder18, Decimal, Decimal(7), refused);
    holder!(Holder19, FloatDecimal, FloatDecimal(7), refused);
    holder!(Holder20, Record<Vec<Decimal>>, record(vec![]), refused);
    holder!(Holder28, Adjacent<String>, Adjacent::B("b".to_owned()), refused);
    holder!(Holder29, Record<Adjacent<Date>>, record(Adjacent::B(Date(1))), refused);
}

#[test]
fn what_does_not_ask_is_taken_by_each_format() {
    holder!(Holder21, Date, Date(2026), taken);
    holder!(Holder22, Uuid, Uuid([7; 16]), taken);
    holder!(Holder23, Vec<Option<Uuid>>, vec![None, Some(Uuid([1; 16]))], taken);
    holder!(Holder24, Record<Uuid>, record(Uuid([2; 16])), taken);
    holder!(Holder25, Tuple<Newtype<Unit>>, Tuple(1, Newtype(Unit)), taken);
    holder!(Holder26, Plain<char>, Plain::Last { number: 1, value: 'c' }, taken);
    holder!(Holder27, Tree<f64>, Tree::And(Tree::Leaf(0.5).into(), Tree::Or(vec![]).into()), taken);
    holder!(Holder30, Panics, Panics(2), taken);
    holder!(Holder31, std::net::IpAddr, [1, 2, 3, 4].into(), taken);
    holder!(Holder32, std::time::Duration, std::time::Duration::from_secs(1), taken);
    holder!(Holder33, BTreeMap<u8, (bool, i128)>, BTreeMap::from([(1, (true, -1))]), taken);
}

/// A function reads the field instead of the type, which need not have a `Deserialize`.
#[test]
fn a_function_in_place_of_the_type_is_the_way_out() {
    mod as_number {
        use super::*;
        pub fn serialize<S: Serializer>(mute: &Mute, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u8(mute.0)
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mute, D::Error> {
            u8::deserialize(deserializer).map(Mute)
        }
    }
    mod as_text {
        use super::*;
        pub fn serialize<S: Serializer>(json: &Json, serializer: S) -> Result<S::Ok, S::Error> {
            json.to_string().serialize(serializer)
        }
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
            serde_json::from_str(&String::deserialize(deserializer)?).map_err(D::Error::custom)
        }
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    struct ByFunction {
        #[serde(with = "as_number")]
        #[portable(opaque = "Mute")]
        mute: Mute,
        #[serde(with = "as_text")]
        #[portable(opaque = "serde_json::Value")]
        json: Json,
    }
    taken(&ByFunction { mute: Mute(1), json: json!({"a": 1}) });
}

/// The type of the field is generic, and what it needs is said by hand.
#[test]
fn a_generic_foreign_type_is_looked_at_for_each_argument() {
    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    #[portable(id = "typeport::HolderOf")]
    struct Holder<T> {
        id: u8,
        #[portable(opaque = "theirs")]
        body: Newtype<T>,
        #[portable(opaque = "theirs, with the JSON beside it")]
        beside: Option<Record<T>>,
    }
    taken(&Holder { id: 1, body: Newtype(7_u8), beside: Some(record(8)) });
    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    struct Deep<T> {
        inner: Vec<Holder<T>>,
        #[portable(opaque = "theirs")]
        body: Newtype<Json>,
    }
    let deep = Deep { inner: vec![Holder { id: 1, body: Newtype(7_u8), beside: None }], body: Newtype(json!(1)) };
    let error = typeport::to_vec(&deep).unwrap_err();
    assert!(error.to_string().contains("the field `body` of `typeport::Deep<u8>`"), "{error}");
    let json = Codec::default().format(Format::Json).to_vec(&deep).unwrap();
    let any: Box<dyn Value> = typeport::from_slice(&json).unwrap();
    assert_eq!(typeport::to_vec(&any).unwrap_err().to_string(), error.to_string(), "erased says the same");
}
