//! Small input cannot cause much work or memory, and an encode refuses what a decode would refuse.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::scaled;
use std::collections::{BTreeMap, LinkedList};
use std::fmt::Debug;
use typeport::{Codec, Format, Limits, Portable, Value};

/// The envelope of an empty collection, with the length `items` instead of its own.
fn bomb<T: Portable + Default>(format: Format, items: u64) -> Vec<u8> {
    let mut bytes = Codec::default().format(format).checksum(false).to_vec(&T::default()).unwrap();
    bytes.pop();
    match format {
        Format::Postcard => bytes.extend(postcard::to_allocvec(&items).unwrap()),
        _ => bytes.extend(bincode::serde::encode_to_vec(items, bincode::config::standard()).unwrap()),
    }
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

#[track_caller]
fn check<T: Portable + Default + Debug>() {
    let limit = scaled(Limits::default().unbacked_items, 10);
    let codec = Codec::default().limits(Limits::default().with_unbacked_items(limit));
    for format in [Format::Postcard, Format::Bincode] {
        codec.from_slice::<T>(&bomb::<T>(format, limit as u64)).unwrap();
        for items in [limit as u64 + 1, 1 << 20, 1 << 32, 1 << 60] {
            let error = codec.from_slice::<T>(&bomb::<T>(format, items)).unwrap_err();
            assert!(error.is_limit(), "{error}");
            let expected = format!("unbacked_items is {limit}, the input needs {}", limit + 1);
            assert!(error.to_string().contains(&expected), "{error}");
        }
    }
}

#[test]
fn elements_without_bytes_are_bounded() {
    check::<Vec<()>>();
    check::<Vec<Box<()>>>();
    check::<LinkedList<()>>();
    check::<Vec<[u64; 0]>>();
    check::<Vec<std::marker::PhantomData<String>>>();
}

#[test]
fn a_map_without_bytes_is_bounded() {
    for format in [Format::Postcard, Format::Bincode] {
        let bytes = bomb::<BTreeMap<(), ()>>(format, 1 << 60);
        let error = typeport::from_slice::<BTreeMap<(), ()>>(&bytes).unwrap_err();
        assert!(error.to_string().contains("unbacked_items is 8192, the input needs 8193"), "{error}");
    }
}

#[test]
fn a_length_beyond_the_input_is_truncation() {
    for items in [1, 1 << 32, u64::MAX] {
        let error = typeport::from_slice::<Vec<u64>>(&bomb::<Vec<u64>>(Format::Postcard, items)).unwrap_err();
        assert_eq!(error.code(), 6, "{error}");
    }
}

/// The number of a struct's fields is no claim of the input.
#[test]
fn fields_without_bytes_are_not_counted() {
    #[derive(Debug, Default, serde::Serialize, serde::Deserialize, Portable)]
    struct Marked<T> {
        marker: std::marker::PhantomData<T>,
        id: u64,
        unit: (),
    }
    let count = scaled(9000, 30);
    let many: Vec<Marked<u8>> = (0..count as u64).map(|id| Marked { id, ..Marked::default() }).collect();
    let few = Limits::default().with_items(count).with_unbacked_items(scaled(8192, 20));
    let codec = Codec::default().limits(few);
    for &format in Format::ALL {
        let bytes = codec.clone().format(format).to_vec(&many).unwrap();
        assert_eq!(codec.from_slice::<Vec<Marked<u8>>>(&bytes).unwrap()[count - 1].id, count as u64 - 1, "{format}");
        codec.from_slice::<Box<dyn typeport::Value>>(&bytes).unwrap();
    }
}

#[test]
fn depth_is_the_same_for_native_and_erased() {
    let bytes = typeport::to_vec(&(vec![(1_u8, 2_u8)], 3_u8)).unwrap();
    for depth in 0..5 {
        let codec = Codec::default().limits(Limits::default().with_depth(depth));
        let native = codec.from_slice::<(Vec<(u8, u8)>, u8)>(&bytes).is_ok();
        assert_eq!(codec.from_slice::<Box<dyn typeport::Value>>(&bytes).is_ok(), native, "{depth}");
        assert_eq!(native, depth >= 3);
    }
}

#[test]
fn items_and_memory_are_bounded() {
    let bytes = typeport::to_vec(&vec![false; 1000]).unwrap();
    let items = |items| Codec::default().limits(Limits::default().with_items(items));
    assert!(items(999).from_slice::<Vec<bool>>(&bytes).unwrap_err().is_limit());
    items(1000).from_slice::<Vec<bool>>(&bytes).unwrap();
    let memory = |memory_bytes| Codec::default().limits(Limits::default().with_memory_bytes(memory_bytes));
    assert!(memory(1025).from_slice::<Vec<bool>>(&bytes).unwrap_err().is_limit());
    memory(1026).from_slice::<Vec<bool>>(&bytes).unwrap();
}

/// The error of an encode of a value under a limit, and of a decode of its bytes with the same limit.
#[track_caller]
fn both_ways<T: Portable>(format: Format, value: &T, limits: Limits) -> [Option<String>; 2] {
    let unbounded = Codec::default().format(format).limits(Limits::trusted());
    let bytes = unbounded.to_vec(value).unwrap();
    let codec = Codec::default().format(format).limits(limits);
    let said = |error: typeport::Error| {
        assert!(error.is_limit(), "{error}");
        error.to_string().split_once("limit exceeded: ").unwrap().1.to_owned()
    };
    [codec.to_vec(value).err().map(said), codec.from_slice::<T>(&bytes).err().map(said)]
}

/// A value that asks for exactly `asked` of a limit passes at it and above it, and fails below it, both ways.
#[track_caller]
fn check_limit<T: Portable>(value: &T, name: &str, asked: usize, limits: fn(usize) -> Limits) {
    check_limit_in(Format::ALL, value, name, asked, limits);
}

#[track_caller]
fn check_limit_in<T: Portable>(formats: &[Format], value: &T, name: &str, asked: usize, limits: fn(usize) -> Limits) {
    for format in formats.iter().copied() {
        for limit in [asked, asked + 1] {
            assert_eq!(both_ways(format, value, limits(limit)), [None, None], "{format}: {name} is {limit}");
        }
        let limit = asked - 1;
        let refused = both_ways(format, value, limits(limit));
        let expected = format!("{name} is {limit}, the input needs {asked}");
        for said in refused {
            let said = said.unwrap_or_else(|| panic!("{format}: {name} is {limit} and nobody minds"));
            assert!(said.starts_with(&expected), "{format}: {said}; expected: {expected}");
        }
    }
}

#[derive(Debug, Default, serde::Serialize, serde::Deserialize, Portable)]
enum Shape {
    #[default]
    Unit,
    Newtype(Option<Wrapped>),
    Tuple(u8, Vec<Shape>),
    Struct {
        inner: Box<Shape>,
    },
}

#[derive(Debug, Default, serde::Serialize, serde::Deserialize, Portable)]
struct Wrapped(Box<Shape>);

#[typeport::portable]
trait Base {}

#[derive(Debug, serde::Serialize, serde::Deserialize, Portable)]
struct Link<T> {
    value: T,
    next: Option<Box<dyn Base>>,
}

#[typeport::portable]
impl<T: Portable> Base for Link<T> {}

fn link(next: Option<Box<dyn Base>>) -> Link<u8> {
    Link { value: 1, next }
}

#[test]
fn each_limit_holds_at_its_value_both_ways() {
    let depth = |depth| Limits::default().with_depth(depth);
    check_limit(&vec![vec![vec![1_u8]]], "depth", 3, depth);
    check_limit(&Some(Some((1_u8, [2_u8]))), "depth", 4, depth);
    check_limit(&Shape::Unit, "depth", 1, depth);
    // The enum, the option, the newtype, the enum, the sequence, the enum.
    let deep = Shape::Newtype(Some(Wrapped(Box::new(Shape::Tuple(1, vec![Shape::Unit])))));
    check_limit(&deep, "depth", 6, depth);
    check_limit(&Shape::Struct { inner: Box::new(deep) }, "depth", 7, depth);
    check_limit(&std::collections::BTreeMap::from([(1_u8, Some(2_u8))]), "depth", 2, depth);
    check_limit(&vec![1_u16, 2, 3], "items", 3, |items| Limits::default().with_items(items));
    let map = std::collections::BTreeMap::from([(1_u8, vec![2_u16]), (3, vec![4, 5])]);
    check_limit(&map, "items", 7, |items| Limits::default().with_items(items));
    // JSON has no form for bytes but a list of numbers.
    check_limit_in(&[Format::Json], &c"abc".to_owned(), "items", 3, |items| Limits::default().with_items(items));
    check_limit_in(&[Format::Json], &c"abc".to_owned(), "depth", 1, depth);
    let unbacked = |unbacked_items| Limits::default().with_unbacked_items(unbacked_items);
    check_limit_in(&[Format::Postcard, Format::Bincode], &vec![(), ()], "unbacked_items", 2, unbacked);
    let bytes = vec![7_u8; 1000];
    for &format in Format::ALL {
        let length = Codec::default().format(format).to_vec(&bytes).unwrap().len();
        for (limit, passes) in [(length - 1, false), (length, true), (length + 1, true)] {
            let limits = Limits::default().with_envelope_bytes(limit);
            let said = both_ways(format, &bytes, limits);
            assert_eq!(said.map(|said| said.is_none()), [passes, passes], "{format}: {limit}");
        }
    }
}

#[test]
fn each_limit_on_trait_objects_holds_both_ways() {
    let around = |inner| link(Some(Box::new(inner) as Box<dyn Base>));
    let three = around(around(around(link(None))));
    check_limit(&three, "nested", 3, |nested| Limits::default().with_nested(nested));
    // Those beside each other are on one level.
    let beside: Vec<_> = (0..3).map(|_| Box::new(link(None)) as Box<dyn Base>).collect();
    check_limit(&beside, "nested", 1, |nested| Limits::default().with_nested(nested));
    // Four structs, three options; and in JSON the map with the type of each nested value.
    let depth = |depth| Limits::default().with_depth(depth);
    check_limit_in(&[Format::Postcard, Format::Bincode], &three, "depth", 7, depth);
    check_limit_in(&[Format::Json], &three, "depth", 10, depth);
    let long = Link { value: vec![Some((1_u8, 2_u8))], next: None };
    let asked = long.type_name().as_str().len();
    assert_eq!(long.type_name().as_str(), "typeport::Link<Vec<Option<(u8, u8)>>>");
    for (codec, name) in [
        (Limits::default().with_name_nodes(5), "name_nodes"),
        (Limits::default().with_name_depth(3), "name_depth"),
        (Limits::default().with_name_bytes(asked - 1), "name_bytes"),
    ] {
        for said in Format::ALL.iter().copied().flat_map(|format| both_ways(format, &long, codec.clone())) {
            assert!(said.as_ref().is_some_and(|said| said.starts_with(name)), "{name}: {said:?}");
        }
    }
    let enough = Limits::default().with_name_nodes(6).with_name_depth(5).with_name_bytes(asked);
    assert_eq!(both_ways(Format::Postcard, &long, enough), [None, None]);
}

/// A number has one form: the longer ones, which the formats' own crates take, are refused.
#[test]
fn an_over_long_number_is_refused() {
    let refused = |format: Format, state: &[u8], value: &dyn Fn(&[u8]) -> Option<typeport::Error>| {
        let error = value(state).unwrap_or_else(|| panic!("{format}: {state:?} passes"));
        assert_eq!(error.code(), 17, "{format}: {state:?}: {error}");
        assert!(error.to_string().ends_with("an over-long number"), "{error}");
    };
    fn with_state<T: Portable + Default>(format: Format) -> impl Fn(&[u8]) -> Option<typeport::Error> {
        move |state| {
            let mut bytes = Codec::default().format(format).checksum(false).to_vec(&T::default()).unwrap();
            bytes.truncate(bytes.len() - typeport::Envelope::parse(&bytes).unwrap().state().len());
            bytes.extend(state);
            let length = bytes.len() as u32;
            bytes[3..7].copy_from_slice(&length.to_le_bytes());
            typeport::from_slice::<T>(&bytes).err()
        }
    }
    let postcard = Format::Postcard;
    refused(postcard, &[0x85, 0], &with_state::<u16>(postcard));
    refused(postcard, &[0x85, 0x80, 0], &with_state::<i64>(postcard));
    refused(postcard, &[0x80, 0x80, 0x80, 0], &with_state::<u128>(postcard));
    refused(postcard, &[0x81, 0, b'x'], &with_state::<String>(postcard));
    refused(postcard, &[0x81, 0, 7], &with_state::<Vec<u8>>(postcard));
    refused(postcard, &[0x81, 0, b'x'], &with_state::<char>(postcard));
    refused(postcard, &[0x80, 0], &with_state::<Shape>(postcard));
    let bincode = Format::Bincode;
    refused(bincode, &[251, 250, 0], &with_state::<u16>(bincode));
    refused(bincode, &[252, 255, 255, 0, 0], &with_state::<i64>(bincode));
    refused(bincode, &[253, 255, 255, 255, 255, 0, 0, 0, 0], &with_state::<u64>(bincode));
    refused(bincode, &[[254].as_slice(), &[255; 8], &[0; 8]].concat(), &with_state::<u128>(bincode));
    refused(bincode, &[251, 1, 0, b'x'], &with_state::<String>(bincode));
    refused(bincode, &[251, 0, 0], &with_state::<Shape>(bincode));
    assert!(with_state::<u16>(bincode)(&[251, 251, 0]).is_none());
    assert!(with_state::<i64>(bincode)(&[252, 0, 0, 1, 0]).is_none());
    assert!(with_state::<u16>(postcard)(&[0x80, 1]).is_none());
}

/// A name that was decoded before is still too large for a decode with smaller limits: nothing depends on what ran before.
#[test]
fn a_known_name_is_held_against_the_limits_of_each_decode() {
    let value = (1_u8, ("text".to_owned(), vec![Some(2_i64)]));
    let bytes = typeport::to_vec(&value).unwrap();
    let decode = |limits| Codec::default().limits(limits).from_slice::<Box<dyn typeport::Value>>(&bytes).map(drop);
    let exact =
        |limits| Codec::default().limits(limits).from_slice::<(u8, (String, Vec<Option<i64>>))>(&bytes).map(drop);
    for _ in 0..2 {
        for (limit, limits) in [
            ("name_nodes", Limits::default().with_name_nodes(6)),
            ("name_depth", Limits::default().with_name_depth(4)),
            ("name_bytes", Limits::default().with_name_bytes(30)),
        ] {
            decode(Limits::default()).unwrap();
            exact(Limits::default()).unwrap();
            for error in [decode(limits.clone()).unwrap_err(), exact(limits).unwrap_err()] {
                assert!(error.is_limit() && error.to_string().contains(limit), "{error}");
            }
        }
    }
}

#[typeport::portable]
impl<T: Portable> Base for Scores<T> {}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize, Portable)]
struct Scores<T> {
    all: Vec<T>,
}

/// What is copied whole counts by its bytes, as a text does. Where its type is an erased argument each number is a box, of which
/// there are as many as there may be items, or 1,048,576.
#[test]
#[cfg_attr(miri, ignore = "a million numbers take hours")]
fn numbers_that_are_copied_whole_are_no_items() {
    fn check<T: Portable + Clone + PartialEq>(format: Format, number: T) {
        let count = (1 << 20) + 1;
        let few = Codec::default().format(format).limits(Limits::default().with_items(0));
        for codec in [few, Codec::default().format(format)] {
            let mut scores = Scores { all: vec![number.clone(); count] };
            let bytes = codec.to_vec(&scores).unwrap();
            assert!(codec.from_slice::<Scores<T>>(&bytes).unwrap() == scores, "{format}");
            let boxed: Box<[T]> = scores.all.clone().into();
            assert!(codec.from_slice::<Vec<T>>(&codec.to_vec(&scores.all).unwrap()).unwrap() == *boxed);
            let error = codec.from_slice::<Box<dyn Base>>(&bytes).unwrap_err();
            assert!(error.to_string().contains("limit exceeded: items is 1048576, the input needs 1048577"), "{error}");
            scores.all.truncate(count - 2);
            let bytes = codec.to_vec(&scores).unwrap();
            let any = codec.from_slice::<Box<dyn Base>>(&bytes).unwrap();
            assert!(codec.to_vec(&any).unwrap() == bytes, "{format}");
        }
        let more = Codec::default().format(format).limits(Limits::default().with_items(1 << 21));
        let bytes = more.to_vec(&Scores { all: vec![number.clone(); count] }).unwrap();
        more.from_slice::<Box<dyn Base>>(&bytes).unwrap();
        // JSON copies nothing whole.
        let error = Codec::default().format(Format::Json).to_vec(&vec![number; count]).unwrap_err();
        assert!(error.to_string().contains("items is 1048576, the input needs 1048577"), "{error}");
    }
    check(Format::Postcard, 7_u8);
    check(Format::Bincode, 1.5_f64);
}
