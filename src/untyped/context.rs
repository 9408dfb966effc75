//! What all parts of one reading share. Imports `error`, `format`, `schema`, `state` and `type_name`.

use crate::error::Result;
use crate::format::Format;
use crate::schema::{Schema, Types};
use crate::state::{Input, SPARE, Session};
use crate::type_name::TypeName;
use serde::de::DeserializeSeed;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// What all parts of one reading share.
pub(super) struct Context<'s> {
    pub(super) session: &'s Session,
    pub(super) types: Types<'s>,
    /// The places of types whose hashes are those of the shapes, by hash; each with the name that it was checked for.
    checked: RefCell<HashMap<u64, (TypeName, usize)>>,
    /// Whether a value was left before its end.
    pub(super) is_unread: Cell<bool>,
}

impl<'s> Context<'s> {
    pub(super) fn new(session: &'s Session, schemas: Vec<&'s Schema>) -> Self {
        let types = Types::new(schemas, &session.budget.limits, |size| session.budget.charge(size));
        Context { session, types, checked: RefCell::default(), is_unread: Cell::default() }
    }

    /// The place of the type of a nested value, if the schemas have what the sender meant.
    pub(super) fn checked(&self, name: &TypeName, hash: u64) -> Result<usize> {
        if let Some((known, at)) = self.checked.borrow().get(&hash) {
            if known == name {
                return Ok(*at);
            }
        }
        let at = self.types.checked(name.as_str(), hash)?;
        self.session.budget.charge(size_of::<(u64, (TypeName, usize))>())?;
        self.checked.borrow_mut().insert(hash, (name.clone(), at));
        Ok(at)
    }

    /// Reads a whole state of the type at `at`.
    pub(super) fn read_in<'de, S: DeserializeSeed<'de>>(
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
    pub(super) fn count_part(&self, size: usize) -> Result<()> {
        self.session.budget.count_elements(1, true, size)
    }

    /// Charges a name that the target gets a copy of.
    pub(super) fn charge_name(&self, name: &str) -> Result<()> {
        self.session.budget.charge(name.len())
    }
}

/// What a map of the target pays for before it has so many entries: a collection of less has room for them too.
#[derive(Clone, Copy)]
pub(super) struct Spare(usize);

impl Spare {
    pub(super) const NONE: Spare = Spare(0);

    /// That of a map with so many entries.
    pub(super) fn of(entries: usize) -> Self {
        Spare(SPARE.saturating_add(1).saturating_sub(entries))
    }

    /// The size of one entry's key, or value, and of those that it pays for.
    pub(super) fn with(self, size: usize) -> usize {
        size.saturating_add(size.saturating_mul(self.0))
    }
}
