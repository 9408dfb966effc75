//! Rewriting a carried value in another state format by its schema: the result is the bytes of the value's own encode in that
//! format, or an error. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU16;
use std::time::Duration;
use typeport::{Carried, Codec, Format, Portable, Registry, Value, entry, portable};

#[portable(id = "reformat::Step")]
trait Step: Debug {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "reformat::Named")]
struct Named<T> {
    of: T,
    #[serde(rename = "another name")]
    other: Option<u8>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Newtype(Option<u32>);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Tuple(i8, String, ());

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Unit;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(transparent)]
struct Transparent {
    address: IpAddr,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Portable)]
#[portable(id = "reformat::Kind")]
enum Kind {
    Unit,
    Newtype(Option<i64>),
    Tuple(u8, i128),
    Struct { text: String, list: Vec<Kind> },
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Tree {
    kinds: Vec<Kind>,
    children: Vec<Tree>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder {
    first: Box<dyn Step>,
    all: Vec<Box<dyn Step>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "reformat::Foreign")]
struct Foreign(#[portable(opaque = "some::Foreign")] u8);

#[portable]
impl<T: Portable> Step for Named<T> {}

#[portable]
impl Step for Newtype {}

#[portable]
impl Step for Unit {}

#[portable]
impl Step for Holder {}

fn kinds() -> Vec<Kind> {
    let list = vec![Kind::Unit, Kind::Newtype(None), Kind::Newtype(Some(-1))];
    vec![Kind::Unit, Kind::Tuple(255, i128::MIN), Kind::Struct { text: "a \"b\"\u{1}\u{2028}".to_owned(), list }]
}

fn holder(depth: usize) -> Holder {
    let inner: Box<dyn Step> = match depth {
        0 => Box::new(Unit),
        _ => Box::new(holder(depth - 1)),
    };
    Holder { first: inner, all: vec![Box::new(Named { of: kinds(), other: None }), Box::new(Newtype(Some(3)))] }
}

/// Values of all shapes that each format has.
fn values() -> Vec<Box<dyn Value>> {
    vec![
        Box::new((true, -1_i8, i16::MIN, i32::MIN, i64::MIN, i128::MIN)),
        Box::new((255_u8, u16::MAX, u32::MAX, u64::MAX, u128::MAX, 7_i128)),
        Box::new((0.1_f32, 0.1_f64, -0.0_f64, 1e300_f64, f32::MAX, 3.0_f32)),
        Box::new(('é', "text".to_owned(), String::new(), CString::new("bytes").unwrap(), ())),
        Box::new(vec![1_u8, 2, 255]),
        Box::new(vec![0.5_f64, 1e-9]),
        Box::new([[1_u16, 2], [3, 4]]),
        Box::new(vec![Some(1_u8), None]),
        Box::new(vec![(); 3]),
        Box::new(BTreeMap::from([(1_u8, "a".to_owned()), (2, "b".to_owned())])),
        Box::new(BTreeMap::from([(i128::MIN, Kind::Unit), (5, Kind::Newtype(None))])),
        Box::new(BTreeMap::from([("a \"key\"".to_owned(), BTreeMap::from([('c', 1_u8)]))])),
        Box::new(BTreeMap::from([(Kind::Unit, 1_u8)])),
        Box::new((IpAddr::from([10, 0, 0, 1]), SocketAddr::from(([0_u16; 8], 80)), Duration::from_millis(1500))),
        Box::new(Transparent { address: IpAddr::from([1; 16]) }),
        Box::new((NonZeroU16::MIN, Box::new(1_u8), std::cmp::Reverse("r".to_owned()))),
        Box::new(Ok::<Named<u8>, String>(Named { of: 1, other: Some(2) })),
        Box::new(Named { of: Named { of: Newtype(None), other: None }, other: Some(0) }),
        Box::new(Tuple(-5, "t".to_owned(), ())),
        Box::new((Unit, Newtype(Some(9)))),
        Box::new(kinds()),
        Box::new(Tree { kinds: kinds(), children: vec![Tree { kinds: vec![], children: vec![] }] }),
        Box::new(holder(3)),
    ]
}

/// The output in `to` of a process that links none of the types, for an input in `from`.
fn passed_on(value: Box<dyn Value>, from: Format, to: Format, has_schema: bool) -> typeport::Result<Vec<u8>> {
    let bytes = Codec::default().format(from).schema(has_schema).to_vec(&vec![value]).unwrap();
    let stranger = Codec::default().registry(Registry::empty().with(entry!(i64 as dyn Value))).schema(has_schema);
    let carried: Vec<Carried<dyn Value>> = stranger.from_slice(&bytes).unwrap();
    assert!(carried[0].known().is_none());
    stranger.format(to).to_vec(&carried)
}

#[test]
fn what_is_carried_goes_out_in_any_format_by_its_schema() {
    let mut n_passed = 0;
    for (from, to) in Format::ALL.iter().copied().flat_map(|from| Format::ALL.iter().map(move |to| (from, *to))) {
        for (value, again) in values().into_iter().zip(values()) {
            let name = value.type_name().to_string();
            let own = Codec::default().format(to).schema(true).to_vec(&vec![again]).unwrap();
            let passed =
                passed_on(value, from, to, true).unwrap_or_else(|error| panic!("{from}, {to}, {name}: {error}"));
            assert_eq!(passed, own, "{from}, {to}, {name}: {}", String::from_utf8_lossy(&passed));
            n_passed += 1;
        }
    }
    assert_eq!(n_passed, 9 * values().len());
}

#[test]
fn what_json_cannot_say_is_refused_as_by_the_value_itself() {
    let values: [fn() -> Box<dyn Value>; 5] = [
        || Box::new(f64::NAN),
        || Box::new(f32::INFINITY),
        || Box::new(Some(None::<u8>)),
        || Box::new(Some(())),
        || Box::new(BTreeMap::from([((1_u8, 2_u8), 3_u8)])),
    ];
    for (value, from) in values.into_iter().flat_map(|value| [(value, Format::Postcard), (value, Format::Bincode)]) {
        let own = Codec::default().format(Format::Json).schema(true).to_vec(&vec![value()]).unwrap_err();
        let passed = passed_on(value(), from, Format::Json, true).unwrap_err();
        assert_eq!(passed.code(), own.code(), "{from}: {passed} / {own}");
    }
}

#[test]
fn what_nothing_describes_stays_in_its_format() {
    for (value, has_schema) in [(Box::new(kinds()) as Box<dyn Value>, false), (Box::new(Foreign(1)), true)] {
        let error = passed_on(value, Format::Postcard, Format::Json, has_schema).unwrap_err();
        assert!(error.to_string().contains("a carried value whose state is in another format"), "{error}");
    }
}

/// A JSON state that our encode would spell differently is not a state of the type; and neither names nor
/// hashes of what is inside are taken on trust.
#[test]
fn a_json_state_in_other_words_is_refused() {
    let check = |value: Box<dyn Value>, from: &[u8], to: &[u8], expected: &str| {
        let codec = Codec::default().format(Format::Json).checksum(false).schema(true);
        let bytes = codec.to_vec(&vec![value]).unwrap();
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        let forged = [&bytes[..at], to, &bytes[at + from.len()..]].concat();
        let stranger = Codec::default().registry(Registry::empty().with(entry!(i64 as dyn Value)));
        let carried: Vec<Carried<dyn Value>> = stranger.from_slice(&forged).unwrap();
        for format in [Format::Postcard, Format::Bincode] {
            let error = stranger.clone().format(format).to_vec(&carried).unwrap_err();
            assert!(error.to_string().contains(expected), "{format}: {error}");
        }
    };
    let named = || Box::new(Named { of: 1_u8, other: Some(2) });
    check(named(), br#"{"of":1,"another name":2}"#, br#"{"another name":2,"of":1}"#, "out of order");
    check(named(), br#""of":1"#, br#""og":1"#, "a field is missing, unknown or out of order");
    check(Box::new(true), b"true", b"1234", "invalid type");
    check(named(), br#"{"of":1,"#, br#"{       "#, "out of order");
    check(Box::new(kinds()), br#""Unit""#, br#""Uniq""#, "it has an unknown variant");
    check(named(), br#"{"of":1,"another name":2}"#, br#"[1,2]                    "#, "invalid type: sequence");
    check(Box::new([1_u8, 2]), br"[1,2]", br"[1  ]", "an element is missing");
}
