//! The golden corpus: envelopes of released versions, which every later version decodes and re-encodes; and the sweeps, which
//! damage them in every way. `TYPEPORT_SWEEP=50` lengthens the seeded sweep fifty times.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

mod attempt;
mod corpus;
mod samples;
#[path = "../scale/mod.rs"]
mod scale;
mod schema;
mod std_values;
mod surgery;
mod sweep_bitflip;
mod sweep_ends;
mod sweep_fields;
mod sweep_mutate;
mod tree;
mod types;
mod user_values;

use corpus::{Entry, corpus, folder};
use samples::json;
use scale::scaled;
use std::collections::BTreeSet;
use std::fs;
use typeport::{Envelope, Format, Registry, Value};
use types::Node;

#[track_caller]
fn check(entry: &Entry, by: &str, value: &dyn Value) {
    let file = &entry.manifest.file;
    let again = entry.codec().to_vec(value).unwrap();
    let former = entry.sample.former.map(|_| entry.codec().to_vec(&*entry.sample.value).unwrap());
    assert_eq!(again, former.unwrap_or_else(|| entry.bytes.clone()), "{file}, {by}: written again");
    if entry.sample.formats.contains(&Format::Json) {
        assert_eq!(json(value), entry.value(), "{file}, {by}: the value");
    }
}

#[test]
fn every_envelope_decodes_into_its_value() {
    let mut n_members = 0;
    for entry in corpus() {
        let (file, codec) = (&entry.manifest.file, entry.codec());
        let envelope = Envelope::parse(&entry.bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(envelope.type_name().as_str(), entry.manifest.type_name, "{file}");
        assert_eq!(envelope.format().name(), entry.manifest.format, "{file}");
        assert_eq!(envelope.has_checksum(), entry.manifest.checksum, "{file}");
        let exact = (entry.sample.exact)(&codec, &entry.bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        check(entry, "by the named type", &*exact);
        let any: Box<dyn Value> = codec.from_slice(&entry.bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        check(entry, "by the root interface", &*any);
        match codec.from_slice::<Box<dyn Node>>(&entry.bytes) {
            Ok(node) => {
                node.weight();
                check(entry, "by its interface", &*json_subject(node));
                n_members += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), 12, "{file}: {error}");
                assert!(!entry.manifest.type_name.starts_with("golden::"), "{file}: {error}");
            }
        }
    }
    let n_types = corpus().iter().map(|entry| &entry.manifest.type_name).collect::<BTreeSet<_>>().len();
    println!("{} envelopes of {n_types} types, {n_members} of them members of an interface", corpus().len());
    assert!(corpus().len() >= scaled(200, 1) && n_types >= scaled(100, 1) && n_members >= scaled(100, 0));
}

fn json_subject(node: Box<dyn Node>) -> Box<dyn Value> {
    node
}

#[test]
#[cfg_attr(miri, ignore = "it reads the whole manifest, which is minutes there")]
fn the_manifest_and_the_folder_say_the_same() {
    let text = fs::read_to_string(folder().join("manifest.json")).unwrap();
    let items: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let listed: BTreeSet<String> = items.iter().map(|item| item["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed.len(), items.len(), "a file is listed once");
    let names = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = names.filter(|name| name.ends_with(".bin")).collect();
    assert_eq!(found, listed);
    let short = corpus().iter().filter(|entry| entry.bytes.len() < 150).count();
    assert!(short * 4 > corpus().len() * 3, "most envelopes are short: {short} of {}", corpus().len());
}

/// Every type of the standard library that is registered has an envelope, at the root or as an argument.
#[test]
#[cfg_attr(miri, ignore = "a part of the corpus is read there")]
fn every_std_type_is_in_the_corpus() {
    let names: String = corpus().iter().map(|entry| format!("<{}>", entry.manifest.type_name)).collect();
    let words: BTreeSet<&str> = names.split(|character: char| !character.is_alphanumeric()).collect();
    let registered = Registry::global().types();
    let origins = registered.iter().map(|listing| listing.name.split(['<', ',']).next().unwrap_or_default());
    for origin in origins.filter(|origin| origin.chars().all(char::is_alphanumeric)) {
        assert!(words.contains(origin), "no envelope has the std type {origin}");
    }
}
