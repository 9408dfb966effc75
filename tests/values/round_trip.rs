//! Every written value is read back: over generated values of depth 6 at most, in every format, between formats, and under
//! random small limits.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::property::{CASES, assert_met, check};
use crate::scale::scaled;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;
use typeport::{Codec, Format, Limits, Portable, Value, portable};

#[portable]
trait Base {
    fn things(&self) -> usize;
}

/// One variant for each kind of value that serde knows.
#[derive(Debug, Serialize, Deserialize, Portable)]
enum Thing {
    Unit,
    Bool(bool),
    Small(i8, u8, i16, u16),
    Large(i32, u32, i64, u64),
    Huge(i128, u128),
    Floats { single: f32, double: f64 },
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Units(Vec<()>),
    Maybe(Option<Box<Thing>>),
    List(Vec<Thing>),
    Pair(Box<(Thing, Thing)>),
    Array(Box<[Thing; 2]>),
    Map(BTreeMap<String, Thing>),
    Numbered(BTreeMap<i16, Thing>),
    Outcome(Result<Box<Thing>, String>),
    Struct { one: Box<One<Thing>>, other: Option<u8> },
    Object(Box<dyn Base>),
    Objects(Vec<Box<dyn Value>>),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "round_trip::One")]
struct One<T> {
    value: T,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Two<A, B>(Vec<A>, Option<B>);

#[portable]
impl Base for Thing {
    fn things(&self) -> usize {
        1
    }
}

#[portable]
impl<T: Portable> Base for One<T> {
    fn things(&self) -> usize {
        2
    }
}

#[portable]
impl<A: Portable, B: Portable> Base for Two<A, B> {
    fn things(&self) -> usize {
        self.0.len()
    }
}

fn leaf() -> impl Strategy<Value = Thing> {
    let text = || "[a-c\u{0}\"\\\\\u{e4}\u{202e}\u{1f600}]{0,4}";
    // `floats.rs` has those that JSON cannot say.
    let single = any::<f32>().prop_filter("finite", |float| float.is_finite());
    let double = any::<f64>().prop_filter("finite", |float| float.is_finite());
    prop_oneof![
        Just(()).prop_map(|()| Thing::Unit),
        any::<bool>().prop_map(Thing::Bool),
        any::<(i8, u8, i16, u16)>().prop_map(|(a, b, c, d)| Thing::Small(a, b, c, d)),
        any::<(i32, u32, i64, u64)>().prop_map(|(a, b, c, d)| Thing::Large(a, b, c, d)),
        any::<(i128, u128)>().prop_map(|(a, b)| Thing::Huge(a, b)),
        (single, double).prop_map(|(single, double)| Thing::Floats { single, double }),
        any::<char>().prop_map(Thing::Char),
        text().prop_map(Thing::Text),
        vec(any::<u8>(), 0..5).prop_map(Thing::Bytes),
        (0..4_usize).prop_map(|count| Thing::Units(std::vec![(); count])),
        text().prop_map(|text| Thing::Outcome(Err(text))),
        Just(()).prop_map(|()| Thing::Maybe(None)),
    ]
}

fn thing() -> impl Strategy<Value = Thing> {
    leaf().prop_recursive(5, 16, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed().prop_map(|thing| Thing::Maybe(Some(thing))),
            vec(inner.clone(), 0..4).prop_map(Thing::List),
            (inner.clone(), inner.clone()).prop_map(|pair| Thing::Pair(Box::new(pair))),
            [inner.clone(), inner.clone()].prop_map(|array| Thing::Array(Box::new(array))),
            btree_map("[a-z\"]{0,2}", inner.clone(), 0..3).prop_map(Thing::Map),
            btree_map(any::<i16>(), inner.clone(), 0..3).prop_map(Thing::Numbered),
            boxed().prop_map(|thing| Thing::Outcome(Ok(thing))),
            (inner.clone(), any::<Option<u8>>())
                .prop_map(|(value, other)| Thing::Struct { one: Box::new(One { value }), other }),
            inner.clone().prop_map(|thing| Thing::Object(Box::new(thing))),
            inner.clone().prop_map(|value| Thing::Object(Box::new(One { value }))),
            (inner.clone(), any::<i64>()).prop_map(|(thing, number)| {
                Thing::Object(Box::new(Two(std::vec![thing], Some(One { value: number }))))
            }),
            vec(inner.clone(), 0..3).prop_map(|things| {
                let box_one = |thing| Box::new(One { value: Some(thing) }) as Box<dyn Value>;
                Thing::Objects(things.into_iter().map(box_one).collect())
            }),
        ]
    })
}

type Exact = fn(&Codec, &[u8]) -> typeport::Result<Box<dyn Value>>;
type Downcast = fn(Box<dyn Value>) -> Option<Box<dyn Value>>;

/// A value, and the result of decoding it as its type.
#[derive(Debug)]
struct Subject {
    value: Box<dyn Value>,
    exact: Exact,
    downcast: Downcast,
}

fn subject<T: Portable>(value: T) -> Subject {
    Subject {
        value: Box::new(value),
        exact: |codec, bytes| Ok(Box::new(codec.from_slice::<T>(bytes)?)),
        downcast: |value| Some(Box::new(typeport::downcast::<T, _>(value).ok()?)),
    }
}

/// Roots of several types: plain, and generic in ways that nothing here registers.
fn subjects() -> impl Strategy<Value = Subject> {
    (thing(), 0..8).prop_map(|(thing, root)| match root {
        0 => subject(One { value: thing }),
        1 => subject(std::vec![thing]),
        2 => subject(Two(std::vec![Some(7_u8)], Some(One { value: thing }))),
        3 => subject(BTreeMap::from([("key".to_owned(), One { value: thing })])),
        4 => subject((One { value: 7_i64 }, [Box::new(thing)])),
        5 => subject(One { value: Box::new(One { value: thing }) as Box<dyn Base> }),
        _ => subject(thing),
    })
}

fn shown(value: &dyn Value) -> String {
    format!("{value:?}")
}

#[test]
fn what_is_written_comes_back() {
    check(1, CASES, subjects(), |subject| {
        let text = shown(&*subject.value);
        for &format in Format::ALL {
            let codec = Codec::default().format(format);
            let bytes = codec.to_vec(&subject.value).unwrap();
            prop_assert_eq!(&codec.to_vec(&subject.value).unwrap(), &bytes);
            let exact = (subject.exact)(&codec, &bytes).unwrap();
            prop_assert_eq!(shown(&*exact), text.as_str(), "{}", format);
            prop_assert_eq!(&codec.to_vec(&exact).unwrap(), &bytes, "{}", format);
            let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
            prop_assert_eq!(any.type_name(), exact.type_name());
            prop_assert_eq!(&codec.to_vec(&any).unwrap(), &bytes, "{}", format);
            let exact = (subject.downcast)(any).unwrap();
            prop_assert_eq!(shown(&*exact), text.as_str(), "{}", format);
        }
        Ok(())
    });
}

#[test]
fn every_format_says_the_same() {
    check(2, CASES, subjects(), |subject| {
        let codecs: Vec<Codec> = Format::ALL.iter().map(|&format| Codec::default().format(format)).collect();
        let written: Vec<Vec<u8>> = codecs.iter().map(|codec| codec.to_vec(&subject.value).unwrap()).collect();
        for (codec, bytes) in codecs.iter().zip(&written) {
            let any: Box<dyn Value> = codec.from_slice(bytes).unwrap();
            let exact = (subject.exact)(codec, bytes).unwrap();
            for (other, expected) in codecs.iter().zip(&written) {
                prop_assert_eq!(&other.to_vec(&any).unwrap(), expected);
                prop_assert_eq!(&other.to_vec(&exact).unwrap(), expected);
            }
        }
        Ok(())
    });
}

/// Each limit small, or as it is by default; memory, which only a decode sees, as it is by default.
fn limits() -> impl Strategy<Value = Limits> {
    let default = Limits::default;
    let pick = |small: std::ops::Range<usize>, default: usize| prop_oneof![1 => small, 2 => Just(default)];
    let sizes = (pick(40..600, default().envelope_bytes), pick(0..24, default().depth), pick(0..4, default().nested));
    let counts = (pick(0..16, default().items), pick(0..4, default().unbacked_items));
    let names = (pick(4..60, default().name_bytes), pick(1..8, default().name_nodes), pick(1..6, default().name_depth));
    (sizes, counts, names).prop_map(
        move |((envelope_bytes, depth, nested), (items, unbacked_items), (name_bytes, name_nodes, name_depth))| {
            default()
                .with_envelope_bytes(envelope_bytes)
                .with_depth(depth)
                .with_nested(nested)
                .with_items(items)
                .with_unbacked_items(unbacked_items)
                .with_name_bytes(name_bytes)
                .with_name_nodes(name_nodes)
                .with_name_depth(name_depth)
        },
    )
}

#[test]
fn what_is_written_under_limits_is_read_under_them_and_only_that() {
    let counts = [Cell::new(0), Cell::new(0)];
    check(3, CASES, (subjects(), limits()), |(subject, limits)| {
        for &format in Format::ALL {
            let codec = Codec::default().format(format).limits(limits.clone());
            let written = codec.to_vec(&subject.value);
            let bytes = Codec::default().format(format).to_vec(&subject.value).unwrap();
            let decodes = [(subject.exact)(&codec, &bytes), codec.from_slice::<Box<dyn Value>>(&bytes)];
            counts[usize::from(written.is_ok())].set(counts[usize::from(written.is_ok())].get() + 1);
            for decoded in decodes {
                let (written, decoded) = (written.as_ref().map(|_| ()), decoded.map(drop));
                prop_assert_eq!(written.is_ok(), decoded.is_ok(), "{}: {:?}, {:?}", format, written, decoded);
                for error in [written.err(), decoded.as_ref().err()].into_iter().flatten() {
                    prop_assert!(error.is_limit(), "{}", error);
                }
            }
        }
        Ok(())
    });
    let [refused, written] = counts.map(Cell::into_inner);
    println!("{written} written and read, {refused} refused both ways");
    assert_met([refused, written]);
}

#[test]
fn what_is_verified_when_written_is_read_under_the_same_memory_and_only_that() {
    let counts = [Cell::new(0), Cell::new(0)];
    check(4, CASES, (subjects(), 0..2000_usize), |(subject, memory_bytes)| {
        for &format in Format::ALL {
            let codec = |memory_bytes| {
                Codec::default().format(format).limits(Limits::default().with_memory_bytes(memory_bytes)).verify(true)
            };
            let written = codec(memory_bytes).to_vec(&subject.value);
            let bytes = Codec::default().format(format).to_vec(&subject.value).unwrap();
            counts[usize::from(written.is_ok())].set(counts[usize::from(written.is_ok())].get() + 1);
            let read = |memory_bytes| (subject.exact)(&codec(memory_bytes), &bytes);
            let Err(error) = written else {
                prop_assert!(read(memory_bytes).is_ok(), "{}", format);
                continue;
            };
            prop_assert!(error.is_limit() && error.to_string().contains("memory_bytes"), "{}", error);
            // Who names the type has the room for the value itself, for which a verification pays.
            if let Some(rest) = memory_bytes.checked_sub(size_of_val(&*subject.value)) {
                prop_assert!(read(rest).is_err(), "{}: {}", format, error);
            }
        }
        Ok(())
    });
    let [refused, written] = counts.map(Cell::into_inner);
    println!("{written} written and read, {refused} refused both ways");
    assert_met([refused, written]);
}

/// A hash map's order is another one each time it is made; what it decodes into is the same.
#[test]
fn a_hash_map_is_one_value_in_any_order() {
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let make = || {
            (0..scaled(50, 8) as i64)
                .map(|key| (key, HashSet::from([key.to_string(), "x".to_owned()])))
                .collect::<HashMap<_, _>>()
        };
        let mut orders = HashSet::new();
        for _ in 0..scaled(100, 3) {
            let bytes = codec.to_vec(&One { value: make() }).unwrap();
            let again: One<HashMap<i64, HashSet<String>>> = codec.from_slice(&bytes).unwrap();
            assert_eq!(again.value, make(), "{format}");
            let any: Box<dyn Base> = codec.from_slice(&bytes).unwrap();
            assert_eq!(any.things(), 2);
            let again: One<HashMap<i64, HashSet<String>>> = typeport::downcast(any).unwrap();
            assert_eq!(again.value, make(), "{format}");
            orders.insert(bytes);
        }
        println!("{format}: {} orders of one value", orders.len());
        assert!(orders.len() > 1, "{format}: the order is not fixed, or this test shows nothing");
    }
}

/// Each encode is independent of the buffer's content and of former encodes on the thread; an error leaves the buffer empty.
#[test]
fn a_buffer_is_used_again() {
    let small = Codec::default().limits(typeport::Limits::default().with_items(3));
    let mut buffer = vec![1, 2, 3];
    let capacity = {
        small.to_buffer(&mut buffer, &"text".repeat(50)).unwrap();
        assert_eq!(typeport::from_slice::<String>(&buffer).unwrap(), "text".repeat(50));
        buffer.capacity()
    };
    for number in [7_u64, 8] {
        small.to_buffer(&mut buffer, &vec![number; 3]).unwrap();
        assert_eq!(buffer, small.to_vec(&vec![number; 3]).unwrap());
        assert_eq!(buffer.capacity(), capacity);
    }
    assert!(small.to_buffer(&mut buffer, &vec![1_u64; 4]).unwrap_err().is_limit());
    assert!(buffer.is_empty());
    // What was counted before the error is not counted again.
    small.to_buffer(&mut buffer, &vec![1_u64; 3]).unwrap();
}
