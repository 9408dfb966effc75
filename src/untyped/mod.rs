//! Reading a state by its schema, without its types: as a self-describing serde deserializer. Imports `error`, `format`,
//! `schema`, `shape`, `state` only.
//! Its parts: `typed` (a value of one type), `parts` (what is in it), `variant` (enums), `nested` (trait objects in it),
//! `due` (what a target left unread), `json` and
//! `binary` (a state in another format).
//!
//! Invariant: the session counts what is read as it counts typed values, and the parts of structs too, which here are no
//! part of any type's size. A type is looked up once; each step from a value to a part knows the part's type.

#[cfg(feature = "json")]
mod binary;
mod due;
#[cfg(feature = "json")]
mod json;
mod nested;
mod parts;
mod typed;
mod variant;

#[cfg(feature = "json")]
pub(crate) use json::append_as_json;

use crate::error::Result;
use crate::format::Format;
use crate::schema::{Schema, Types};
use crate::state::{Input, SPARE, Session};
use crate::type_name::TypeName;
#[cfg(feature = "json")]
use crate::{state::Sink, type_name::NameList};
use serde::de::{Deserialize, DeserializeSeed};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
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

/// What all parts of one reading share.
struct Context<'s> {
    session: &'s Session,
    types: Types<'s>,
    /// The places of types whose hashes are those of the shapes, by hash; each with the name that it was checked for.
    checked: RefCell<HashMap<u64, (TypeName, usize)>>,
    /// Whether a value was left before its end.
    is_unread: Cell<bool>,
}

impl<'s> Context<'s> {
    fn new(session: &'s Session, schemas: Vec<&'s Schema>) -> Self {
        let types = Types::new(schemas, &session.limits, |size| session.charge(size));
        Context { session, types, checked: RefCell::default(), is_unread: Cell::default() }
    }

    /// The place of the type of a nested value, if the schemas have what the sender meant.
    fn checked(&self, name: &TypeName, hash: u64) -> Result<usize> {
        if let Some((known, at)) = self.checked.borrow().get(&hash) {
            if known == name {
                return Ok(*at);
            }
        }
        let at = self.types.checked(name.as_str(), hash)?;
        self.session.charge(size_of::<(u64, (TypeName, usize))>())?;
        self.checked.borrow_mut().insert(hash, (name.clone(), at));
        Ok(at)
    }

    /// Reads a whole state of the type at `at`.
    fn read_in<'de, S: DeserializeSeed<'de>>(
        &self,
        format: Format,
        state: &'de [u8],
        seed: S,
        at: usize,
    ) -> Result<S::Value> {
        Input::whole(state, self.session, format, |input| {
            let value = input.by_seed(size_of::<S::Value>(), |reader| seed.deserialize(self.typed(reader, at)))?;
            self.check_read()?;
            Ok(value)
        })
    }

    /// Counts a part whose number stands in the type: there it would be part of the value's size, here it is none.
    fn count_part(&self, size: usize) -> Result<()> {
        self.session.count_items(1)?;
        self.session.charge(size)
    }

    /// Charges a name that the target gets a copy of.
    fn charge_name(&self, name: &str) -> Result<()> {
        self.session.charge(name.len())
    }
}

/// What a map of the target pays for before it has so many entries: a collection of less has room for them too.
#[derive(Clone, Copy)]
struct Spare(usize);

impl Spare {
    const NONE: Spare = Spare(0);

    /// That of a map with so many entries.
    fn of(entries: usize) -> Self {
        Spare(SPARE.saturating_add(1).saturating_sub(entries))
    }

    /// The size of one entry's key, or value, and of those that it pays for.
    fn with(self, size: usize) -> usize {
        size.saturating_add(size.saturating_mul(self.0))
    }
}
