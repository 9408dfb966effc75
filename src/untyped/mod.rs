//! Reading a state by its schema, without its types: as a self-describing serde deserializer. Its parts: `typed` (a value of one
//! type), `parts` (what is in it), `variant` (enums), `nested` (trait objects in it), `due` (what a target left unread), `json`
//! and `binary` (a state in another format). Imports `error`, `format`, `schema`, `state`, `type_name` and its siblings.
//!
//! Invariant: the session counts what is read as it counts typed values, and the parts of structs too, which here are no
//! part of any type's size. A type is looked up once; each step from a value to a part knows the part's type.

#[cfg(feature = "json")]
mod binary;
mod context;
mod due;
#[cfg(feature = "json")]
mod json;
mod nested;
mod parts;
mod typed;
mod variant;

#[cfg(feature = "json")]
pub(crate) use json::append_as_json;

use context::Context;

use crate::error::Result;
use crate::format::Format;
use crate::schema::Schema;
use crate::state::Session;
#[cfg(feature = "json")]
use crate::{state::Sink, type_name::NameList};
use serde::de::{Deserialize, DeserializeSeed};
use std::marker::PhantomData;

/// Reads a whole binary state of the type of this name, by schemas that are asked one after the other.
pub(crate) fn read<'de, T: Deserialize<'de>>(
    session: &Session,
    schemas: Vec<&Schema>,
    identity: (&str, u64),
    format: Format,
    state: &'de [u8],
) -> Result<T> {
    read_seed(session, schemas, identity, format, state, PhantomData::<T>)
}

/// The same, by a seed.
fn read_seed<'de, S: DeserializeSeed<'de>>(
    session: &Session,
    schemas: Vec<&Schema>,
    (name, hash): (&str, u64),
    format: Format,
    state: &'de [u8],
    seed: S,
) -> Result<S::Value> {
    let context = Context::new(session, schemas);
    let at = context.types.checked(name, hash)?;
    context.read_in(format, state, seed, at)
}

/// Turns a JSON state into one of a binary format; gives it with the table of its nested values.
#[cfg(feature = "json")]
pub(crate) fn to_binary(
    session: &Session,
    schemas: Vec<&Schema>,
    (name, hash): (&str, u64),
    names: &NameList,
    state: &[u8],
    sink: Sink<'_>,
) -> Result<(Vec<u8>, Vec<u64>)> {
    let context = Context::new(session, schemas);
    let at = context.types.checked(name, hash)?;
    binary::from_json(&context, names, state, at, sink)
}
