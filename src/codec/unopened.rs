//! `Encoded`: the bytes of an envelope that nobody has decoded yet. Imports `envelope`, `error`, `type_name` and its siblings.
//!
//! Invariant: the bytes are one whole envelope, within the default limits.

use super::value::Portable;
use super::{from_slice, to_vec};
use crate::envelope::Envelope;
use crate::error::{Error, Result};
use crate::type_name::TypeName;
use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// The bytes of one envelope, checked but not decoded: for the column of a database, the message of a queue, the body of a request.
///
/// `T` is what [`open`](Encoded::open) makes of it: a type, or the `Box<dyn I>` of an interface. It converts from and to bytes, so it
/// fits where a `Vec<u8>` or a `&[u8]` does; with serde it is bytes, which JSON writes as a list of numbers. Whether the value is a
/// `T` is found out when it is opened.
///
/// ```
/// use typeport::{Encoded, Value};
///
/// let column: Vec<u8> = Encoded::new(&vec![1_u8, 2])?.into();
/// let read = Encoded::<Box<dyn Value>>::try_from(column)?;
/// assert_eq!(read.type_name().to_string(), "Vec<u8>");
/// assert_eq!(typeport::downcast::<Vec<u8>, _>(read.open()?)?, [1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Encoded<T> {
    bytes: Box<[u8]>,
    of: PhantomData<fn() -> T>,
}

impl<T: Portable> Encoded<T> {
    /// Encodes a value, as [`to_vec`](crate::to_vec) does.
    ///
    /// # Errors
    ///
    /// As `to_vec`.
    pub fn new(value: &T) -> Result<Self> {
        Ok(Encoded::of_envelope(to_vec(value)?))
    }

    /// Decodes the value, as [`from_slice`](crate::from_slice) does. A codec with limits or a policy of its own takes the bytes:
    /// `codec.from_slice(encoded.as_ref())`.
    ///
    /// # Errors
    ///
    /// As `from_slice`.
    pub fn open(&self) -> Result<T> {
        from_slice(&self.bytes)
    }
}

impl<T> Encoded<T> {
    fn of_envelope(bytes: Vec<u8>) -> Self {
        Encoded { bytes: bytes.into(), of: PhantomData }
    }

    /// Returns the name of the value's type.
    #[must_use]
    pub fn type_name(&self) -> TypeName {
        Envelope::parse(&self.bytes).map_or_else(|_| TypeName::unknown(), |envelope| envelope.type_name().clone())
    }

    /// Returns the bytes of the envelope.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Checks that the bytes are one whole envelope, with a right checksum if it has one.
impl<T> TryFrom<Vec<u8>> for Encoded<T> {
    type Error = Error;

    fn try_from(bytes: Vec<u8>) -> Result<Self> {
        Envelope::parse(&bytes)?;
        Ok(Encoded::of_envelope(bytes))
    }
}

/// As for a vector.
impl<T> TryFrom<&[u8]> for Encoded<T> {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self> {
        Envelope::parse(bytes)?;
        Ok(Encoded { bytes: bytes.into(), of: PhantomData })
    }
}

impl<T> From<Encoded<T>> for Vec<u8> {
    fn from(encoded: Encoded<T>) -> Self {
        encoded.bytes.into()
    }
}

impl<T> AsRef<[u8]> for Encoded<T> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T> Serialize for Encoded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl<'de, T> Deserialize<'de> for Encoded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BytesVisitor(PhantomData))
    }
}

struct BytesVisitor<T>(PhantomData<T>);

impl<'de, T> Visitor<'de> for BytesVisitor<T> {
    type Value = Encoded<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of an envelope")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Encoded<T>, E> {
        Encoded::try_from(bytes).map_err(E::custom)
    }

    fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Encoded<T>, E> {
        Encoded::try_from(bytes).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Encoded<T>, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = list.next_element()? {
            bytes.push(byte);
        }
        Encoded::try_from(bytes).map_err(A::Error::custom)
    }
}

impl<T> Clone for Encoded<T> {
    fn clone(&self) -> Self {
        Encoded { bytes: self.bytes.clone(), of: PhantomData }
    }
}

/// Of one type, with the same bytes.
impl<T> PartialEq for Encoded<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Encoded<T> {}

impl<T> Hash for Encoded<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

/// The type's name and the number of bytes, and nothing of the value.
impl<T> fmt::Debug for Encoded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({}, {} bytes)", self.type_name(), self.bytes.len())
    }
}
