//! The fuzz bodies: one function a target. Each asserts the laws of its subject on any bytes; the fuzz targets and the
//! replay test call them. May import typeport's public API only.
#![forbid(unsafe_code)]

mod decode;
mod envelope;
mod laws;
mod repair;
mod samples;
mod seeds;
mod type_name;
mod types;

pub use decode::decode_dyn;
pub use envelope::envelope;
pub use seeds::{Seed, seeds};
pub use type_name::type_name;

/// What a target does with its input: nothing, or it panics because a law is broken.
pub type Body = fn(&[u8]);

/// The targets: the name of each, which is also that of its folder of seeds, and its body.
pub const TARGETS: [(&str, Body); 3] = [("decode_dyn", decode_dyn), ("envelope", envelope), ("type_name", type_name)];
