//! Reads a state by its schema, without its types, as a self-describing serde deserializer. Imports `error`, `format`, `schema`
//! and its siblings.
//!
//! Invariant: the session counts values as it counts typed ones, and also the parts of structs, whose memory no type's size
//! includes here. A type is looked up once; each step from a value to a part knows the part's type.

mod address;
mod at;
#[cfg(feature = "json")]
mod binary;
mod due;
#[cfg(feature = "json")]
mod json;
mod key;
mod parts;
mod typed;

#[cfg(feature = "json")]
pub(crate) use binary::to_binary;
#[cfg(feature = "json")]
pub(crate) use json::append_as_json;

use crate::error::Result;
use crate::format::Format;
use crate::schema::Schema;
use crate::state::decode::types::{Input, Session};
use at::Context;
use due::{What, unread};
use serde::de::Deserialize;

/// Reads a whole binary state of this type; the first schema that contains a type describes it.
pub(crate) fn read_by_schema<'de, T: Deserialize<'de>>(
    session: &Session,
    schemas: Vec<&Schema>,
    identity: (&str, u64),
    format: Format,
    state: &'de [u8],
) -> Result<T> {
    let context = Context::new(session, schemas);
    let root = context.root(identity)?;
    Input::whole(state, session, format, |input| {
        let value = input.by_serde(size_of::<T>(), |reader| T::deserialize(What::At(root).read_by(reader)))?;
        if context.is_unread.get() { Err(unread()) } else { Ok(value) }
    })
}
