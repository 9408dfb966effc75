//! A rewriting by a schema may be six times as long as the schema, for each of many small values: it ends at a limit while it
//! is written, and the kept part is charged.
//!
//! A single test, as the counting allocator counts for the whole process.
#![forbid(unsafe_code)]

use peak_alloc::PeakAlloc;
use serde::{Deserialize, Serialize};
use typeport::{Carried, Codec, Failure, Format, Opaque, Policy, Portable, Value};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// JSON writes six bytes for each of the four hundred of the field's name.
#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("escaped")]
struct Escaped {
    #[serde(
        rename = "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\
          \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}"
    )]
    field: String,
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("many")]
struct Many(Vec<Escaped>);

fn many(count: usize) -> Many {
    Many((0..count).map(|_| Escaped { field: "a".repeat(60) }).collect())
}

/// A way out: what becomes of it.
type Way = (&'static str, fn(&Opaque, &[Failure]) -> Result<usize, String>);

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

const WAYS: [Way; 6] = [
    ("JSON", |opaque, _| json().to_vec(&vec![opaque.clone()]).map(|bytes| bytes.len()).map_err(text)),
    ("carried", |opaque, _| {
        let carried = Carried::<dyn Value>::Opaque(opaque.clone());
        json().to_vec(&(1_u8, carried)).map(|bytes| bytes.len()).map_err(text)
    }),
    ("a failure", |_, failures| json().to_vec(&failures[0]).map(|bytes| bytes.len()).map_err(text)),
    ("JSON of another crate", |opaque, _| serde_json::to_string(opaque).map(|text| text.len()).map_err(text)),
    ("a tree of another crate", |opaque, _| serde_json::to_value(opaque).map(|_| 0).map_err(text)),
    ("a failure in another crate's", |_, failures| {
        serde_json::to_string(failures).map(|text| text.len()).map_err(text)
    }),
];

fn json() -> Codec {
    Codec::default().format(Format::Json)
}

#[test]
fn what_is_written_anew_ends_at_a_limit() {
    let count = 20_000;
    for format in [Format::Postcard, Format::Bincode] {
        let sent = (Box::new(many(count)) as Box<dyn Value>, vec![Failure::from(many(count))]);
        let bytes = Codec::default().format(format).schema(true).to_vec(&sent).expect("it is written");
        drop(sent);
        let stranger = Codec::default().policy(Policy::deny_all().allow_std().allow::<Failure>());
        for (way, write) in WAYS {
            let (opaque, failures): (Opaque, Vec<Failure>) = stranger.from_slice(&bytes).expect("it is kept");
            let before = HEAP.current_usage();
            HEAP.reset_peak_usage();
            let error = write(&opaque, &failures).expect_err("it would be 48 MB");
            let (peak, kept) = (HEAP.peak_usage() - before, HEAP.current_usage().saturating_sub(before));
            println!("{format}, {way}: {} bytes came; the heap grew by {peak}, and {kept} stay: {error}", bytes.len());
            assert!(error.contains("envelope_bytes is 16777216"), "{format}, {way}: {error}");
            // A collection grows by doubling.
            assert!(peak < 52 << 20 && kept < 1 << 16, "{format}, {way}: {peak} and {kept} bytes");
        }
        // What is within the limit goes out.
        let few = Codec::default().format(format).schema(true).to_vec(&many(1_000)).expect("it is written");
        let few: Opaque = stranger.from_slice(&few).expect("it is kept");
        assert!(serde_json::to_string(&few).expect("it is 2 MB").len() > 2_400_000);
    }
}
