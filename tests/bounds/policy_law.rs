//! Policies as sets: `and` is intersection, an empty list allows nothing, and the policy of a decode binds all nested values.
//! Over generated policies and values.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::property::{CASES, assert_met, check};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use typeport::{Codec, Format, Policy, Portable, TypeName, TypeRef, Value, portable};

#[portable(id = "policy_law::Base")]
trait Base {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "policy_law::One")]
struct One(u8);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "policy_law::Two")]
struct Two(u8);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "policy_law::Holder")]
struct Holder<T> {
    held: T,
}

#[portable]
impl Base for One {}

#[portable]
impl<T: Portable> Base for Holder<T> {}

/// One addition to a policy.
#[derive(Clone, Copy, Debug)]
enum Allow {
    One,
    Two,
    HolderOfOne,
    ListOfTwo,
    Number,
    HolderOrigin,
    ListOrigin,
    OneOrigin,
    Base,
    Std,
}

const ALLOWS: [Allow; 10] = [
    Allow::One,
    Allow::Two,
    Allow::HolderOfOne,
    Allow::ListOfTwo,
    Allow::Number,
    Allow::HolderOrigin,
    Allow::ListOrigin,
    Allow::OneOrigin,
    Allow::Base,
    Allow::Std,
];

impl Allow {
    fn add(self, policy: Policy) -> Policy {
        match self {
            Allow::One => policy.allow::<One>(),
            Allow::Two => policy.allow::<Two>(),
            Allow::HolderOfOne => policy.allow::<Holder<One>>(),
            Allow::ListOfTwo => policy.allow::<Vec<Two>>(),
            Allow::Number => policy.allow::<i64>(),
            Allow::HolderOrigin => policy.allow_origin("policy_law::Holder"),
            Allow::ListOrigin => policy.allow_origin("Vec"),
            Allow::OneOrigin => policy.allow_origin("policy_law::One"),
            Allow::Base => policy.allow_interface::<dyn Base>(),
            Allow::Std => policy.allow_std(),
        }
    }

    /// What the documentation says: whether a part of a name is allowed as a whole (2), by its origin (1), or not (0).
    fn says(self, part: TypeRef<'_>) -> u8 {
        let (text, origin) = (part.as_str(), part.origin());
        let whole = |name: &str| 2 * u8::from(text == name);
        let by_origin = |id: &str| u8::from(origin == id);
        match self {
            Allow::One => whole("policy_law::One"),
            Allow::Two => whole("policy_law::Two"),
            Allow::HolderOfOne => whole("policy_law::Holder<policy_law::One>"),
            Allow::ListOfTwo => whole("Vec<policy_law::Two>"),
            Allow::Number => whole("i64"),
            Allow::HolderOrigin => by_origin("policy_law::Holder"),
            Allow::ListOrigin => by_origin("Vec"),
            Allow::OneOrigin => by_origin("policy_law::One"),
            Allow::Base => by_origin("policy_law::Holder").max(by_origin("policy_law::One")),
            Allow::Std => u8::from(!origin.contains("::")),
        }
    }
}

/// A policy as the calls that make it.
#[derive(Clone, Debug)]
enum Made {
    Default,
    List(Vec<Allow>),
    And(Box<Made>, Box<Made>),
}

impl Made {
    fn policy(&self) -> Policy {
        match self {
            Made::Default => Policy::default(),
            Made::List(allows) => allows.iter().fold(Policy::deny_all(), |policy, allow| allow.add(policy)),
            Made::And(one, other) => one.policy().and(other.policy()),
        }
    }

    /// Whether it allows a name, by the documentation alone.
    fn allows(&self, name: &TypeName) -> bool {
        match self {
            Made::Default => true,
            Made::List(allows) => allows_part(allows, name.as_ref()),
            Made::And(one, other) => one.allows(name) && other.allows(name),
        }
    }
}

fn allows_part(allows: &[Allow], part: TypeRef<'_>) -> bool {
    // Trait objects are checked when their values are decoded.
    if part.as_str().starts_with("Box<dyn ") {
        return true;
    }
    match allows.iter().map(|allow| allow.says(part)).max().unwrap_or(0) {
        0 => false,
        1 => part.args().all(|arg| allows_part(allows, arg)),
        _ => true,
    }
}

fn made() -> impl Strategy<Value = Made> {
    let list = vec(prop::sample::select(&ALLOWS[..]), 0..8).prop_map(Made::List);
    prop_oneof![9 => list, 1 => Just(Made::Default)].prop_recursive(2, 4, 2, |inner| {
        (inner.clone(), inner).prop_map(|(one, other)| Made::And(Box::new(one), Box::new(other)))
    })
}

/// An envelope, and the names that are decided on: of its root, and of all that is nested in it.
#[derive(Clone, Debug)]
struct Sample {
    bytes: Vec<u8>,
    names: Vec<TypeName>,
}

fn value(seed: u8, depth: u8) -> Box<dyn Value> {
    let inner = || value(seed / 8, depth.saturating_sub(1));
    match (seed % 8, depth) {
        (0, _) => Box::new(One(1)),
        (1, _) => Box::new(Two(1)),
        (2, _) => Box::new(5_i64),
        (3, _) => Box::new(vec![Two(1)]),
        (4, _) => Box::new(Holder { held: One(1) }),
        (5, _) | (_, 0) => Box::new(Holder { held: vec![1_i64] }),
        (6, _) => Box::new(Holder { held: inner() }),
        _ => Box::new(vec![inner(), Box::new(Two(2))]),
    }
}

fn sample() -> impl Strategy<Value = Sample> {
    (any::<u8>(), prop::sample::select(Format::ALL)).prop_map(|(seed, format)| {
        let bytes = Codec::default().format(format).to_vec(&value(seed, 3)).unwrap();
        let envelope = typeport::Envelope::parse(&bytes).unwrap();
        let nested = envelope.nested().iter().map(|nested| nested.name.parse().unwrap());
        let names = std::iter::once(envelope.type_name().clone()).chain(nested).collect();
        Sample { bytes, names }
    })
}

fn allowed(policy: Policy, sample: &Sample) -> bool {
    match Codec::default().policy(policy).from_slice::<Box<dyn Value>>(&sample.bytes) {
        Ok(_) => true,
        Err(error) => {
            assert!(error.is_denied(), "{error}");
            false
        }
    }
}

#[test]
fn what_two_policies_allow_together_is_what_both_allow() {
    let counts = RefCell::new([0; 2]);
    check(1, CASES, (made(), made(), sample()), |(p, q, sample)| {
        let (by_p, by_q) = (allowed(p.policy(), &sample), allowed(q.policy(), &sample));
        prop_assert_eq!(allowed(p.policy().and(q.policy()), &sample), by_p && by_q);
        prop_assert_eq!(allowed(q.policy().and(p.policy()), &sample), by_p && by_q);
        prop_assert_eq!(allowed(p.policy().and(p.policy()), &sample), by_p);
        prop_assert_eq!(allowed(p.policy().and(Policy::default()), &sample), by_p);
        prop_assert!(!allowed(p.policy().and(Policy::deny_all()), &sample));
        counts.borrow_mut()[usize::from(by_p)] += 1;
        Ok(())
    });
    println!("denied and allowed by the first: {:?}", counts.borrow());
    assert_met(*counts.borrow());
}

#[test]
fn an_answer_is_what_the_documentation_says_of_every_name() {
    check(2, CASES, (made(), sample()), |(made, sample)| {
        let expected = sample.names.iter().all(|name| made.allows(name));
        prop_assert_eq!(allowed(made.policy(), &sample), expected, "{:?}", sample.names);
        Ok(())
    });
}

#[test]
fn an_addition_only_ever_allows_more() {
    check(3, CASES, (made(), prop::sample::select(&ALLOWS[..]), sample()), |(made, allow, sample)| {
        let (before, after) = (allowed(made.policy(), &sample), allowed(allow.add(made.policy()), &sample));
        prop_assert!(after || !before);
        Ok(())
    });
}

#[test]
fn an_empty_policy_allows_nothing() {
    check(4, CASES, sample(), |sample| {
        prop_assert!(!allowed(Policy::deny_all(), &sample));
        let codec = Codec::default().policy(Policy::deny_all());
        prop_assert!(codec.from_slice::<One>(&sample.bytes).is_err());
        prop_assert!(codec.to_vec(&value(sample.bytes[7], 3)).unwrap_err().is_denied());
        Ok(())
    });
}

/// Writes and reads an envelope of its own, with the policy of this thread.
#[derive(Debug)]
struct Inside(Box<dyn Value>);

thread_local! {
    static INNER: RefCell<Policy> = RefCell::default();
}

impl Serialize for Inside {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        typeport::to_vec(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Inside {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        let codec = Codec::default().policy(INNER.with_borrow(Policy::clone));
        codec.from_slice(&bytes).map(Inside).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "policy_law::Letter")]
struct Letter {
    #[portable(opaque = "policy_law::Inside")]
    inside: Inside,
}

#[test]
fn the_outer_policy_binds_what_is_decoded_inside_and_the_inner_one_too() {
    check(5, CASES, (made(), made(), any::<u8>(), sample()), |(outer, inner, seed, sample)| {
        let letter = Letter { inside: Inside(value(seed, 3)) };
        let bytes = typeport::to_vec(&letter).unwrap();
        let alone = Sample { bytes: typeport::to_vec(&letter.inside.0).unwrap(), names: Vec::new() };
        let expected = allowed(outer.policy(), &alone) && allowed(inner.policy(), &alone);
        INNER.set(inner.policy());
        let codec = Codec::default().policy(outer.policy().allow::<Letter>());
        let decoded = codec.from_slice::<Letter>(&bytes);
        INNER.take();
        prop_assert_eq!(decoded.is_ok(), expected, "{:?}", decoded);
        // Nothing of this decode stays behind.
        prop_assert_eq!(allowed(outer.policy(), &sample), sample.names.iter().all(|name| outer.allows(name)));
        Ok(())
    });
}
