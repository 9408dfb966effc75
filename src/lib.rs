//! Generic types and trait objects that are portable between processes.
#![forbid(unsafe_code)]
// Without a binary format the code for those has no caller; it stays compiled, so that each set of features is checked.
#[cfg_attr(not(any(feature = "postcard", feature = "bincode")), allow(dead_code, unused_imports))]
mod codec;
mod envelope;
mod erased;
mod error;
#[cfg_attr(not(any(feature = "postcard", feature = "bincode")), allow(dead_code, unused_imports))]
mod format;
mod interface;
mod limits;
mod registry;
mod shape;
#[cfg_attr(not(any(feature = "postcard", feature = "bincode")), allow(dead_code, unused_imports))]
mod state;
mod std_types;
mod type_name;
mod wire;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use codec::{
    Codec, DowncastError, Interface, Portable, Value, downcast, from_reader, from_slice, take_from_slice, to_exact,
    to_vec, to_writer,
};
pub use envelope::{Envelope, NestedType};
pub use error::{Error, Result};
pub use format::Format;
pub use limits::Limits;
pub use registry::{Conflict, Conflicts, Listing, Registry, Resolution};
pub use type_name::{TypeName, TypeRef};
#[cfg(feature = "derive")]
pub use typeport_derive::{Portable, portable};
