//! Types with the same state bytes are never confused: not under their own names or each other's, at the root or below it; and
//! every attribute that changes a state changes the type hash.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, thinned};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, LinkedList, VecDeque};
use std::num::NonZeroU8;
use typeport::{Codec, Envelope, Error, Format, Portable, Value};

/// The state of every type here, in postcard and in bincode.
const STATE: [u8; 2] = [1, 1];

macro_rules! types {
    ($($item:item)*) => {$(
        #[derive(Debug, Serialize, Deserialize, Portable)]
        $item
    )*};
}

types! {
    struct Money { cents: u8, owner: u8 }
    struct Permission { user: u8, role: u8 }
    struct Swapped { role: u8, user: u8 }
    struct Flags { read: bool, write: bool }
    struct Mixed { user: u8, write: bool }
    struct Wide { user: u64, role: u64 }
    struct Signed { user: i64, role: i64 }
    struct Positions(u8, u8);
    struct OtherPositions(u8, u8);
    struct Bytes(Vec<u8>);
    struct Text(String);
    struct Inside { money: Money }
    struct Wrapped(Box<Permission>);
    #[serde(transparent)]
    struct Transparent { money: Money }
    struct WithUnit { user: u8, unit: (), role: u8 }
    struct Renamed { #[serde(rename = "cents")] user: u8, owner: u8 }
    struct Maybe { role: Option<u8> }
    enum Choice { No, Yes(u8) }
    enum OtherChoice { No, Yes(u8) }
    enum Swap { Yes, No(u8) }
    enum Named { No, Yes { user: u8 } }
    struct Pair<T> { one: T, other: T }
    struct Couple<T, U>(T, U);
}

/// A type, without its name.
struct Subject {
    /// The envelope of its value, without a checksum.
    bytes: fn(Format) -> Vec<u8>,
    /// The same as the one trait object of a list.
    nested: fn(Format) -> Vec<u8>,
    exact: fn(&[u8]) -> Result<(), Error>,
}

fn value<T: Portable>() -> T {
    postcard::from_bytes(&STATE).expect("the state of every type here")
}

fn subject<T: Portable>() -> Subject {
    fn codec(format: Format) -> Codec {
        Codec::default().format(format).checksum(false)
    }
    Subject {
        bytes: |format| codec(format).to_vec(&value::<T>()).unwrap(),
        nested: |format| codec(format).to_vec(&vec![Box::new(value::<T>()) as Box<dyn Value>]).unwrap(),
        exact: |bytes| typeport::from_slice::<T>(bytes).map(drop),
    }
}

macro_rules! subjects {
    ($($ty:ty),* $(,)?) => { vec![$(subject::<$ty>()),*] };
}

fn subjects() -> Vec<Subject> {
    subjects![
        Money, Permission, Swapped, Flags, Mixed, Wide, Signed, Positions, OtherPositions, Bytes, Text, Inside, Wrapped,
        Transparent, WithUnit, Renamed, Maybe, Choice, OtherChoice, Swap, Named,
        Pair<u8>, Pair<bool>, Pair<i16>, Pair<NonZeroU8>, Couple<u8, u8>, Couple<u8, bool>, Couple<bool, u8>,
        Couple<(), Pair<u8>>, Couple<[u8; 2], ()>,
        (u8, u8), (bool, u8), (u32, i64), [u8; 2], [bool; 2], Vec<u8>, Vec<bool>, Vec<u64>, VecDeque<u8>, LinkedList<u8>,
        BTreeSet<u8>, String, Option<u8>, Option<bool>, Result<(), u8>, Result<(), bool>, Box<Money>, BTreeMap<u8, ()>,
    ]
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
    out
}

fn prefixed(text: &str) -> Vec<u8> {
    [varint(text.len()), text.as_bytes().to_vec()].concat()
}

/// An envelope made by hand, without a checksum; `sections` is the names section, if there is one.
fn forged(format: Format, hash: u64, name: &str, state: &[u8], sections: Option<&[u8]>) -> Vec<u8> {
    let flags = if sections.is_some() { 0x12 } else { 0x10 };
    let mut bytes = vec![0xd7, flags, format as u8, 0, 0, 0, 0];
    bytes.extend(hash.to_le_bytes());
    bytes.extend([prefixed(name).as_slice(), state].concat());
    if let Some(section) = sections {
        bytes.extend(section);
        bytes.extend((section.len() as u32).to_le_bytes());
    }
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

fn dynamic(bytes: &[u8]) -> Result<String, Error> {
    typeport::from_slice::<Box<dyn Value>>(bytes).map(|value| value.type_name().to_string())
}

/// Counts a refusal with this code.
#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, code: u16, cells: &mut usize) {
    let error = result.expect_err("refused");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.is_mismatch());
    *cells += 1;
}

/// All ordered pairs; gives how many there are and how many decodes were refused.
fn check_pairs(check: impl Fn(Format, &Subject, &Subject, &mut usize)) {
    let (subjects, mut pairs, mut cells) = (subjects(), 0, 0);
    let all = subjects.iter().enumerate().flat_map(|one| subjects.iter().enumerate().map(move |other| (one, other)));
    for ((_, one), (_, other)) in thinned(307, all.filter(|(one, other)| one.0 != other.0)) {
        pairs += 1;
        formats().for_each(|format| check(format, one, other, &mut cells));
    }
    println!("{} types, {pairs} ordered pairs, {cells} decodes, all refused", subjects.len());
    assert!(subjects.len() >= 30);
}

#[test]
fn the_types_have_equal_states_and_different_hashes() {
    let mut hashes = BTreeSet::new();
    for subject in subjects() {
        for format in [Format::Postcard, Format::Bincode] {
            assert_eq!(Envelope::parse(&(subject.bytes)(format)).unwrap().state(), STATE);
        }
        let bytes = (subject.bytes)(Format::Postcard);
        (subject.exact)(&bytes).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        assert_eq!(dynamic(&bytes).unwrap(), envelope.type_name().as_str());
        assert!(hashes.insert(envelope.type_hash()), "{}", envelope.type_name());
    }
}

#[test]
fn no_type_is_taken_for_another() {
    check_pairs(|format, one, other, cells| {
        let (bytes, others) = ((one.bytes)(format), (other.bytes)(format));
        let (own, foreign) = (Envelope::parse(&bytes).unwrap(), Envelope::parse(&others).unwrap());
        refused((other.exact)(&bytes), 15, cells);
        // The other's name over one's own hash, and the other way round: right name, wrong shape.
        let renamed = forged(format, own.type_hash(), foreign.type_name().as_str(), own.state(), None);
        refused((other.exact)(&renamed), 13, cells);
        refused((one.exact)(&renamed), 15, cells);
        refused(dynamic(&renamed), 13, cells);
        let rehashed = forged(format, foreign.type_hash(), own.type_name().as_str(), own.state(), None);
        refused((one.exact)(&rehashed), 13, cells);
        refused((other.exact)(&rehashed), 15, cells);
        refused(dynamic(&rehashed), 13, cells);
    });
}

#[test]
fn no_nested_type_is_taken_for_another() {
    check_pairs(|format, one, other, cells| {
        let (bytes, others) = ((one.nested)(format), (other.nested)(format));
        let (own, foreign) = (Envelope::parse(&bytes).unwrap(), Envelope::parse(&others).unwrap());
        let (inner, name) = (own.nested()[0], foreign.nested()[0].name);
        let table: &[u8] = if format == Format::Json { &[0] } else { &[1, 0] };
        let section = |hash: u64, name: &str| [&[1], &hash.to_le_bytes()[..], &prefixed(name), table].concat();
        let root = (own.type_hash(), own.type_name().as_str());
        let sound = forged(format, root.0, root.1, own.state(), Some(&section(inner.type_hash, inner.name)));
        assert_eq!(sound, bytes, "the names section is where the page on the format says");
        let mut state = own.state().to_vec();
        if format == Format::Json {
            let text = String::from_utf8(state).unwrap();
            let (from, to) = (format!("{{\"type\":\"{}\"", inner.name), format!("{{\"type\":\"{name}\""));
            assert!(text.contains(&from), "{text}");
            state = text.replace(&from, &to).into_bytes();
        }
        let renamed = forged(format, root.0, root.1, &state, Some(&section(inner.type_hash, name)));
        refused(dynamic(&renamed), 13, cells);
        refused(typeport::from_slice::<Vec<Box<dyn Value>>>(&renamed), 13, cells);
        let hash = foreign.nested()[0].type_hash;
        let rehashed = forged(format, root.0, root.1, own.state(), Some(&section(hash, inner.name)));
        refused(dynamic(&rehashed), 13, cells);
        refused(typeport::from_slice::<Vec<Box<dyn Value>>>(&rehashed), 13, cells);
    });
}

fn type_hash<T: Portable + Default>() -> u64 {
    let json = Codec::default().format(Format::Json).to_vec(&T::default()).unwrap();
    Envelope::parse(&json).unwrap().type_hash()
}

/// One pair of types a row, of one eldest id, that differ in one thing: the type hashes of both.
macro_rules! rows {
    ($($row:ident $before:literal $after:literal: { $($one:tt)* } { $($other:tt)* })*) => {
        vec![$((stringify!($row), {
            #[derive(Debug, Default, Serialize, Deserialize, Portable)]
            #[allow(dead_code, reason = "what is skipped")]
            #[portable(id = $before, alias = "rows::Same")]
            $($one)*
            type_hash::<S>()
        }, {
            #[derive(Debug, Default, Serialize, Deserialize, Portable)]
            #[allow(dead_code, reason = "what is skipped")]
            #[portable(id = $after, alias = "rows::Same")]
            $($other)*
            type_hash::<S>()
        })),*]
    };
}

mod one {
    pub use super::plain::*;
}

mod other {
    pub use super::plain::*;
}

mod plain {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        u8::deserialize(deserializer)
    }
}

fn is_zero(value: &u8) -> bool {
    *value == 0
}

/// Of one eldest name, so that nothing but their shapes tells them apart.
#[derive(Debug, Default, Clone, Serialize, Deserialize, Portable)]
#[portable(alias = "rows::Reached")]
struct Near {
    near: u8,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize, Portable)]
#[portable(alias = "rows::Reached")]
struct Far {
    near: u16,
}

#[test]
fn every_attribute_that_changes_a_state_changes_the_hash() {
    let rows = rows! {
        field_name "rows::A1" "rows::A2": { struct S { a: u8 } } { struct S { b: u8 } }
        field_type "rows::B1" "rows::B2": { struct S { a: u8 } } { struct S { a: i8 } }
        field_order "rows::C1" "rows::C2": { struct S { a: u8, b: u8 } } { struct S { b: u8, a: u8 } }
        one_field_more "rows::D1" "rows::D2": { struct S { a: u8 } } { struct S { a: u8, b: () } }
        fields_in_brackets "rows::E1" "rows::E2": { struct S { a: u8, b: u8 } } { struct S(u8, u8); }
        rename "rows::F1" "rows::F2": { struct S { a: u8 } } { struct S { #[serde(rename = "b")] a: u8 } }
        rename_all "rows::G1" "rows::G2": { struct S { a_b: u8 } } { #[serde(rename_all = "camelCase")] struct S { a_b: u8 } }
        skip "rows::H1" "rows::H2": { struct S { a: u8, b: u8 } } { struct S { a: u8, #[serde(skip)] b: u8 } }
        transparent "rows::I1" "rows::I2": { struct S { a: u8 } } { #[serde(transparent)] struct S { a: u8 } }
        with "rows::J1" "rows::J2": { struct S { a: u8 } } { struct S { #[serde(with = "plain")] a: u8 } }
        with_another "rows::K1" "rows::K2":
            { struct S { #[serde(with = "one")] a: u8 } } { struct S { #[serde(with = "other")] a: u8 } }
        with_functions "rows::L1" "rows::L2": { struct S { a: u8 } } {
            struct S {
                #[serde(serialize_with = "plain::serialize", deserialize_with = "plain::deserialize")]
                a: u8,
            }
        }
        opaque "rows::M1" "rows::M2":
            { struct S { a: u8 } } { struct S { #[portable(opaque = "a::A")] a: u8 } }
        // A type that the shape reaches already is absorbed once, by its name.
        opaque_under_the_name_of_a_neighbour "rows::N3" "rows::N4":
            { struct S { a: u8, b: u8 } } { struct S { a: u8, #[portable(opaque = "u8")] b: u8 } }
        opaque_as_another "rows::N1" "rows::N2":
            { struct S { #[portable(opaque = "a::A")] a: u8 } } { struct S { #[portable(opaque = "a::B")] a: u8 } }
        a_reached_type "rows::O1" "rows::O2": { struct S { a: Near } } { struct S { a: Far } }
        an_argument "rows::P1" "rows::P2": { struct S { a: Vec<u8> } } { struct S { a: Vec<i8> } }
        a_container "rows::Q1" "rows::Q2": { struct S { a: Vec<u8> } } { struct S { a: VecDeque<u8> } }
        tag_of_a_struct "rows::R1" "rows::R2":
            { #[portable(format = "json")] struct S { a: u8 } }
            { #[portable(format = "json")] #[serde(tag = "t")] struct S { a: u8 } }
        name_of_a_tagged_struct "rows::S1" "rows::S2":
            { #[portable(format = "json")] #[serde(tag = "t")] struct S { a: u8 } }
            { #[portable(format = "json")] #[serde(tag = "t", rename = "x")] struct S { a: u8 } }
        skip_serializing_if "rows::T1" "rows::T2":
            { #[portable(format = "json")] struct S { a: u8 } }
            { #[portable(format = "json")] struct S { #[serde(skip_serializing_if = "is_zero", default)] a: u8 } }
        flatten "rows::U1" "rows::U2":
            { #[portable(format = "json")] struct S { a: Near } }
            { #[portable(format = "json")] struct S { #[serde(flatten)] a: Near } }
        variant_name "rows::V1" "rows::V2": { enum S { #[default] A, B } } { enum S { #[default] A, C } }
        variant_order "rows::W1" "rows::W2": { enum S { #[default] A, B } } { enum S { B, #[default] A } }
        variant_rename "rows::X1" "rows::X2":
            { enum S { #[default] A, B } } { enum S { #[default] A, #[serde(rename = "C")] B } }
        variant_rename_all "rows::Y1" "rows::Y2":
            { enum S { #[default] A, B } } { #[serde(rename_all = "lowercase")] enum S { #[default] A, B } }
        rename_all_fields "rows::Z1" "rows::Z2":
            { enum S { #[default] A, B { c: u8 } } }
            { #[serde(rename_all_fields = "UPPERCASE")] enum S { #[default] A, B { c: u8 } } }
        variant_fields "rows::AA1" "rows::AA2":
            { enum S { #[default] A, B(u8) } } { enum S { #[default] A, B(u8, u8) } }
        variant_style "rows::AB1" "rows::AB2":
            { enum S { #[default] A, B(u8) } } { enum S { #[default] A, B { b: u8 } } }
        variant_with "rows::AC1" "rows::AC2":
            { enum S { #[default] A, B(u8) } } { enum S { #[default] A, #[serde(with = "plain")] B(u8) } }
        skipped_variant "rows::AD1" "rows::AD2":
            { enum S { #[default] A, B } } { enum S { #[default] A, #[serde(skip)] B } }
        internal_tag "rows::AE1" "rows::AE2":
            { #[portable(format = "json")] enum S { #[default] A } }
            { #[portable(format = "json")] #[serde(tag = "t")] enum S { #[default] A } }
        another_tag "rows::AF1" "rows::AF2":
            { #[portable(format = "json")] #[serde(tag = "t")] enum S { #[default] A } }
            { #[portable(format = "json")] #[serde(tag = "u")] enum S { #[default] A } }
        adjacent_tag "rows::AG1" "rows::AG2":
            { #[portable(format = "json")] #[serde(tag = "t")] enum S { #[default] A } }
            { #[portable(format = "json")] #[serde(tag = "t", content = "c")] enum S { #[default] A } }
        untagged "rows::AH1" "rows::AH2":
            { #[portable(format = "json")] enum S { #[default] A } }
            { #[portable(format = "json")] #[serde(untagged)] enum S { #[default] A } }
    };
    let unseen: Vec<&str> = rows.iter().filter(|(_, one, other)| one == other).map(|(row, ..)| *row).collect();
    assert_eq!(unseen, [""; 0]);
    println!("{} attributes, each changes the hash", rows.len());
}

#[test]
fn what_leaves_a_state_as_it_is_leaves_the_hash() {
    let rows = rows! {
        default "rows::A3" "rows::A4": { struct S { a: u8 } } { struct S { #[serde(default)] a: u8 } }
        alias "rows::B3" "rows::B4": { struct S { a: u8 } } { struct S { #[serde(alias = "b")] a: u8 } }
        deny_unknown "rows::C3" "rows::C4": { struct S { a: u8 } } { #[serde(deny_unknown_fields)] struct S { a: u8 } }
        skipped_field "rows::D3" "rows::D4": { struct S { a: u8 } } { struct S { a: u8, #[serde(skip)] _b: u64 } }
        struct_rename "rows::E3" "rows::E4": { struct S { a: u8 } } { #[serde(rename = "x")] struct S { a: u8 } }
    };
    let seen: Vec<&str> = rows.iter().filter(|(_, one, other)| one != other).map(|(row, ..)| *row).collect();
    assert_eq!(seen, [""; 0]);
}
