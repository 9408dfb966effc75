//! Generic types and trait objects that are portable between processes.
//!
//! One process encodes a `GenericResult<Vec<Foo>>`, a `Box<dyn ResultBase>` or a typed error. Another process, whose binary
//! never names that specialization, decodes and uses it.
//!
//! ```standalone_crate
//! use typeport::{Portable, Value, portable};
//!
//! #[portable(id = "acme::GenericResult", alias = "acme::OldResult")] // a type: serde's derives write its state
//! #[derive(PartialEq)]
//! struct GenericResult<T> {
//!     value: T,
//! }
//!
//! #[portable] // an interface: its trait objects are portable
//! trait ResultBase {
//!     fn summary(&self) -> String;
//! }
//!
//! #[portable] // a member, generic or not
//! impl<T: Portable> ResultBase for GenericResult<T> {
//!     fn summary(&self) -> String {
//!         format!("{:?}", self.value)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = typeport::to_vec(&GenericResult { value: 7_i64 })?;
//! let any: Box<dyn ResultBase> = typeport::from_slice(&bytes)?; // the caller names the interface
//! assert_eq!(any.type_name().to_string(), "acme::GenericResult<i64>");
//! assert_eq!(any.summary(), "7");
//! let exact: GenericResult<i64> = typeport::downcast(any)?; // Err gives the box back
//! let same: GenericResult<i64> = typeport::from_slice(&bytes)?; // the caller names the type
//! assert_eq!(exact, same);
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! - Encode and decode: [`to_vec`], [`to_writer`], [`from_slice`], [`take_from_slice`], [`from_reader`]. They are the methods of
//!   [`Codec::default()`](Codec); a codec sets format, limits, policy, checksum and registry.
//! - Untrusted bytes: [`Limits`], [`Policy`].
//! - From a trait object to the exact type: [`downcast`], [`to_exact`].
//! - The linked types: [`Registry`]. The parts of an envelope: [`Envelope`]. Names: [`TypeName`].
//! - Types that are not linked: [`Opaque`] and [`Carried`] keep such a value and write it unchanged.
//! - Readable text in bytes that are no envelope: [`readable_text`].
//! - Bytes that are decoded later, in databases and queues: [`Encoded`].
//! - Errors of any type: [`Failure`].
//! - Values read without their types: [`Schema`], [`Codec::read`].
//! - Natively compiled specializations: [`specialize!`].
//! - Macros: [`#[portable]`](portable) on types, traits and impls; [`derive(Portable)`](derive@Portable) for types with
//!   hand-written serde impls.
//!
//! # Rules to know
//!
//! A dependency that no code mentions is not linked, and registers nothing: `use acme as _;` keeps it. Choose an id once and keep
//! it; `alias` accepts former ids. Two linked types with one id disable each other: [`Registry::check`] reports them.
//! A decode inside a decode (a `Deserialize` that calls [`from_slice`]) shares its limits and its registry.
#![forbid(unsafe_code)]
// The crate reads untrusted bytes: code that could panic or truncate a number is denied, or states why it cannot.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]
// Without a binary format their code has no caller, but it stays compiled, so that each set of features is checked.
#[cfg_attr(not(feature = "_binary"), allow(dead_code, unused_imports))]
mod codec;
#[cfg(all(test, not(miri), feature = "postcard", feature = "bincode", feature = "json"))]
mod collisions;
mod envelope;
mod erased;
mod error;
mod failure;
#[cfg_attr(not(feature = "_binary"), allow(dead_code, unused_imports))]
mod format;
mod interface;
mod limits;
mod policy;
mod preview;
mod registry;
mod schema;
mod shape;
#[cfg_attr(not(feature = "_binary"), allow(dead_code, unused_imports))]
mod state;
mod std_types;
mod type_name;
#[cfg_attr(not(feature = "_binary"), allow(dead_code, unused_imports))]
mod wire;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use codec::{
    Codec, DowncastError, Encoded, Interface, Opaque, Portable, Value, downcast, from_reader, from_slice,
    take_from_slice, to_exact, to_vec, to_writer,
};
pub use envelope::{Envelope, NestedType};
pub use error::{Error, Result};
pub use failure::{Failure, IntoFailure};
pub use format::Format;
pub use interface::{Carried, settle};
pub use limits::Limits;
pub use policy::Policy;
pub use preview::readable_text;
pub use registry::{Conflict, Conflicts, Listing, Registry, Resolution};
pub use schema::Schema;
/// The serde that [`#[portable]`](portable) derives with, so that a crate of types needs no serde dependency of its own.
pub use serde;
pub use type_name::{TypeName, TypeRef};
#[cfg(feature = "derive")]
pub use typeport_derive::{Portable, portable};

/// The README's example, compiled and run.
#[cfg(all(doctest, feature = "derive", feature = "postcard"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
