//! `Opaque`: a value that is carried as bytes. Imports `envelope`, `error`, `format`, `schema`, `shape`, `state`
//! and its siblings.
//!
//! Invariant: what came in goes out, byte for byte; nothing of it is ever decoded here.

use super::{Codec, Incoming, Portable};
use crate::envelope::Envelope;
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::limits::Limits;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::state::{NameList, Names, Sink};
use crate::type_name::TypeName;
use std::fmt;
use std::sync::Arc;

/// A value whose type is not linked here, or not allowed: its type name, its type hash and its bytes.
///
/// It comes from [`from_slice::<Opaque>`](crate::from_slice), which takes any envelope, from a field of this type, which
/// takes what a `Box<dyn Value>` takes, or from [`Carried`](crate::Carried). It goes out as it came in, byte for byte, in
/// an envelope of its own or inside of another value; and it becomes a value as soon as a process has the type. The state
/// format is the one that it came in: a value that holds it cannot be encoded in another one.
///
/// ```
/// use typeport::Opaque;
/// let bytes = typeport::to_vec(&vec![1_i64, 2])?;
/// let opaque: Opaque = typeport::from_slice(&bytes)?;
/// assert_eq!(opaque.type_name().to_string(), "Vec<i64>");
/// assert_eq!(typeport::to_vec(&opaque)?, bytes);
/// assert_eq!(opaque.decode::<Vec<i64>>()?, [1, 2]);
/// # Ok::<(), typeport::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Opaque(Arc<Contents>);

#[derive(PartialEq, Eq, Hash)]
struct Contents {
    name: TypeName,
    /// The name as shared text, as the lists of names have it.
    text: Arc<str>,
    /// Not known of what a foreign format carried by name.
    hash: Option<u64>,
    format: Format,
    /// Of an envelope; what was inside of one has none of its own.
    has_checksum: Option<bool>,
    state: Box<[u8]>,
    /// The type hashes of the value's own trait objects, in order of first use.
    table: Box<[u64]>,
    /// The names of what may be inside.
    names: NameList,
    /// The shapes of it, if the envelope had them.
    schema: Option<Arc<Schema>>,
}

/// What a nested value is carried as.
pub(crate) struct OpaqueParts<'a> {
    pub(crate) name: &'a Arc<str>,
    /// Of the decode that it came in.
    pub(crate) limits: &'a Limits,
    pub(crate) hash: Option<u64>,
    pub(crate) format: Format,
    pub(crate) state: &'a [u8],
    pub(crate) table: &'a [u64],
    pub(crate) names: NameList,
    pub(crate) schema: Option<Arc<Schema>>,
}

impl Opaque {
    /// The name of the value's type, as its sender spelled it.
    pub fn type_name(&self) -> &TypeName {
        &self.0.name
    }

    /// The type hash; `None` for what came by name alone, in a format that is not typeport's.
    pub fn type_hash(&self) -> Option<u64> {
        self.0.hash
    }

    /// The format of the state.
    pub fn format(&self) -> Format {
        self.0.format
    }

    /// The value, in the state format.
    pub fn state(&self) -> &[u8] {
        &self.0.state
    }

    /// Decodes the value, where its type is linked: into that type, or into a trait object.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice), or the value came by name alone, so that its type hash is not known.
    pub fn decode<T: Portable>(&self) -> Result<T> {
        Codec::default().decode_opaque(self)
    }

    /// What an envelope holds, whatever it is.
    pub(crate) fn of_envelope(envelope: &Envelope<'_>) -> Self {
        let names = envelope.nested().iter().map(|nested| (nested.type_hash, Arc::from(nested.name))).collect();
        let name = envelope.type_name().clone();
        Opaque(Arc::new(Contents {
            text: Arc::from(name.as_str()),
            name,
            hash: Some(envelope.type_hash()),
            format: envelope.format(),
            has_checksum: Some(envelope.has_checksum()),
            state: Box::from(envelope.state()),
            table: Box::from(envelope.table()),
            names,
            schema: envelope.shared_schema().cloned(),
        }))
    }

    pub(crate) fn of_nested(parts: OpaqueParts<'_>) -> Result<Self> {
        let OpaqueParts { name, limits, hash, format, state, table, names, schema } = parts;
        Ok(Opaque(Arc::new(Contents {
            name: TypeName::parse(name, limits)?,
            text: Arc::clone(name),
            hash,
            format,
            has_checksum: None,
            state: Box::from(state),
            table: Box::from(table),
            names,
            schema,
        })))
    }

    /// The shapes of the types of users that the value reaches, if they came with it.
    pub fn schema(&self) -> Option<&Schema> {
        self.0.schema.as_deref()
    }

    pub(crate) fn shared_schema(&self) -> Arc<Schema> {
        self.0.schema.clone().unwrap_or_default()
    }

    pub(crate) fn has_checksum(&self) -> Option<bool> {
        self.0.has_checksum
    }

    /// The type hash, which a state of ours needs.
    pub(crate) fn known_hash(&self) -> Result<u64> {
        let unknown = Kind::Malformed {
            what: "carried value",
            reason: "it came by name alone, in a format that is not typeport's, so nothing says which type hash it has",
        };
        self.0.hash.ok_or_else(|| unknown.into())
    }

    pub(crate) fn identity(&self) -> Result<Arc<Identity>> {
        Ok(Arc::new(Identity::carried(self.0.text.to_string(), self.known_hash()?)))
    }

    /// Appends the state.
    pub(crate) fn write(&self, sink: &mut Sink, format: Format) -> Result<()> {
        if format != self.0.format {
            let what = "a carried value that came in another state format";
            return Err(Kind::NotRepresentable { format: format.name(), what }.into());
        }
        sink.bytes.extend_from_slice(&self.0.state);
        let tables = &sink.encoding.tables;
        for hash in &self.0.table {
            tables.of_hash(*hash);
        }
        Ok(())
    }

    /// Notes the types of a value that is carried inside of another, and their shapes if they are wanted.
    pub(crate) fn note(&self) -> Result<()> {
        let hash = self.known_hash()?;
        if Names::wants_schema(hash) {
            Names::describe(&self.shared_schema());
        }
        Names::note_carried(hash, &self.0.text, &self.0.names)
    }

    /// Notes the types inside of a root.
    pub(crate) fn note_inside(&self) -> Result<()> {
        Names::note_inside(&self.0.names)
    }
}

impl Codec {
    /// As [`Opaque::decode`], by this codec.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice).
    pub fn decode_opaque<T: Portable>(&self, opaque: &Opaque) -> Result<T> {
        self.from_slice(&self.to_vec(opaque)?)
    }
}

impl Incoming<'_> {
    /// Keeps the value as it is.
    pub fn opaque(&self) -> Result<Opaque> {
        self.envelope().map(Opaque::of_envelope)
    }
}

/// A type that stands for values whose type is not linked: what `#[portable(unknown)]` says of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for values of unknown types",
    label = "would be written in place of what it carries",
    note = "add `#[portable(unknown)]` below the derive of `{Self}`"
)]
pub trait StandsForUnknown: From<Opaque> + AsRef<Opaque> {}

/// Makes what stands for a value.
pub fn stand_for<U: StandsForUnknown>(opaque: Opaque) -> U {
    U::from(opaque)
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contents { name, format, state, .. } = &*self.0;
        write!(f, "Opaque({name}, {} bytes of {format})", state.len())
    }
}
