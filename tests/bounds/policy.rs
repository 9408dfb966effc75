//! A policy decides on whole names, before anything is built: a type that counts its constructions is tried in every position
//! and through every entry point.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::formats;
use serde::{Deserialize, Deserializer, Serialize};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;
use typeport::{Carried, Codec, Error, Format, Opaque, Policy, Portable, Value, portable};

thread_local! {
    static CONSTRUCTIONS: Cell<usize> = const { Cell::new(0) };
}

/// The type that must not be built here; its constructions are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Portable)]
struct Bait(u8);

impl<'de> Deserialize<'de> for Bait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Bait(u8);
        CONSTRUCTIONS.set(CONSTRUCTIONS.get() + 1);
        Bait::deserialize(deserializer).map(|Bait(number)| self::Bait(number))
    }
}

#[portable(id = "policy::Step")]
trait Step {
    fn step(&self) -> usize;
}

#[portable]
impl Step for Bait {
    fn step(&self) -> usize {
        0
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Plain {
    number: i64,
}

#[portable]
impl Step for Plain {
    fn step(&self) -> usize {
        1
    }
}

/// A box for anything.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "policy::Holder")]
struct Holder<T> {
    before: u8,
    held: T,
}

#[portable]
impl<T: Portable> Step for Holder<T> {
    fn step(&self) -> usize {
        2
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Choice<T> {
    None,
    Tuple(u8, T),
    Struct { held: T },
}

#[portable]
impl<T: Portable> Step for Choice<T> {
    fn step(&self) -> usize {
        3
    }
}

/// An envelope inside of a value, decoded by the value's own code with a codec that allows everything.
#[derive(Debug)]
struct Envelope<T>(T);

impl<T: Portable> Serialize for Envelope<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = typeport::to_vec(&self.0).map_err(serde::ser::Error::custom)?;
        bytes.serialize(serializer)
    }
}

impl<'de, T: Portable> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        typeport::from_slice(&bytes).map(Envelope).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Letter {
    #[portable(opaque = "the::Envelope")]
    inside: Envelope<Holder<Bait>>,
}

#[portable]
impl Step for Letter {
    fn step(&self) -> usize {
        4
    }
}

/// Everything of this file but the bait.
fn closed() -> Policy {
    let known = Policy::deny_all().allow::<Plain>().allow::<Letter>().allow_std();
    known.allow_origin("policy::Holder").allow_origin("typeport::Choice")
}

/// The ways to ask for a value.
fn entries<T: Portable>(codec: &Codec, bytes: &[u8]) -> Vec<(&'static str, Result<String, Error>)> {
    fn text<V: Debug>(value: Result<V, Error>) -> Result<String, Error> {
        value.map(|value| format!("{value:?}"))
    }
    vec![
        ("exact", text(codec.from_slice::<T>(bytes))),
        ("value", text(codec.from_slice::<Box<dyn Value>>(bytes))),
        ("interface", text(codec.from_slice::<Box<dyn Step>>(bytes))),
        ("front", text(codec.take_from_slice::<Box<dyn Step>>(bytes).map(|(value, _)| value))),
        ("reader", text(codec.from_reader::<Box<dyn Step>>(bytes))),
    ]
}

/// How many cells of the matrix were tried.
#[track_caller]
fn refuse<T: Portable>(value: T) -> usize {
    let mut cells = 0;
    for format in formats() {
        let bytes = Codec::default().format(format).to_vec(&value).unwrap();
        for policy in [closed(), Policy::deny_all(), Policy::default().and(closed()), closed().and(closed())] {
            let codec = Codec::default().format(format).policy(policy);
            for (entry, found) in entries::<T>(&codec, &bytes) {
                let error = found.unwrap_err();
                assert!(error.is_denied() || error.is_unlinked(), "{format} {entry}: {error}");
                assert_eq!(CONSTRUCTIONS.get(), 0, "{format} {entry}: the bait was built");
                cells += 1;
            }
        }
    }
    cells
}

#[test]
fn the_bait_is_never_built() {
    let bait = || Bait(7);
    let dynamic = || Box::new(bait()) as Box<dyn Step>;
    fn held<T>(held: T) -> Holder<T> {
        Holder { before: 1, held }
    }
    let mut cells = refuse(bait());
    cells += refuse(held(bait())) + refuse(held(vec![bait()])) + refuse(held(Some(Box::new(bait()))));
    cells += refuse(held(vec![held(bait())])) + refuse(held((1_u8, [bait()])));
    cells += refuse(held(BTreeMap::from([(1_u8, bait())]))) + refuse(held(BTreeMap::from([("k".to_owned(), bait())])));
    cells += refuse(held(BTreeSet::from([bait()]))) + refuse(held(Arc::new(bait())));
    cells += refuse(Choice::Tuple(1, bait())) + refuse(Choice::Struct { held: bait() }) + refuse(Choice::<Bait>::None);
    cells += refuse(held(dynamic())) + refuse(held(vec![dynamic()])) + refuse(held(Some(held(dynamic()))));
    cells += refuse(held(BTreeMap::from([("k".to_owned(), dynamic())]))) + refuse(Choice::Struct { held: dynamic() });
    cells += refuse(held(Box::new(held(dynamic())) as Box<dyn Step>));
    cells += refuse(held(Box::new(held(vec![Some(bait())])) as Box<dyn Value>));
    println!("{cells} cells, {} constructions", CONSTRUCTIONS.get());
    assert!(cells >= 150, "{cells}");
}

/// What may not be built may be carried; nothing of it is built then, nor when it is decoded later under the policy.
#[test]
fn a_carried_bait_is_not_built_and_not_later_either() {
    let mut cells = 0;
    let baits: [fn() -> Box<dyn Step>; 4] = [
        || Box::new(Bait(7)),
        || Box::new(Holder { before: 1, held: Bait(7) }),
        || Box::new(Holder { before: 1, held: vec![Some(Box::new(Bait(7)) as Box<dyn Step>)] }),
        || Box::new(Choice::Struct { held: Bait(7) }),
    ];
    for (format, bait) in Format::ALL.iter().copied().flat_map(|format| baits.map(|bait| (format, bait))) {
        let open = Codec::default().format(format);
        for policy in [closed(), Policy::deny_all().allow_std(), Policy::default().and(closed())] {
            let codec = Codec::default().format(format).policy(policy);
            let root = open.to_vec(&bait()).unwrap();
            let list = open.to_vec(&vec![bait(), Box::new(Plain { number: 1 })]).unwrap();
            let carried: Opaque = codec.from_slice(&root).unwrap();
            assert_eq!(codec.to_vec(&carried).unwrap(), root, "{format}");
            // What holds the bait in a trait object is allowed itself, and then its inside is not.
            if let Ok(carried) = codec.from_slice::<Vec<Carried<dyn Step>>>(&list) {
                assert_eq!(codec.to_vec(&carried).unwrap(), list, "{format}");
            }
            let later = [
                codec.decode_opaque::<Box<dyn Step>>(&carried).map(drop),
                codec.decode_opaque::<Box<dyn Value>>(&carried).map(drop),
                codec.decode_opaque::<Bait>(&carried).map(drop),
            ];
            for later in later {
                let error = later.unwrap_err();
                assert!(error.is_denied() || error.is_mismatch(), "{format}: {error}");
                assert_eq!(CONSTRUCTIONS.get(), 0, "{format}: the bait was built");
                cells += 1;
            }
        }
    }
    println!("{cells} cells, {} constructions", CONSTRUCTIONS.get());
}

/// A decode within a decode is bound by the outer policy, though its own codec allows everything.
#[test]
fn the_policy_binds_what_a_value_decodes_by_itself() {
    let bytes = typeport::to_vec(&Letter { inside: Envelope(Holder { before: 0, held: Bait(1) }) }).unwrap();
    let error = Codec::default().policy(closed()).from_slice::<Box<dyn Step>>(&bytes).unwrap_err();
    // The value's own code made a text of the error on its way out.
    assert!(error.to_string().contains("does not list `typeport::Bait`"), "{error}");
    assert_eq!(CONSTRUCTIONS.get(), 0);
    assert_eq!(typeport::from_slice::<Box<dyn Step>>(&bytes).unwrap().step(), 4);
    assert_eq!(CONSTRUCTIONS.replace(0), 1, "the bait does count");
}

#[test]
fn what_is_allowed_passes_by_every_entry() {
    for &format in Format::ALL {
        let codec = Codec::default().format(format).policy(closed());
        let value = Holder { before: 1, held: vec![Some(Choice::Tuple(1, Plain { number: 5 }))] };
        let bytes = codec.to_vec(&value).unwrap();
        for (entry, found) in entries::<Holder<Vec<Option<Choice<Plain>>>>>(&codec, &bytes) {
            assert!(found.is_ok(), "{format} {entry}: {found:?}");
        }
    }
}

#[test]
fn members_of_an_allowed_interface_pass_and_their_arguments_have_to_be_allowed() {
    let codec = Codec::default().policy(Policy::deny_all().allow_interface::<dyn Step>().allow::<i64>());
    let pass = typeport::to_vec(&Holder { before: 1, held: Holder { before: 1, held: 5_i64 } }).unwrap();
    codec.from_slice::<Box<dyn Step>>(&pass).unwrap();
    let denied = typeport::to_vec(&Holder { before: 1, held: "text".to_owned() }).unwrap();
    let error = codec.from_slice::<Box<dyn Step>>(&denied).unwrap_err();
    assert!(error.to_string().contains("the policy does not list `String`"), "{error}");
}

#[test]
fn an_encode_refuses_what_a_decode_would() {
    let codec = Codec::default().policy(closed());
    for &format in Format::ALL {
        let codec = codec.clone().format(format);
        assert!(codec.to_vec(&Holder { before: 1, held: Bait(1) }).unwrap_err().is_denied());
        let nested: Vec<Box<dyn Step>> = vec![Box::new(Plain { number: 1 }), Box::new(Bait(1))];
        assert!(codec.to_vec(&nested).unwrap_err().is_denied());
    }
}
