//! The fuzz bodies: one function per target. Each asserts the laws of its subject on any bytes; the fuzz targets and the replay
//! test call them. May import typeport's public API only, and for comparison the crates of the binary formats.
#![forbid(unsafe_code)]

mod allowed;
mod decode_dyn;
mod decode_static;
mod direct;
mod envelope;
mod foreign;
mod laws;
mod native_vs_erased;
mod oracle;
mod repair;
mod roundtrip;
mod samples;
mod schema;
mod seeds;
mod splice;
mod type_name;
mod types;

pub use decode_dyn::decode_dyn;
pub use decode_static::{cross_format, decode_static};
pub use direct::direct;
pub use envelope::envelope;
pub use foreign::foreign;
pub use native_vs_erased::native_vs_erased;
pub use oracle::oracle;
pub use roundtrip::roundtrip;
pub use schema::schema;
pub use seeds::{Seed, seeds};
pub use splice::splice;
pub use type_name::type_name;

/// What a target does with its input: nothing, or it panics because a law is broken.
pub type Body = fn(&[u8]);

/// The targets: the name of each, which is also that of its folder of seeds, and its body.
pub const TARGETS: [(&str, Body); 12] = [
    ("cross_format", cross_format),
    ("decode_dyn", decode_dyn),
    ("decode_static", decode_static),
    ("direct", direct),
    ("envelope", envelope),
    ("foreign", foreign),
    ("native_vs_erased", native_vs_erased),
    ("oracle", oracle),
    ("roundtrip", roundtrip),
    ("schema", schema),
    ("splice", splice),
    ("type_name", type_name),
];
