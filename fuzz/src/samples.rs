//! The closed set of types that inputs select from, a real value of each, and the envelopes around them. Imports `types`,
//! `repair`.
//!
//! Hash maps and hash sets are left out, as their order is not determined. The order of this list is part of the meaning of
//! seeds: new samples go to its end.

use crate::repair::repair;
use crate::types::{Base, Bounded, Broken, Courier, Either, Foo, Kind, One, Sorted, Stranger, Tree, Two};
use arbitrary::{Arbitrary, Unstructured};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use typeport::{Carried, Codec, Envelope, Failure, Format, Portable, Result, Value};

/// One type of the closed set, compiled into these two functions.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) name: String,
    /// Decodes natively.
    pub(crate) decode: fn(&Codec, &[u8]) -> Result<Decoded>,
    pub(crate) make: fn(&mut Unstructured<'_>) -> arbitrary::Result<Box<dyn Value>>,
}

/// A value, and its output as a member of `Base`, if it is one.
pub(crate) struct Decoded {
    pub(crate) value: Box<dyn Value>,
    pub(crate) weight: Option<usize>,
}

/// A type in one format, with the envelope of a real value.
pub(crate) struct Sample {
    pub(crate) subject: Subject,
    pub(crate) format: Format,
    /// The real value's envelope, without checksum.
    pub(crate) bytes: Vec<u8>,
    /// Where its state stands.
    pub(crate) state: std::ops::Range<usize>,
}

impl Sample {
    /// The sample's envelope with another state.
    pub(crate) fn with_state(&self, state: &[u8]) -> Vec<u8> {
        let mut bytes = [&self.bytes[..self.state.start], state, &self.bytes[self.state.end..]].concat();
        repair(&mut bytes);
        bytes
    }
}

/// The sample that the first byte of an input picks, and the rest.
pub(crate) fn pick(data: &[u8]) -> Option<(&'static Sample, &[u8])> {
    let (first, rest) = data.split_first()?;
    let samples = samples();
    Some((&samples[usize::from(*first) % samples.len()], rest))
}

/// All samples; a type that a format cannot carry is left out in that format.
pub(crate) fn samples() -> &'static [Sample] {
    static SAMPLES: OnceLock<Vec<Sample>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let mut samples = Vec::new();
        members(&mut samples);
        containers(&mut samples);
        couriers(&mut samples);
        samples
    })
}

/// What is asked of a type of the closed set.
trait Made: Portable + for<'a> Arbitrary<'a> {}
impl<T: Portable + for<'a> Arbitrary<'a>> Made for T {}

fn add<T: Made>(samples: &mut Vec<Sample>, value: &T, decode: fn(&Codec, &[u8]) -> Result<Decoded>) {
    let name = value.type_name().to_string();
    let make = |bytes: &mut Unstructured<'_>| Ok(Box::new(T::arbitrary(bytes)?) as Box<dyn Value>);
    let subject = Subject { name, decode, make };
    for &format in Format::ALL {
        let Ok(bytes) = Codec::default().format(format).checksum(false).to_vec(value) else { continue };
        let envelope = Envelope::parse(&bytes).expect("it was just encoded");
        // Prefix, type hash, the name's length (one byte, as names here are short), the name.
        let start = 7 + 8 + 1 + subject.name.len();
        let state = start..start + envelope.state().len();
        assert_eq!(&bytes[state.clone()], envelope.state(), "the header is where the page on the format says");
        samples.push(Sample { subject: subject.clone(), format, state, bytes });
    }
}

/// Adds a member of `Base`.
fn member<T: Made + Base>(samples: &mut Vec<Sample>, value: T) {
    add(samples, &value, |codec, bytes| {
        let value: T = codec.from_slice(bytes)?;
        let weight = Some(value.weight());
        Ok(Decoded { value: Box::new(value), weight })
    });
}

/// Adds a type that is a member of the root interface only.
fn container<T: Made>(samples: &mut Vec<Sample>, value: T) {
    add(samples, &value, |codec, bytes| Ok(Decoded { value: Box::new(codec.from_slice::<T>(bytes)?), weight: None }));
}

pub(crate) fn foo(a: i64, b: &str) -> Foo {
    Foo { a, b: b.to_owned() }
}

pub(crate) fn one<T>(value: T) -> One<T> {
    One { cache: 0, value }
}

/// A trait object with another one in it.
pub(crate) fn nested() -> Vec<Box<dyn Base>> {
    let inner: Vec<Box<dyn Base>> = vec![Box::new(foo(-1, "in")), Box::new(one(7_i64))];
    vec![Box::new(one(7_i64)), Box::new(one(inner)), Box::new(Kind::Tuple(3, "x".to_owned())), Box::new(one(8_i64))]
}

fn members(samples: &mut Vec<Sample>) {
    member(samples, foo(-300, "ab"));
    member(samples, Kind::Struct { name: Some("n".to_owned()) });
    member(samples, one(7_i64));
    member(samples, one("text".to_owned()));
    member(samples, one(1.5_f64));
    member(samples, one(()));
    member(samples, one(vec![foo(1, "a"), foo(2, "")]));
    member(samples, one(Some(Kind::Newtype(-5))));
    member(samples, one([foo(1, "a"), foo(2, "b")]));
    member(samples, one((3_i64, vec![foo(4, "c")])));
    member(samples, one(BTreeMap::from([(foo(1, "k"), 'v'), (foo(2, "l"), 'w')])));
    member(samples, one(one(one(one(1_u128)))));
    member(samples, Two { a: vec![one(1_i64)], b: Some(Two { a: vec![1_u8], b: Some(true) }) });
    member(samples, sorted([(1_i64, foo(1, "a")), (-2, foo(2, "b"))]));
    member(samples, sorted([("a".to_owned(), ()), ("b".to_owned(), ())]));
    member(samples, sorted([(Kind::Newtype(1), 1.5_f64), (Kind::Unit, -0.0)]));
    member(samples, Bounded { first: 1_u8, more: vec![2, 3] });
    member(samples, Bounded { first: Some(one(vec![1_i64])), more: vec![None] });
    member(samples, Tree { value: foo(1, "r"), children: vec![Tree { value: foo(2, "c"), children: vec![] }] });
    member(samples, Either::Both { left: 1_i16, right: Box::new(one(Kind::Unit)) });
    member(samples, Either::<Kind, ()>::Neither);
    member(samples, one(nested().remove(1)));
    member(samples, one(BTreeMap::from([("k".to_owned(), nested().remove(0))])));
    member(samples, Two { a: nested(), b: Some(vec![Some(one(nested().remove(1)))]) });
}

fn sorted<K: Ord + Clone, V, const N: usize>(entries: [(K, V); N]) -> Sorted<K, V> {
    let keys = entries.iter().map(|(key, _)| key.clone()).collect();
    Sorted { by_key: entries.into(), keys }
}

fn containers(samples: &mut Vec<Sample>) {
    container(samples, nested());
    container(samples, vec![(), ()]);
    container(samples, (1_u8, -1_i128, Some(Arc::new('c')), [true, false]));
    container(samples, VecDeque::from([Some(Box::new(foo(1, "a"))), None]));
    container(samples, BTreeMap::from([(Some(1_u16), Stranger { number: 9 })]));
    container(samples, vec![Err::<Foo, String>("no".to_owned())]);
    container(samples, vec![(Duration::from_millis(1500), "::1".parse::<IpAddr>().expect("an address"))]);
    container(samples, one(vec![(1_f32, f32::MIN_POSITIVE)]));
}

pub(crate) fn failure(number: u32) -> Failure {
    Broken { number }.into()
}

/// Values with places of each kind for what may not be known.
pub(crate) fn courier() -> Courier {
    let carried = nested().into_iter().map(Carried::Known).collect();
    Courier { carried, kept: Vec::new(), failures: vec![failure(7), "text".into()] }
}

fn couriers(samples: &mut Vec<Sample>) {
    member(samples, courier());
    member(samples, one(vec![courier()]));
    member(samples, Tree { value: courier(), children: vec![] });
}
