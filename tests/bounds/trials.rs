//! Encodes that try several formats or verify their output, nested in each other through serializers: the work grows with the
//! levels, and does not double with each. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use std::cell::Cell;
use typeport::{Carried, Codec, Failure, Format, Opaque, Policy, Portable, Value};

thread_local! {
    static WRITTEN: Cell<usize> = const { Cell::new(0) };
}

/// Each encode of it is seen.
#[derive(Debug, Default, Deserialize)]
struct Seen;

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WRITTEN.set(WRITTEN.get() + 1);
        serializer.serialize_unit_struct("Seen")
    }
}

/// What a type's own code makes of a field, by a serializer that it runs.
macro_rules! text_within {
    ($($module:ident $value:ident => $write:expr, $text:ident => $read:expr;)*) => {$(
        mod $module {
            use super::*;

            pub fn serialize<T: Serialize + Portable, S: Serializer>($value: &T, serializer: S) -> Result<S::Ok, S::Error> {
                $write.map_err(S::Error::custom)?.serialize(serializer)
            }

            pub fn deserialize<'de, T: Portable, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
                let $text = Deserialize::deserialize(deserializer)?;
                $read.map_err(D::Error::custom)
            }
        }
    )*};
}

text_within! {
    // Its errors keep the text of ours.
    packed value => bincode::serde::encode_to_vec(value, bincode::config::standard()),
        text => bincode::serde::decode_from_slice(Vec::<u8>::as_slice(&text), bincode::config::standard()).map(|(value, _)| value);
    tree value => serde_json::to_value(value).map(|tree| tree.to_string()), text => serde_json::from_str(String::as_str(&text));
    whole value => Codec::default().format(Format::Json).to_vec(value), text => typeport::from_slice(Vec::<u8>::as_slice(&text));
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Packed {
    #[portable(opaque = "trials::Seen")]
    seen: Seen,
    failures: Vec<Failure>,
    #[portable(opaque = "packed")]
    #[serde(with = "packed")]
    next: Option<Box<dyn Value>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "trials::Tree")]
struct Tree {
    #[portable(opaque = "trials::Seen")]
    seen: Seen,
    #[portable(opaque = "tree")]
    #[serde(with = "tree")]
    next: Carried<dyn Value>,
}

/// Serde reads it by way of its buffer, so that each encode is verified.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Merged {
    #[portable(opaque = "trials::Seen")]
    seen: Seen,
    #[serde(flatten)]
    merged: Box<dyn Value>,
    #[portable(opaque = "whole")]
    #[serde(with = "whole")]
    next: Box<dyn Value>,
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("unknown")]
struct Unknown;

/// A value and a failure of a type that the receiver does not allow, decoded from this format.
fn unknown(format: Format) -> (Opaque, Failure) {
    let sent = (Box::new(Unknown) as Box<dyn Value>, Failure::from(Unknown));
    let bytes = Codec::default().format(format).to_vec(&sent).unwrap();
    Codec::default().policy(Policy::deny_all().allow_std().allow::<Failure>()).from_slice(&bytes).unwrap()
}

/// No format has both.
fn impossible() -> Box<dyn Value> {
    Box::new((unknown(Format::Json).0, unknown(Format::Postcard).0))
}

fn left_out() -> Vec<Failure> {
    vec![unknown(Format::Json).1, unknown(Format::Postcard).1]
}

type Chain = (&'static str, fn() -> Box<dyn Value>, fn(Box<dyn Value>) -> Box<dyn Value>);

const CHAINS: [Chain; 4] = [
    ("impossible", impossible, |next| Box::new(Packed { seen: Seen, failures: Vec::new(), next: Some(next) })),
    ("left out", || Box::new(1_u8), |next| Box::new(Packed { seen: Seen, failures: left_out(), next: Some(next) })),
    ("impossible in a tree", impossible, |next| Box::new(Tree { seen: Seen, next: Carried::Known(next) })),
    ("verified", || Box::new(1_u8), |next| Box::new(Merged { seen: Seen, merged: Box::new(Seed { seed: 1 }), next })),
];

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Seed {
    seed: u8,
}

type Way = (&'static str, fn(&Box<dyn Value>) -> bool);

/// Each tells whether it is written.
const WAYS: [Way; 5] = [
    ("to_vec", |value| typeport::to_vec(&**value).is_ok()),
    ("JSON", |value| Codec::default().format(Format::Json).to_vec(value).is_ok()),
    ("postcard of its own crate", |value| postcard::to_allocvec(value).is_ok()),
    ("JSON of another crate", |value| serde_json::to_string(value).is_ok()),
    ("a tree of another crate", |value| serde_json::to_value(value).is_ok()),
];

#[test]
fn the_work_does_not_double_with_each_level() {
    const DEPTH: usize = 9;
    for (chain, innermost, around) in CHAINS {
        // JSON writes bytes as a list of numbers.
        let depth = if chain == "verified" { DEPTH / 2 } else { DEPTH };
        let value = (0..depth).fold(innermost(), |next, _| around(next));
        for (way, write) in WAYS {
            WRITTEN.set(0);
            let is_written = write(&value);
            let written = WRITTEN.take();
            println!("{chain}, {way}: {written}, {is_written}");
            assert!(written <= 4 * DEPTH * DEPTH, "{chain}, {way}: {written}");
        }
    }
}
