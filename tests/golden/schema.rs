//! Every envelope, read without its types: by the schema of the program, and by its own. Imports `corpus`, `tree`.

use crate::corpus::{Entry, corpus};
use crate::scale::scaled;
use crate::tree::Tree;
use typeport::{Codec, Envelope, Format, Registry, Schema};

/// Compares the result with the sample's JSON, if it has one: as text, apart from the order of hash maps.
#[track_caller]
fn check(entry: &Entry, read: typeport::Result<Tree>) -> bool {
    let tree = read.unwrap_or_else(|error| panic!("{}: {error}", entry.manifest.file));
    // JSON needs no schema.
    if !entry.sample.formats.contains(&Format::Json) || entry.manifest.format == "json" {
        return false;
    }
    let (found, expected) = (serde_json::to_string(&tree).unwrap(), entry.sample.json());
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert!(
        found == expected || parsed(&found) == parsed(&expected),
        "{}: {found}, not {expected}",
        entry.manifest.file
    );
    true
}

#[test]
fn every_envelope_is_read_by_the_schema_of_the_program() {
    let file = serde_json::to_string(&Registry::global().schema()).unwrap();
    let schema: Schema = serde_json::from_str(&file).unwrap();
    assert_eq!(serde_json::to_string(&schema).unwrap(), file);
    let n_read = corpus().iter().filter(|entry| check(entry, Codec::default().read(&entry.bytes, &schema))).count();
    println!(
        "{n_read} of {} envelopes compared, {} types in {} bytes",
        corpus().len(),
        schema.types().count(),
        file.len()
    );
    assert!(n_read > scaled(150, 0));
}

#[test]
fn every_envelope_is_read_by_its_own_schema() {
    for entry in corpus() {
        let codec = entry.codec().schema(true);
        let bytes = entry.sample.encode(&codec);
        let envelope = Envelope::parse(&bytes).unwrap_or_else(|error| panic!("{}: {error}", entry.manifest.file));
        assert!(envelope.schema().is_some(), "{}", entry.manifest.file);
        check(entry, Codec::default().read(&bytes, &Schema::default()));
        // Whoever has the type does not mind.
        let typed =
            (entry.sample.exact)(&codec, &bytes).unwrap_or_else(|error| panic!("{}: {error}", entry.manifest.file));
        // A former name is written as the present one.
        let is_same = codec.to_vec(&*typed).unwrap().len() == bytes.len();
        assert!(is_same || entry.sample.former.is_some(), "{}", entry.manifest.file);
    }
}
