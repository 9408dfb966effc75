//! A carried value without a type hash, from another crate's format that our decode ran: the terms of that decode bind it, also
//! when a later encode contains it. Every way to write or decode it.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Deserializer, Serialize};
use std::cell::{Cell, RefCell};
use typeport::{Carried, Codec, Format, Limits, Opaque, Policy, Portable, Registry, Value, entry};

/// What a decode does with a carried value.
type Run = fn(&Opaque) -> Result<Vec<u8>, String>;

thread_local! {
    static CONSTRUCTIONS: Cell<usize> = const { Cell::new(0) };
    static CAME: RefCell<Option<Opaque>> = const { RefCell::new(None) };
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
    static FOUND: RefCell<Option<Result<Vec<u8>, String>>> = const { RefCell::new(None) };
}

#[derive(Debug, Serialize, Portable)]
#[portable(id = "by_name::Bait")]
struct Bait(Vec<u16>);

impl<'de> Deserialize<'de> for Bait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = Vec::deserialize(deserializer)?;
        CONSTRUCTIONS.set(CONSTRUCTIONS.get() + 1);
        Ok(Bait(numbers))
    }
}

/// JSON text of another crate, which its own code reads.
#[derive(Debug, Serialize, Portable)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        CAME.set(Some(serde_json::from_str(&text).map_err(serde::de::Error::custom)?));
        Ok(Text(text))
    }
}

/// A type whose own code encodes.
#[derive(Debug, Serialize, Portable)]
struct Encodes(u8);

impl<'de> Deserialize<'de> for Encodes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (run, came) = (RUN.take().unwrap(), CAME.take().unwrap());
        FOUND.set(Some(run(&came)));
        CAME.set(Some(came));
        u8::deserialize(deserializer).map(Encodes)
    }
}

type Way = (&'static str, fn(&Opaque) -> Result<Vec<u8>, String>);

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

const WAYS: [Way; 5] = [
    ("postcard", |opaque| typeport::to_vec(&vec![opaque.clone()]).map_err(text)),
    ("bincode", |opaque| Codec::default().format(Format::Bincode).to_vec(&Some(opaque.clone())).map_err(text)),
    ("JSON", |opaque| Codec::default().format(Format::Json).to_vec(&(1_u8, opaque.clone())).map_err(text)),
    ("carried", |opaque| typeport::to_vec(&vec![Carried::<dyn Value>::Opaque(opaque.clone())]).map_err(text)),
    ("postcard of its own crate", |opaque| postcard::to_allocvec(opaque).map_err(text)),
];

fn came_under(codec: &Codec) {
    let sent = Text(r#"{"type":"by_name::Bait","value":[1,2,3,4,5]}"#.to_owned());
    codec.from_slice::<Text>(&typeport::to_vec(&sent).unwrap()).unwrap();
}

/// What becomes of it outside of a decode, and within one by each of these codecs.
fn ways_out(way: fn(&Opaque) -> Result<Vec<u8>, String>) -> Vec<Result<Vec<u8>, String>> {
    let came = CAME.with_borrow(Clone::clone).unwrap();
    let mut all = vec![way(&came)];
    for codec in [
        Codec::default(),
        Codec::default().limits(Limits::trusted()),
        Codec::default().registry(Registry::global().clone()),
    ] {
        RUN.set(Some(way));
        codec.from_slice::<Encodes>(&typeport::to_vec(&Encodes(1)).unwrap()).unwrap();
        all.push(FOUND.take().unwrap());
    }
    all
}

#[test]
fn what_bound_it_binds_it_within_another_decode() {
    let closed = Codec::default().policy(Policy::deny_all().allow::<Text>().allow_std());
    let tight = Codec::default().limits(Limits::default().with_items(4));
    let few = Codec::default().registry(Registry::empty().with(entry!(Text as dyn Value)));
    for (codec, says) in [(&closed, "has no `by_name::Bait`"), (&tight, "items is 4"), (&few, "type hash")] {
        came_under(codec);
        for (name, way) in WAYS {
            CONSTRUCTIONS.set(0);
            for found in ways_out(way) {
                let error = found.expect_err(name);
                assert!(
                    error.contains(says) || error.contains("without a type hash") || name.contains("its own crate"),
                    "{name}: {error}"
                );
            }
            if says != "items is 4" {
                assert_eq!(CONSTRUCTIONS.get(), 0, "{name}");
            }
        }
    }
    came_under(&Codec::default());
    for (name, way) in WAYS {
        assert!(ways_out(way).iter().all(Result::is_ok), "{name}");
    }
}
