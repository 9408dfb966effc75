//! Data that an encode repeats for each value ends at the limit of an envelope, before it exhausts the memory.

use peak_alloc::PeakAlloc;
use serde::{Deserialize, Serialize};
use typeport::{Codec, Format, Portable, Value};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// A type with a long name; twelve of them have one of more than 3 KiB.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "long::nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\
          nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\
          nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn")]
struct L;

fn long() -> Box<dyn Value> {
    Box::new((L, L, L, L, L, L, L, L, L, L, L, L))
}

#[test]
fn repeated_names_end_at_the_limit_of_an_envelope() {
    let values: Vec<Box<dyn Value>> = (0..40_000).map(|_| long()).collect();
    assert!(long().type_name().to_string().len() > 3 << 10);
    // In a binary format each name stands there once.
    assert!(typeport::to_vec(&values).unwrap().len() < 1 << 20);
    let json = Codec::default().format(Format::Json);
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let error = json.to_vec(&values).unwrap_err();
    let grown = HEAP.peak_usage() - before;
    assert!(error.is_limit() && error.to_string().contains("envelope_bytes"), "{error}");
    println!("the heap grew by {grown} bytes");
    assert!(grown < 48 << 20, "{grown} bytes for what may have 16 MiB");
}
