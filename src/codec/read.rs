//! Reads envelopes by a schema, without the types. Imports `error`, `format`, `limits`, `registry`, `schema`, `state`
//! and its siblings.

use super::config::Codec;
use super::value::{Incoming, Opaque};
use crate::error::Result;
use crate::format::Format;
#[cfg(feature = "json")]
use crate::limits::Limits;
use crate::registry::std_schema;
use crate::schema::Schema;
#[cfg(feature = "json")]
use crate::state::{Session, Sink};
use serde::de::DeserializeOwned;

impl Codec {
    /// Reads a value without its type, by the schema in its envelope and by `schema`, which may be empty if the envelope has one.
    ///
    /// In each format the value has the form that it has in JSON: structs are maps of their fields, variants have names, a trait
    /// object is a map of `type` and `value`, addresses are text. The target is a self-describing type, such as
    /// `serde_json::Value`, and has to read all of the value. A JSON state is read as it is, and needs no schema.
    ///
    /// The memory that the target takes counts toward [`Limits`](crate::Limits): each element, name and map counts by the size that
    /// it has in the target, so many small structs count more than they would as themselves. Shapes count too: each
    /// type that is reached, and for each nested type the bytes that its hash covers.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice). [`is_unlinked`](crate::Error::is_unlinked) if no schema has a type, or a field is
    /// of a foreign type. [`is_mismatch`](crate::Error::is_mismatch) if a shape in the schema differs from the sender's.
    /// [`is_foreign`](crate::Error::is_foreign) if the target leaves a part of the value unread.
    ///
    /// ```
    /// use typeport::{Codec, Schema};
    /// let bytes = typeport::to_vec(&(1_u8, vec![Some("text".to_owned()), None]))?;
    /// let value: serde_json::Value = Codec::default().read(&bytes, &Schema::default())?;
    /// assert_eq!(value, serde_json::json!([1, ["text", null]]));
    /// # Ok::<(), typeport::Error>(())
    /// ```
    pub fn read<T: DeserializeOwned>(&self, bytes: &[u8], schema: &Schema) -> Result<T> {
        self.decode_exact(bytes, |incoming| incoming.read(schema))
    }
}

impl Opaque {
    /// Rewrites the state in another format by the schema that came with it, as the value itself would write it.
    pub(crate) fn by_schema(&self, format: Format) -> Result<Opaque> {
        if format == self.format() {
            return Ok(self.clone());
        }
        #[cfg(not(feature = "json"))]
        return self.check_format(format).map(|()| self.clone());
        #[cfg(feature = "json")]
        match (self.format(), format) {
            (_, Format::Json) => self.rewritten(format, || self.as_json()),
            (Format::Json, _) => self.rewritten(format, || self.as_binary(format)),
            _ => self.by_schema(Format::Json)?.by_schema(format),
        }
    }

    #[cfg(feature = "json")]
    fn as_json(&self) -> Result<Opaque> {
        let state = self.described(|session, schemas, identity, state| {
            // The text, with its escapes, may be much longer than the state.
            let envelope_bytes = session.budget.limits.envelope_bytes;
            let limits = Limits { envelope_bytes, ..Limits::trusted() };
            let mut sink = Sink::new(Vec::new(), &limits, Format::Json);
            crate::state::append_as_json(session, schemas, identity, self.format(), state, &mut sink)?;
            session.budget.charge(sink.bytes.len())?;
            Ok(sink.end())
        })?;
        // JSON names the types of nested values in place, so there is no table.
        Ok(self.with_state(Format::Json, state, Vec::new()))
    }

    #[cfg(feature = "json")]
    fn as_binary(&self, format: Format) -> Result<Opaque> {
        let (state, table) = self.described(|session, schemas, identity, state| {
            let made = crate::state::to_binary(session, schemas, identity, self.names(), state, format)?;
            session.budget.charge(made.0.len())?;
            Ok(made)
        })?;
        Ok(self.with_state(format, state, table))
    }

    /// Calls `read` with the session, the schemas, the name and type hash, and the state.
    #[cfg(feature = "json")]
    fn described<T>(&self, read: impl FnOnce(&Session, Vec<&Schema>, (&str, u64), &[u8]) -> Result<T>) -> Result<T> {
        Codec::default().decode_kept(self, |incoming| {
            let envelope = incoming.envelope()?;
            let schemas = [Some(std_schema()), envelope.schema()].into_iter().flatten().collect();
            let identity = (envelope.type_name().as_str(), envelope.type_hash());
            let session = incoming.session();
            self.counted(session, || read(session, schemas, identity, envelope.state()))
        })
    }
}

impl Incoming<'_> {
    fn read<T: DeserializeOwned>(&self, schema: &Schema) -> Result<T> {
        let (envelope, session) = (self.envelope()?, self.session());
        match envelope.format() {
            #[cfg(feature = "json")]
            Format::Json => crate::state::decode_text(envelope.state(), session, size_of::<T>()),
            format => {
                let schemas = [Some(std_schema()), envelope.schema(), Some(schema)].into_iter().flatten().collect();
                let identity = (envelope.type_name().as_str(), envelope.type_hash());
                crate::state::read_by_schema(session, schemas, identity, format, envelope.state())
            }
        }
    }
}

#[cfg(all(test, feature = "json", feature = "postcard", feature = "bincode"))]
mod tests {
    use super::{Codec, Format, Opaque};
    use std::sync::Arc;

    /// A cached rewriting that kept its own value alive would be a leak.
    #[test]
    fn a_rewriting_keeps_no_value_alive() {
        let bytes = Codec::default().schema(true).to_vec(&vec![Some(1_u8), None]).expect("it is written");
        let opaque: Opaque = crate::from_slice(&bytes).expect("it is read");
        let again = Opaque::clone(&opaque);
        for format in Format::ALL.iter().copied().cycle().take(9) {
            assert_eq!(opaque.by_schema(format).expect("the schema describes it").format(), format);
        }
        drop(again);
        assert_eq!(Arc::strong_count(opaque.shared()), 1);
    }
}
