//! Rewriting a carried value: each value inside is read and written once, and its levels count like those of any other value.
//! Each kind of field, each format, each way to write it. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::Cell;
use typeport::{Carried, Codec, Failure, Format, Limits, Opaque, Portable, Registry, Schema, Value, entry};

thread_local! {
    static READ: Cell<usize> = const { Cell::new(0) };
    static WRITTEN: Cell<usize> = const { Cell::new(0) };
}

/// What a receiver links, under its third id.
#[derive(Debug, thiserror::Error, Portable)]
#[portable(id = "anew::New", alias = "anew::Old", alias = "anew::Mid")]
#[error("new")]
struct New {
    opaque: Option<Opaque>,
    carried: Option<Carried<dyn Value>>,
    failure: Option<Failure>,
}

/// Both count.
impl<'de> Deserialize<'de> for New {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct New {
            opaque: Option<Opaque>,
            carried: Option<Carried<dyn Value>>,
            failure: Option<Failure>,
        }
        READ.set(READ.get() + 1);
        let New { opaque, carried, failure } = New::deserialize(deserializer)?;
        Ok(self::New { opaque, carried, failure })
    }
}

impl Serialize for New {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct New<'a> {
            opaque: &'a Option<Opaque>,
            carried: &'a Option<Carried<dyn Value>>,
            failure: &'a Option<Failure>,
        }
        WRITTEN.set(WRITTEN.get() + 1);
        let self::New { opaque, carried, failure } = self;
        New { opaque, carried, failure }.serialize(serializer)
    }
}

/// What a sender has, under the second id: its hash is neither that of the first nor that of the last. Two types of one id would
/// be ambiguous here, so its name is put into what it writes.
#[derive(Debug, Default, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "anew::Mi2", alias = "anew::Mid")]
#[error("mid")]
struct Mid {
    opaque: Option<Box<dyn Value>>,
    carried: Option<Box<dyn Value>>,
    failure: Option<Failure>,
}

/// Puts a value around another.
type Around = fn(Mid) -> Mid;

/// What puts one value into another, by the kind of place.
const PLACES: [(&str, Around); 3] = [
    ("opaque", |inner| Mid { opaque: Some(Box::new(inner)), ..Mid::default() }),
    ("carried", |inner| Mid { carried: Some(Box::new(inner)), ..Mid::default() }),
    ("failure", |inner| Mid { failure: Some(Failure::from(inner)), ..Mid::default() }),
];

fn receiver(limits: Limits) -> Codec {
    Codec::default().registry(Registry::empty().with(entry!(New as dyn Value))).limits(limits)
}

/// A value with so many others in it, one in the other, as it comes.
fn chain(format: Format, put: fn(Mid) -> Mid, depth: usize, schema: bool, limits: &Limits) -> Opaque {
    let value = (0..depth).fold(Mid::default(), |inner, _| put(inner));
    let sender = Codec::default().format(format).schema(schema).checksum(false).limits(Limits::trusted());
    let mut bytes = sender.to_vec(&value).unwrap();
    for at in 0..bytes.len() - 3 {
        if bytes[at..].starts_with(b"Mi2") {
            bytes[at + 2] = b'd';
        }
    }
    receiver(limits.clone()).from_slice(&bytes).unwrap()
}

type Way = (&'static str, fn(&Opaque, &Codec) -> Result<Vec<u8>, String>);

/// The ways out of a value that came in another format.
const WAYS: [Way; 5] = [
    ("in a list", |opaque, codec| codec.to_vec(&vec![opaque.clone()]).map_err(text)),
    ("carried", |opaque, codec| codec.to_vec(&(1_u8, Carried::<dyn Value>::Opaque(opaque.clone()))).map_err(text)),
    ("described", |opaque, codec| codec.clone().schema(true).to_vec(&vec![opaque.clone()]).map_err(text)),
    ("JSON of another crate", |opaque, _| serde_json::to_vec(&vec![opaque]).map_err(text)),
    ("a binary format of another crate", |opaque, _| postcard::to_allocvec(&vec![opaque]).map_err(text)),
];

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[test]
fn what_is_inside_is_read_and_written_once() {
    let mut cells = 0;
    for (place, put) in PLACES {
        for (from, to) in Format::ALL.iter().flat_map(|from| Format::ALL.iter().map(|to| (*from, *to))) {
            for schema in [false, true] {
                let depth = 12;
                let opaque = chain(from, put, depth, schema, &Limits::default());
                for (way, write) in WAYS {
                    let cell = format!("{place}, {from} to {to}, {way}, with a schema: {schema}");
                    READ.set(0);
                    WRITTEN.set(0);
                    let bytes =
                        write(&opaque, &Codec::default().format(to)).unwrap_or_else(|error| panic!("{cell}: {error}"));
                    let (read, written) = (READ.take(), WRITTEN.take());
                    assert!(read <= depth + 1 && written <= depth + 1, "{cell}: {read} read, {written} written");
                    if way == "described" && from != to {
                        let _: serde_json::Value = Codec::default()
                            .read(&bytes, &Schema::default())
                            .unwrap_or_else(|error| panic!("{cell}: {error}"));
                    }
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 270);
}

/// A chain that a reader would refuse is refused, wherever a level is: within the value, or around it.
#[test]
fn the_levels_of_what_is_written_anew_are_counted() {
    let limits = Limits::default().with_nested(10);
    for (place, put) in PLACES {
        for (from, to) in
            [(Format::Json, Format::Postcard), (Format::Postcard, Format::Json), (Format::Bincode, Format::Postcard)]
        {
            for schema in [false, true] {
                let codec = Codec::default().format(to).limits(limits.clone());
                // The list has one level, the value in it so many.
                let fits = codec.clone().schema(true).to_vec(&vec![chain(from, put, 9, schema, &limits)]).unwrap();
                let _: serde_json::Value = codec.read(&fits, &Schema::default()).unwrap();
                let error = codec.to_vec(&vec![chain(from, put, 10, schema, &limits)]).unwrap_err();
                assert!(
                    error.to_string().contains("nested is 10, the input needs 11"),
                    "{place}, {from} to {to}: {error}"
                );
            }
        }
    }
}
