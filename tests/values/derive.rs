//! `#[derive(Portable)]`: kinds of types, attributes, and their effect on name, fingerprint and bytes.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;
use typeport::{Codec, Envelope, Format, Portable, Value};

#[track_caller]
fn check_in<T: Portable + PartialEq>(formats: &[Format], name: &str, values: &[T]) {
    for (format, value) in formats.iter().flat_map(|format| values.iter().map(move |value| (*format, value))) {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(value).unwrap();
        assert_eq!(Envelope::parse(&bytes).unwrap().type_name().to_string(), name);
        assert_eq!(&codec.from_slice::<T>(&bytes).unwrap(), value, "{format}");
        let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
        assert_eq!(codec.to_vec(&any).unwrap(), bytes, "{format}");
        assert_eq!(&typeport::downcast::<T, _>(any).unwrap(), value, "{format}");
    }
}

#[track_caller]
fn check<T: Portable + PartialEq>(name: &str, values: &[T]) {
    check_in(Format::ALL, name, values);
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Newtype<T>(T);

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Tuple<T, U = i64>(T, U, Vec<T>);

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Empty {}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
enum All<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct { value: T, other: Option<Box<All<T>>> },
    EmptyTuple(),
    EmptyStruct {},
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Matrix<T, const ROWS: usize, const COLUMNS: usize>
where
    T: Copy,
{
    cells: Vec<T>,
    shape: PhantomData<(T, bool)>,
}

typeport::specialize!(Matrix<f64, 2, 3> as dyn Value, Matrix<u8, 1, 1> as dyn Value);

#[test]
fn every_kind_of_struct_and_variant() {
    check("typeport::Unit", &[Unit]);
    check("typeport::Empty", &[Empty {}]);
    check("typeport::Newtype<String>", &[Newtype("x".to_owned())]);
    check("typeport::Tuple<u8, i64>", &[Tuple(1_u8, -5_i64, vec![2])]);
    let nested = All::Struct { value: 1_u8, other: Some(Box::new(All::Tuple(2, 3))) };
    let all = [All::Unit, All::Newtype(1_u8), All::Tuple(2, 3), nested, All::EmptyTuple(), All::EmptyStruct {}];
    check("typeport::All<u8>", &all);
}

#[test]
fn const_parameters_are_arguments() {
    check("typeport::Matrix<f64, 2, 3>", &[Matrix::<f64, 2, 3> { cells: vec![0.5; 6], shape: PhantomData }]);
    let other = typeport::to_vec(&Matrix::<u8, 1, 1> { cells: vec![], shape: PhantomData }).unwrap();
    assert_eq!(typeport::from_slice::<Matrix<f64, 2, 3>>(&other).unwrap_err().code(), 15);
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Even<T> {
    value: T,
    odd: Option<Box<Odd<T>>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Odd<T> {
    values: BTreeMap<String, T>,
    even: Vec<Even<T>>,
}

#[test]
fn recursive_and_mutually_recursive_types() {
    let odd = Odd { values: BTreeMap::from([("k".into(), 2_u8)]), even: vec![Even { value: 3, odd: None }] };
    check("typeport::Even<u8>", &[Even { value: 1_u8, odd: Some(Box::new(odd)) }]);
}

/// A foreign type that knows serde and nothing of us.
mod foreign {
    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct Date<Z> {
        pub days: u32,
        pub zone: Z,
    }
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{value:x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        u32::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, Default, PartialEq)]
struct NotPortable(u8);

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Attributes<T> {
    #[portable(opaque = "foreign::Date<Utc>")]
    the_date: foreign::Date<u8>,
    #[serde(skip)]
    skipped: NotPortable,
    #[serde(with = "hex", default)]
    in_hex: u32,
    #[serde(rename = "other", alias = "former")]
    renamed: T,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
#[serde(transparent)]
struct Meters<T> {
    value: T,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
#[serde(from = "(i32, i32)", into = "(i32, i32)")]
struct Point {
    x: i32,
    y: i32,
}

impl From<(i32, i32)> for Point {
    fn from((x, y): (i32, i32)) -> Self {
        Point { x, y }
    }
}

impl From<Point> for (i32, i32) {
    fn from(point: Point) -> Self {
        (point.x, point.y)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind", content = "content", rename_all = "SCREAMING_SNAKE_CASE")]
enum Adjacent<T> {
    FirstOne,
    Second(T),
    Third { left: T, right: u8 },
    Fourth(u8, T),
}

#[test]
fn serde_attributes_that_every_format_can_carry() {
    let the_date = foreign::Date { days: 3, zone: 1 };
    let value = Attributes { the_date, skipped: NotPortable(0), in_hex: 0xabc, renamed: Some(1_u8) };
    check("typeport::Attributes<Option<u8>>", &[value]);
    check("typeport::Meters<f64>", &[Meters { value: 1.5_f64 }]);
    check("typeport::Point", &[Point { x: 1, y: -2 }]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Loose<T> {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    maybe: Option<u8>,
    #[serde(flatten)]
    inner: Inner<T>,
    tagged: Tagged,
    untagged: Vec<Untagged>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Inner<T> {
    inner: T,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "t")]
enum Tagged {
    A,
    B { b: u8 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
}

#[test]
fn attributes_that_need_json_work_in_json() {
    let untagged = vec![Untagged::Number(1), Untagged::Text("x".to_owned())];
    let value = Loose { maybe: None, inner: Inner { inner: vec![1_u8] }, tagged: Tagged::B { b: 1 }, untagged };
    check_in(&[Format::Json], "typeport::Loose<Vec<u8>>", &[value]);
    check_in(&[Format::Json], "typeport::Tagged", &[Tagged::A]);
    let (left, right) = ("l".to_owned(), 1);
    let all = [
        Adjacent::FirstOne,
        Adjacent::Second("x".to_owned()),
        Adjacent::Third { left, right },
        Adjacent::Fourth(1, "y".to_owned()),
    ];
    check_in(&[Format::Json], "typeport::Adjacent<String>", &all);
    let json = Codec::default().format(Format::Json).to_vec(&all[2]).unwrap();
    let json = String::from_utf8(Envelope::parse(&json).unwrap().state().to_vec()).unwrap();
    assert_eq!(json, r#"{"kind":"THIRD","content":{"left":"l","right":1}}"#);
    assert!(typeport::to_vec(&vec![Some(Tagged::A)]).unwrap_err().is_format(), "wherever the type is reached");
}

fn type_hash<T: Portable>(value: &T) -> u64 {
    let json = Codec::default().format(Format::Json).to_vec(value).unwrap();
    Envelope::parse(&json).unwrap().type_hash()
}

/// Types of one eldest id: `same! { name { item } }` gives the type hash of each, by name.
macro_rules! same {
    ($($name:ident $id:literal { $($item:tt)* } = $value:expr;)*) => {
        vec![$({
            #[derive(Debug, Default, Serialize, Deserialize, Portable)]
            #[portable(id = $id, alias = "acme::Same")]
            $($item)*
            (stringify!($name), type_hash(&$value))
        }),*]
    };
}

#[test]
fn the_fingerprint_sees_every_attribute_that_changes_the_bytes() {
    let hashes = same! {
        base "acme::S1" { struct S { a: u8, b: u16 } } = S::default();
        order "acme::S2" { struct S { b: u16, a: u8 } } = S::default();
        name "acme::S3" { struct S { a: u8, c: u16 } } = S::default();
        kind "acme::S4" { struct S { a: u8, b: u32 } } = S::default();
        fewer "acme::S5" { struct S { a: u8 } } = S::default();
        tuple "acme::S6" { struct S(u8, u16); } = S::default();
        newtype "acme::S7" { struct S(u8); } = S::default();
        unit "acme::S8" { struct S; } = S;
        renamed "acme::S9" { struct S { a: u8, #[serde(rename = "x")] b: u16 } } = S::default();
        rename_all "acme::S10" { #[serde(rename_all = "UPPERCASE")] struct S { a: u8, b: u16 } } = S::default();
        transparent "acme::S12" { #[serde(transparent)] struct S { a: u8 } } = S::default();
        with "acme::S13" { struct S { a: u8, #[serde(with = "hex")] b: u32 } } = S::default();
        opaque "acme::S14" { struct S { a: u8, #[portable(opaque = "x::Y")] b: u16 } } = S::default();
        optional "acme::S15" { #[portable(format = "json")] struct S { a: u8, #[serde(skip_serializing_if = "is_zero", default)] b: u16 } } = S::default();
        flattened "acme::S16" { #[portable(format = "json")] struct S { a: u8, #[serde(flatten)] b: Inner2 } } = S::default();
        inner "acme::S17" { struct S { a: u8, b: Inner2 } } = S::default();
        enum_ "acme::S20" { enum S { #[default] A, B } } = S::default();
        variants "acme::S21" { enum S { #[default] B, A } } = S::default();
        more "acme::S22" { enum S { #[default] A, B, C } } = S::default();
        variant_name "acme::S23" { enum S { #[default] A, #[serde(rename = "x")] B } } = S::default();
        adjacent "acme::S24" { #[portable(format = "json")] #[serde(tag = "t", content = "c")] enum S { #[default] A, B } } = S::default();
        content "acme::S25" { #[portable(format = "json")] #[serde(tag = "t", content = "d")] enum S { #[default] A, B } } = S::default();
        internal "acme::S26" { #[portable(format = "json")] #[serde(tag = "t")] enum S { #[default] A, B } } = S::default();
        untagged "acme::S27" { #[portable(format = "json")] #[serde(untagged)] enum S { #[default] A, B } } = S::default();
        style "acme::S28" { enum S { #[default] A, B() } } = S::default();
    };
    for (at, (name, hash)) in hashes.iter().enumerate() {
        for (other, known) in &hashes[..at] {
            assert_ne!(hash, known, "{name} and {other} differ");
        }
    }
    let same = same! {
        base "acme::T1" { struct S { a: u8, b: u16 } } = S::default();
        default "acme::T2" { #[serde(default)] struct S { a: u8, b: u16 } } = S::default();
        alias "acme::T3" { struct S { a: u8, #[serde(alias = "c")] b: u16 } } = S::default();
        skipped "acme::T4" { struct S { a: u8, #[serde(skip)] _s: u64, b: u16 } } = S::default();
        strict "acme::T5" { #[serde(deny_unknown_fields)] struct S { a: u8, b: u16 } } = S::default();
    };
    for (name, hash) in &same {
        assert_eq!(*hash, hashes[0].1, "{name} leaves the bytes as they are");
    }
}

fn is_zero(value: &u16) -> bool {
    *value == 0
}

#[derive(Debug, Default, Serialize, Deserialize, Portable)]
struct Inner2 {
    inner: u16,
}

mod before {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    #[portable(id = "acme::Old")]
    pub struct Renamed<T> {
        pub value: T,
        pub next: Option<Box<Renamed<T>>>,
    }
}

mod after {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    #[portable(id = "acme::New", alias = "acme::Eldest", alias = "acme::Former")]
    pub struct Renamed<T> {
        pub value: T,
        pub next: Option<Box<Renamed<T>>>,
    }
}

/// `bytes` as a program wrote them that spelled `acme::Old` as `id`; the fingerprint is that program's.
fn spelled(bytes: &[u8], id: &str, hash: u64) -> Vec<u8> {
    let at = bytes.windows(9).position(|window| window == b"acme::Old").unwrap();
    let mut spelled = bytes.to_vec();
    spelled.splice(at..at + 9, id.bytes());
    spelled[15] = spelled[15] + id.len() as u8 - 9;
    spelled[3] = spelled.len() as u8;
    spelled[7..15].copy_from_slice(&hash.to_le_bytes());
    spelled
}

#[test]
fn an_alias_accepts_former_names_as_origin_and_as_argument() {
    let new = after::Renamed { value: 5_u8, next: Some(Box::new(after::Renamed { value: 6, next: None })) };
    let old = before::Renamed { value: 5_u8, next: Some(Box::new(before::Renamed { value: 6, next: None })) };
    let codec = Codec::default().checksum(false);
    let bytes = codec.to_vec(&old).unwrap();
    let hash = type_hash(&new);
    for id in ["acme::Eldest", "acme::Former", "acme::New"] {
        let spelled = spelled(&bytes, id, hash);
        assert_eq!(codec.from_slice::<after::Renamed<u8>>(&spelled).unwrap(), new, "{id}");
        let any: Box<dyn Value> = codec.from_slice(&spelled).unwrap();
        assert_eq!(any.type_name().to_string(), "acme::New<u8>");
        assert_eq!(codec.to_vec(&any).unwrap(), codec.to_vec(&new).unwrap());
    }
    let listed = codec.to_vec(&vec![old]).unwrap();
    let spelled = spelled(&listed, "acme::Eldest", type_hash(&vec![new]));
    let again: Vec<after::Renamed<u8>> = codec.from_slice(&spelled).unwrap();
    assert_eq!(again[0].value, 5);
    let any: Box<dyn Value> = codec.from_slice(&spelled).unwrap();
    assert_eq!(any.type_name().to_string(), "Vec<acme::New<u8>>");
}

/// A later alias that was an id of its own, with fingerprints of its own, is accepted as that.
#[test]
fn an_alias_that_was_once_another_type_brings_its_own_fingerprint() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(id = "acme::Merged", alias = "acme::One", alias = "acme::Gone")]
    struct Merged<T> {
        value: T,
        next: Option<Box<Merged<T>>>,
    }
    // Has the fingerprints that `acme::Gone` had.
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(id = "acme::Gone2", alias = "acme::Gone")]
    struct Gone<T> {
        value: T,
        next: Option<Box<Gone<T>>>,
    }
    let gone = type_hash(&Gone { value: 5_u8, next: None });
    let bytes = Codec::default().checksum(false).to_vec(&before::Renamed { value: 5_u8, next: None }).unwrap();
    let merged: Merged<u8> = typeport::from_slice(&spelled(&bytes, "acme::Gone", gone)).unwrap();
    assert_eq!((merged.value, merged.next.is_none()), (5, true));
    let error = typeport::from_slice::<Merged<u8>>(&spelled(&bytes, "acme::One", gone)).unwrap_err();
    assert_eq!(error.code(), 13, "{error}");
}

#[test]
fn the_default_id_has_the_package_and_no_module_path() {
    mod deep {
        pub mod deeper {
            #[derive(Debug, serde::Serialize, serde::Deserialize, typeport::Portable)]
            pub struct Moved;
        }
    }
    assert_eq!(deep::deeper::Moved.type_name().to_string(), "typeport::Moved");
}
