//! The dumps of `docs/wire-format.md`: the crate writes and decodes exactly these bytes.
#![cfg(feature = "postcard")]

use typeport::{Codec, Portable, Value};

const PAGE: &str = include_str!("../../docs/wire-format.md");

/// The bytes of the dump with this label: two hex digits a byte, up to two spaces before the explanation.
fn dump(label: &str) -> Vec<u8> {
    let start = PAGE.find(&format!("```hex {label}\n")).expect("the page has the dump");
    let body = PAGE[start..].split_once('\n').unwrap().1.split_once("```").unwrap().0;
    let bytes = body.lines().flat_map(|line| line.split("   ").next().unwrap().split_whitespace());
    bytes.map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

#[track_caller]
fn check<T: Portable>(label: &str, value: &T) {
    check_by(&Codec::default(), label, value);
}

#[track_caller]
fn check_by<T: Portable>(codec: &Codec, label: &str, value: &T) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
    let written = codec.to_vec(value).unwrap();
    assert_eq!(hex(&written), hex(&dump(label)), "{label}");
    let again: T = typeport::from_slice(&dump(label)).unwrap();
    assert_eq!(format!("{again:?}"), format!("{value:?}"));
}

#[test]
fn the_dump_of_an_integer() {
    check("i64", &7_i64);
}

#[test]
fn the_dump_of_nested_values() {
    let values: Vec<Box<dyn Value>> = vec![Box::new(true), Box::new(7_i64), Box::new(false)];
    check("nested", &values);
}

#[test]
fn the_dump_of_a_table_that_is_the_one_around() {
    let around = |inner: Vec<Box<dyn Value>>| -> Vec<Box<dyn Value>> { vec![Box::new(inner)] };
    check("around", &around(around(Vec::new())));
}

#[cfg(feature = "derive")]
#[derive(Debug, serde::Serialize, serde::Deserialize, Portable)]
#[portable(id = "acme::Pair", alias = "acme::Two")]
struct Pair {
    a: bool,
    b: Option<u8>,
}

#[cfg(feature = "derive")]
#[test]
fn the_dump_of_a_schema() {
    check_by(&Codec::default().schema(true), "schema", &Pair { a: true, b: Some(9) });
}
