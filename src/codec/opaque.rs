//! `Opaque`: a value that is carried as bytes. Imports `envelope`, `error`, `format`, `schema`, `shape`, `state`, `type_name`
//! and its siblings.
//!
//! Invariant: the bytes are written as they were read, and are never decoded here.

use super::config::Codec;
use super::value::{Contents, Incoming, Opaque, Portable, Rewriting};
use crate::envelope::Envelope;
use crate::error::{Kind, Result};
use crate::format::Format;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::state::{Budget, Names, Session, Sink, Terms};
#[cfg(feature = "json")]
use crate::type_name::NameList;
use crate::type_name::TypeName;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The parts of a carried nested value.
pub(crate) struct OpaqueParts<'a> {
    pub(crate) name: TypeName,
    pub(crate) hash: Option<u64>,
    pub(crate) format: Format,
    pub(crate) state: &'a [u8],
    pub(crate) table: &'a [u64],
}

/// The memory of a carried value without its bytes: its parts, and the two counts of the `Arc`.
const KEPT: usize = size_of::<Contents>() + 2 * size_of::<usize>();

impl Opaque {
    /// Returns the name of the value's type, as its sender spelled it.
    pub fn type_name(&self) -> &TypeName {
        &self.0.name
    }

    /// Returns the type hash, or `None` for a value from another crate's format, which gives only the type name.
    pub fn type_hash(&self) -> Option<u64> {
        self.0.hash
    }

    /// Returns the format of the state.
    pub fn format(&self) -> Format {
        self.0.format
    }

    /// Returns the value in the state format.
    pub fn state(&self) -> &[u8] {
        &self.0.state
    }

    /// Decodes the value into its type, or into a trait object, if the type is linked.
    ///
    /// The limits, the policy and the registry under which it arrived still apply: a type that a policy refused is not built
    /// now either. They do not apply to its bytes: encode it, and decode the bytes with another codec.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice), or the value has no [`type_hash`](Opaque::type_hash).
    pub fn decode<T: Portable>(&self) -> Result<T> {
        Codec::default().decode_opaque(self)
    }

    /// The root of an envelope, of any type.
    fn of_envelope(envelope: &Envelope<'_>, session: &Session) -> Result<Self> {
        let parts = OpaqueParts {
            name: envelope.type_name().clone(),
            hash: Some(envelope.type_hash()),
            format: envelope.format(),
            state: envelope.state(),
            table: envelope.table(),
        };
        Opaque::new(session, parts, Some(envelope.has_checksum()))
    }

    /// A nested value of a value that `session` decodes.
    pub(crate) fn of_nested(session: &Session, parts: OpaqueParts<'_>) -> Result<Self> {
        Opaque::new(session, parts, None)
    }

    /// A value for another crate's format, without a type hash.
    #[cfg(feature = "json")]
    pub(super) fn by_name(name: TypeName, state: Vec<u8>) -> Self {
        let (state, table, came, rewriting) = (state.into(), Box::default(), Arc::default(), Rewriting::default());
        let (hash, format, has_checksum) = (None, Format::Json, None);
        Opaque(Arc::new(Contents { name, hash, format, has_checksum, state, table, came, rewriting }))
    }

    /// Charges the bytes, then copies them. The parser has charged the name, once for all values that share it.
    fn new(session: &Session, parts: OpaqueParts<'_>, has_checksum: Option<bool>) -> Result<Self> {
        let OpaqueParts { name, hash, format, state, table } = parts;
        session.budget.charge(KEPT.saturating_add(state.len()).saturating_add(size_of_val(table)))?;
        let (state, table, came) = (Box::from(state), Box::from(table), session.provenance()?);
        let rewriting = Rewriting::default();
        Ok(Opaque(Arc::new(Contents { name, hash, format, has_checksum, state, table, came, rewriting })))
    }

    /// Returns the shapes of the user types that the value reaches, if they came with it.
    pub fn schema(&self) -> Option<&Schema> {
        self.0.came.schema.as_deref()
    }

    pub(crate) fn shared_schema(&self) -> Arc<Schema> {
        self.0.came.schema.clone().unwrap_or_default()
    }

    /// The terms of the decode that carried the value, which also bind a later decode of it.
    pub(crate) fn terms(&self) -> &Terms {
        &self.0.came.terms
    }

    /// The names of the types that may be inside.
    #[cfg(feature = "json")]
    pub(super) fn names(&self) -> &NameList {
        &self.0.came.names
    }

    pub(crate) fn has_checksum(&self) -> Option<bool> {
        self.0.has_checksum
    }

    /// The type hash, which an envelope needs.
    pub(crate) fn known_hash(&self) -> Result<u64> {
        let what = "a carried value without a type hash: it was read from another crate's format, which gives only its type name";
        let remedy = "link its type, or write the value in the format it was read from";
        let unknown = || Kind::NotRepresentable { format: "an envelope", what, remedy: remedy.into() };
        self.0.hash.ok_or_else(|| unknown().into())
    }

    pub(crate) fn identity(&self) -> Result<Arc<Identity>> {
        Ok(Arc::new(Identity::carried(self.0.name.to_string(), self.known_hash()?)))
    }

    /// Checks that the state is of this format.
    pub(crate) fn check_format(&self, format: Format) -> Result<()> {
        if format != self.0.format {
            let what = "a carried value whose state is in another format";
            let remedy = format!(
                "use Format::{:?}, the format of its state, or link its type `{}`",
                self.0.format,
                self.type_name()
            );
            return Err(Kind::NotRepresentable { format: format.name(), what, remedy: remedy.into() }.into());
        }
        Ok(())
    }

    #[cfg(test)]
    #[cfg(all(feature = "json", feature = "postcard", feature = "bincode"))]
    pub(super) fn shared(&self) -> &Arc<impl Sized> {
        &self.0
    }

    /// Appends the state.
    pub(crate) fn write(&self, sink: &mut Sink<'_>) -> Result<()> {
        self.check_format(sink.format)?;
        sink.bytes.extend_from_slice(&self.0.state);
        let tables = &sink.encoding.tables;
        for hash in &self.0.table {
            tables.of_hash(*hash);
        }
        Ok(())
    }

    /// Notes the types of a value that is carried inside another, and their shapes if requested.
    pub(crate) fn note(&self) -> Result<()> {
        if Names::is_bare() {
            return Ok(());
        }
        let (hash, name, came) = (self.known_hash()?, &self.0.name, &self.0.came);
        if !Budget::is_within() {
            return Names::note_carried(hash, name, came);
        }
        // Each of many values may be rewritten, in an envelope of its own.
        Names::describe_by(came);
        Names::note_carried(hash, name, came.bare()).and_then(|()| Names::note_names(&self.reached()))
    }

    /// Notes the types inside of a root.
    pub(crate) fn note_inside(&self) -> Result<()> {
        Names::note_inside(&self.0.came)
    }
}

/// Compares the data that is written.
impl PartialEq for Contents {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Contents {}

impl Hash for Contents {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.parts().hash(hasher);
    }
}

impl Contents {
    /// The data by which values compare.
    fn parts(&self) -> impl Eq + Hash {
        let Contents { name, hash, format, has_checksum, state, table, came, rewriting: _ } = self;
        (name, hash, format, has_checksum, state, table, &came.names, &came.schema)
    }
}

impl Incoming<'_> {
    /// Keeps the value undecoded.
    pub fn opaque(&self) -> Result<Opaque> {
        Opaque::of_envelope(self.envelope()?, self.session())
    }
}

/// A type that stands for values whose type is not linked; `#[portable(unknown)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for values of unknown types",
    label = "would be written instead of the value it carries",
    note = "add `#[portable(unknown)]` below the derive of `{Self}`"
)]
pub trait StandsForUnknown: From<Opaque> + AsRef<Opaque> {}

/// Creates the stand-in for a carried value.
pub fn stand_for<U: StandsForUnknown>(opaque: Opaque) -> U {
    U::from(opaque)
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contents { name, format, state, .. } = &*self.0;
        write!(f, "Opaque({name}, {} bytes of {format})", state.len())
    }
}
