//! Values read without their types, by the schema in their envelope or by another one; and what is refused.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::formats;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;
use typeport::{
    Carried, Codec, Envelope, Failure, Format, Limits, Opaque, Portable, Registry, Schema, Value, entry, portable,
};

#[portable(alias = "acme::OldJob")]
trait Job {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Step", alias = "acme::OldStep")]
enum Step<T> {
    Idle,
    Wait(u8),
    Run { of: T, named: BTreeMap<String, Option<i16>> },
    Pair(T, f32),
}

#[portable]
impl<T: Portable> Job for Step<T> {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Holder")]
struct Holder {
    #[serde(rename = "the job")]
    job: Box<dyn Job>,
    all: Vec<Box<dyn Job>>,
    #[serde(skip)]
    #[allow(dead_code, reason = "it is no part of the state")]
    cache: u8,
}

#[portable]
impl Job for Holder {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Foreign")]
struct Foreign {
    before: u8,
    #[portable(opaque = "elsewhere::Day")]
    day: (u16, u8),
}

fn holder() -> Holder {
    let run =
        Step::Run { of: vec![1_u8, 2], named: BTreeMap::from([("a".to_owned(), None), ("b".to_owned(), Some(-3))]) };
    let inner = Holder { job: Box::new(Step::Pair(true, 0.5)), all: vec![], cache: 0 };
    Holder {
        job: Box::new(run),
        all: vec![Box::new(Step::<i64>::Idle), Box::new(inner), Box::new(Step::<i64>::Wait(9))],
        cache: 7,
    }
}

fn seen() -> Json {
    json!({
        "the job": { "type": "acme::Step<Vec<u8>>", "value": { "Run": { "of": [1, 2], "named": { "a": null, "b": -3 } } } },
        "all": [
            { "type": "acme::Step<i64>", "value": "Idle" },
            { "type": "acme::Holder", "value": {
                "the job": { "type": "acme::Step<bool>", "value": { "Pair": [true, 0.5] } }, "all": []
            } },
            { "type": "acme::Step<i64>", "value": { "Wait": 9 } },
        ],
    })
}

fn codec(format: Format) -> Codec {
    Codec::default().format(format)
}

/// The schema of the program, after a way through a file.
fn exported() -> Schema {
    serde_json::from_str(&serde_json::to_string(&Registry::global().schema()).unwrap()).unwrap()
}

/// What a reader sees that has no type of ours.
fn read(bytes: &[u8], schema: &Schema) -> typeport::Result<Json> {
    Codec::default().registry(Registry::empty()).read(bytes, schema)
}

#[test]
fn a_value_is_read_by_the_schema_that_comes_with_it_or_by_another() {
    for format in formats() {
        let plain = codec(format).to_vec(&holder()).unwrap();
        let described = codec(format).schema(true).to_vec(&holder()).unwrap();
        assert_eq!(read(&described, &Schema::default()).unwrap(), seen(), "{format}");
        assert_eq!(read(&plain, &exported()).unwrap(), seen(), "{format}");
        let envelope = Envelope::parse(&described).unwrap();
        let types: Vec<&str> = envelope.schema().unwrap().types().collect();
        assert_eq!(types, ["acme::Holder", "acme::Step<Vec<u8>>", "acme::Step<bool>", "acme::Step<i64>"], "{format}");
        assert_eq!(envelope.state(), Envelope::parse(&plain).unwrap().state(), "{format}");
        // Those who have the types read it as ever; an erased value describes itself as a native one does.
        let any: Box<dyn Job> = codec(format).from_slice(&described).unwrap();
        assert_eq!(codec(format).schema(true).to_vec(&any).unwrap(), described, "{format}");
    }
}

/// An address, by a name of its own.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Host")]
#[serde(transparent)]
struct Host(IpAddr);

/// What is text in JSON only, or has its length in its name, is found below other names too.
#[test]
fn what_is_the_same_as_another_type_is_read_as_that() {
    let address = IpAddr::from([10, 0, 0, 1]);
    for &format in Format::ALL {
        let value =
            (Host(address), Box::new(Host(address)), Mutex::new(address), Box::new([1_u8, 2, 3]), Reverse([(); 2]));
        let bytes = codec(format).to_vec(&value).unwrap();
        let seen = json!(["10.0.0.1", "10.0.0.1", "10.0.0.1", [1, 2, 3], [null, null]]);
        assert_eq!(read(&bytes, &exported()).unwrap(), seen, "{format}");
    }
}

#[test]
fn a_specialization_that_nobody_exported_is_read() {
    let schema = exported();
    assert!(schema.types().any(|name| name == "acme::Step<?0>"), "{schema:?}");
    let value = Step::Pair(Step::Pair([Some(1_u8), None], 1.5), 2.5);
    for format in [Format::Postcard, Format::Bincode] {
        let read = read(&codec(format).to_vec(&value).unwrap(), &schema).unwrap();
        assert_eq!(read, json!({ "Pair": [{ "Pair": [[1, null], 1.5] }, 2.5] }), "{format}");
    }
}

/// A schema of the sender's names, read by one whose program has renamed the types since, and the other way round.
#[test]
fn former_names_are_found() {
    let text = serde_json::to_string(&Registry::global().schema()).unwrap();
    let bytes = typeport::to_vec(&Step::Pair(7_u8, 0.5)).unwrap();
    let older: Schema = serde_json::from_str(
        &text.replace("acme::Step", "acme::Newer").replace("\"acme::OldStep\"", "\"acme::OldStep\",\"acme::Step\""),
    )
    .unwrap();
    assert_eq!(read(&bytes, &older).unwrap(), json!({ "Pair": [7, 0.5] }));
}

#[test]
fn the_wrong_schema_is_refused_and_not_read_by() {
    let (bytes, text) =
        (typeport::to_vec(&Step::Pair(7_u8, 0.5)).unwrap(), serde_json::to_string(&exported()).unwrap());
    for (from, to) in [
        ("\"index\":3", "\"index\":4"),
        ("\"type\":\"f32\"", "\"type\":\"f64\""),
        ("Idle", "Lazy"),
        ("acme::OldStep", "acme::Other"),
    ] {
        assert!(text.contains(from), "{text}");
        let error = read(&bytes, &serde_json::from_str(&text.replace(from, to)).unwrap()).unwrap_err();
        assert!(error.is_mismatch() && error.code() == 29, "{from} -> {to}: {error}");
    }
    let error = read(&bytes, &Schema::default()).unwrap_err();
    assert!(error.is_unlinked() && error.code() == 28, "{error}");
    assert!(error.to_string().starts_with("the shape of `acme::Step<u8>` is unknown"), "{error}");
    let error =
        serde_json::from_str::<Schema>(&text.replace("\"typeport_schema\":1", "\"typeport_schema\":2")).unwrap_err();
    assert!(error.to_string().starts_with("schema version 2 is not supported"), "{error}");
}

#[test]
fn a_foreign_type_is_as_far_as_reading_goes() {
    let bytes = Codec::default().schema(true).to_vec(&Foreign { before: 1, day: (2026, 8) }).unwrap();
    let error = read(&bytes, &Schema::default()).unwrap_err();
    assert!(error.is_unlinked() && error.code() == 30, "{error}");
    assert!(
        error
            .to_string()
            .contains("`opaque elsewhere::Day` cannot be read without its type: the schema gives only the name"),
        "{error}"
    );
    // JSON is self-describing.
    let bytes = codec(Format::Json).to_vec(&Foreign { before: 1, day: (2026, 8) }).unwrap();
    assert_eq!(read(&bytes, &Schema::default()).unwrap(), json!({ "before": 1, "day": [2026, 8] }));
}

#[test]
fn a_schema_is_carried_with_what_it_describes() {
    for &format in Format::ALL {
        let stranger = codec(format).registry(Registry::empty());
        let bytes = codec(format).schema(true).to_vec(&holder()).unwrap();
        let opaque: Opaque = stranger.from_slice(&bytes).unwrap();
        assert_eq!(opaque.schema(), Envelope::parse(&bytes).unwrap().schema());
        assert_eq!(stranger.to_vec(&opaque).unwrap(), bytes, "a root, {format}");
        // Inside a known value, if the forwarding process writes schemas too.
        let list = codec(format).schema(true).to_vec(&vec![Box::new(holder()) as Box<dyn Job>]).unwrap();
        let known = stranger.registry(Registry::empty().with(entry!(i64 as dyn Value))).schema(true);
        let carried: Vec<Carried<dyn Job>> = known.from_slice(&list).unwrap();
        assert!(carried[0].known().is_none());
        assert_eq!(known.to_vec(&carried).unwrap(), list, "{format}");
        // A failure's typed error is described too.
        let failure = Failure::new(Broken(3));
        let bytes = codec(format).schema(true).to_vec(&failure).unwrap();
        let failure: Failure = known.from_slice(&bytes).unwrap();
        assert_eq!(known.to_vec(&failure).unwrap(), bytes, "{format}");
        let seen = read(&bytes, &Schema::default()).unwrap();
        assert_eq!(
            seen,
            json!({ "messages": ["broken 3"], "value": { "type": "acme::Broken", "value": 3 } }),
            "{format}"
        );
    }
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Broken")]
#[error("broken {0}")]
struct Broken(u8);

#[test]
fn the_limits_of_a_schema_hold_both_ways() {
    let full = Codec::default().schema(true).to_vec(&holder()).unwrap();
    let length = full.len() - Codec::default().to_vec(&holder()).unwrap().len() - 4;
    let limits = [
        ("schema_bytes", length, Box::new(|n| Limits::default().with_schema_bytes(n)) as Box<dyn Fn(usize) -> Limits>),
        // Holder has 2 fields, each Step 4 variants with 5 fields; 4 types, 2 former ids with one each.
        ("schema_fields", 4 + 2 + 3 * 9 + 2 + 2, Box::new(|n| Limits::default().with_schema_fields(n))),
    ];
    for (name, needed, limit) in limits {
        for (value, is_enough) in [(needed - 1, false), (needed, true), (needed + 1, true)] {
            let codec = Codec::default().limits(limit(value));
            for result in
                [codec.from_slice::<Holder>(&full).map(drop), codec.clone().schema(true).to_vec(&holder()).map(drop)]
            {
                match result {
                    Ok(()) => assert!(is_enough, "{name} = {value}"),
                    Err(error) => assert!(!is_enough && error.to_string().contains(name), "{name} = {value}: {error}"),
                }
            }
        }
    }
}

/// A hash that is right for the root is none for a nested value: its shape would be taken on trust.
#[test]
fn a_hash_is_checked_together_with_its_name() {
    for format in [Format::Postcard, Format::Bincode] {
        let value = vec![Box::new(Step::<u8>::Wait(1)) as Box<dyn Job>];
        let bytes = codec(format).checksum(false).to_vec(&value).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        let (root, nested) = (envelope.type_hash().to_le_bytes(), envelope.nested()[0].type_hash.to_le_bytes());
        let at = bytes.windows(8).position(|window| window == nested).unwrap();
        let forged = [&bytes[..at], &root, &bytes[at + 8..]].concat();
        assert!(read(&bytes, &exported()).is_ok(), "{format}");
        let error = read(&forged, &exported()).unwrap_err();
        assert!(error.code() == 29 && error.to_string().contains("acme::Step<u8>"), "{format}: {error}");
    }
}
