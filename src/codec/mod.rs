//! The codec: encodes and decodes envelopes; the only module that joins registry, envelope, format and session. `value` has the
//! traits, `about` the properties of a type, `anew` carried values in other formats, `plain` the shortcuts for plain types, `read`
//! values by a schema, `unopened` bytes that are decoded later, `unsettled` generic values without a name. Imports `error`, `registry` and its siblings.

mod about;
mod anew;
mod config;
mod decode;
mod downcast;
mod encode;
mod encoded;
mod identity;
mod opaque;
mod plain;
mod policy;
mod read;
mod unopened;
mod unsettled;
mod value;
mod verify;

pub use config::Codec;
pub(crate) use decode::{cast, cast_by, cast_in, cast_of};
pub use downcast::{DowncastError, downcast, to_exact};
#[cfg(feature = "json")]
pub(crate) use encode::encode_by_name;
pub(crate) use encode::{copy_of, encode_copy_as, encode_exact, encode_to_leave};
pub(crate) use opaque::OpaqueParts;
pub use opaque::{StandsForUnknown, stand_for};
pub use unopened::Encoded;
pub(crate) use unsettled::Naming;
pub(crate) use value::write_state;
pub use value::{About, Incoming, Interface, Opaque, Portable, VALUE, Value, take_box};
pub(crate) use verify::Trial;

use crate::error::Result;
use crate::registry::Registry;
use std::io::{Read, Write};

impl Registry {
    /// Returns the registry of all linked crates, which is built at first use.
    pub fn global() -> &'static Registry {
        crate::registry::global(&VALUE)
    }

    /// Returns a registry without entries.
    pub fn empty() -> Registry {
        Registry::new(Some(Vec::new()), &VALUE)
    }
}

/// Encodes a value as one envelope: any [`Portable`] value, or a `&dyn` of an interface, with the name of its real type.
///
/// # Errors
///
/// The value's `Serialize` fails, its type is ambiguous or not allowed in the state format, the feature `postcard` is off, or a
/// decode with the same limits and policy would refuse the bytes. Only [`Codec::verify`] checks the memory of a decode.
pub fn to_vec<V: Value + ?Sized>(value: &V) -> Result<Vec<u8>> {
    Codec::default().to_vec(value)
}

/// Encodes a value as one envelope and writes it.
///
/// # Errors
///
/// As [`to_vec`], or the writer fails.
pub fn to_writer<V: Value + ?Sized>(writer: impl Write, value: &V) -> Result<()> {
    Codec::default().to_writer(writer, value)
}

/// Decodes exactly one envelope, into the type that the caller names, or into the `Box<dyn I>` of an interface.
///
/// # Errors
///
/// The bytes are not exactly one valid envelope, it holds another type, or a type in it is not linked or is not a member.
///
/// ```
/// let bytes = typeport::to_vec(&(1_u8, "one".to_owned()))?;
/// let pair: (u8, String) = typeport::from_slice(&bytes)?;
/// let any: Box<dyn typeport::Value> = typeport::from_slice(&bytes)?;
/// assert_eq!(any.type_name().to_string(), "(u8, String)");
/// assert_eq!(typeport::downcast::<(u8, String), _>(any)?, pair);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn from_slice<T: Portable>(bytes: &[u8]) -> Result<T> {
    Codec::default().from_slice(bytes)
}

/// Decodes the envelope at the start of `bytes`, and returns the bytes after it as well.
///
/// # Errors
///
/// As [`from_slice`], except that bytes may follow.
pub fn take_from_slice<T: Portable>(bytes: &[u8]) -> Result<(T, &[u8])> {
    Codec::default().take_from_slice(bytes)
}

/// Reads one envelope, and not a byte more, and decodes it. Call it again for the next envelope.
///
/// # Errors
///
/// As [`from_slice`], or the reader fails or ends early.
pub fn from_reader<T: Portable>(reader: impl Read) -> Result<T> {
    Codec::default().from_reader(reader)
}
