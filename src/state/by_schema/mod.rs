//! Reading a state by its schema, without its types: as a self-describing serde deserializer. Imports `error`, `format`, `schema`
//! and its siblings.
//!
//! Invariant: the session counts what is read as it counts typed values, and the parts of structs too, which here are no
//! part of any type's size. A type is looked up once; each step from a value to a part knows the part's type.

mod address;
mod at;
#[cfg(feature = "json")]
mod binary;
mod due;
#[cfg(feature = "json")]
mod json;
mod parts;
mod typed;

#[cfg(feature = "json")]
pub(crate) use json::append_as_json;

use crate::error::Result;
use crate::format::Format;
use crate::schema::Schema;
use crate::state::decode::types::{Input, Session};
#[cfg(feature = "json")]
use crate::{state::encode::sink::Sink, type_name::NameList};
use at::Context;
use serde::de::{Deserialize, DeserializeSeed};
use std::marker::PhantomData;
use typed::What;

/// Reads a whole binary state of the type of this name, by schemas that are asked one after the other.
pub(crate) fn read_by_schema<'de, T: Deserialize<'de>>(
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
    identity: (&str, u64),
    format: Format,
    state: &'de [u8],
    seed: S,
) -> Result<S::Value> {
    let context = Context::new(session, schemas);
    let root = context.root(identity)?;
    Input::whole(state, session, format, |input| {
        let value = input.by_seed(size_of::<S::Value>(), |reader| seed.deserialize(What::At(root).read_by(reader)))?;
        context.check_read()?;
        Ok(value)
    })
}

/// Turns a JSON state into one of a binary format; gives it with the table of its nested values.
#[cfg(feature = "json")]
pub(crate) fn to_binary(
    session: &Session,
    schemas: Vec<&Schema>,
    identity: (&str, u64),
    names: &NameList,
    state: &[u8],
    sink: Sink<'_>,
) -> Result<(Vec<u8>, Vec<u64>)> {
    let context = Context::new(session, schemas);
    let at = context.root(identity)?.place;
    binary::from_json(&context, names, state, at, sink)
}
