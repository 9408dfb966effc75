//! The parts of a value that is read by a schema: elements, entries, positions, fields. Imports `error`, `type_name` and its
//! siblings.
//!
//! Invariant: a target that leaves a part unread is an error, as the next part would be read in its place. Fields and positions
//! count like elements, because no type's size includes their memory.

use super::at::{At, Parts};
use super::due::{What, contract, unread};
use super::key::Key;
use crate::error::{Error, Result, Step};
use crate::state::binary::elements::Elements;
use crate::state::binary::run::SPARE;
use crate::state::decode::types::Reader;
use crate::state::handoff::NESTED_FIELDS;
use crate::state::view::PartsAt;
use crate::type_name::TypeName;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

fn name_of<'de, S: DeserializeSeed<'de>>(name: &str, seed: S) -> Result<S::Value> {
    seed.deserialize(StrDeserializer::<Error>::new(name))
}

/// The error of a target that requests a value before its key.
fn early() -> Error {
    contract("a visitor asks for a map value before its key")
}

/// The elements of a sequence, the entries of a map.
pub(super) struct Claimed<'c, 's, 'i, 'a, 'de> {
    elements: Elements<'i, 'a, 'de>,
    /// The type of the elements or keys, and of the values.
    key: At<'c, 's>,
    value: At<'c, 's>,
    /// Whether a key has been handed over, but not its value.
    is_value_due: bool,
}

impl<'c, 's, 'i, 'a, 'de> Claimed<'c, 's, 'i, 'a, 'de> {
    pub(super) fn visit<T>(
        reader: Reader<'i, 'a, 'de>,
        key: At<'c, 's>,
        value: At<'c, 's>,
        visit: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        Elements::visit(reader, |elements| {
            let mut claimed = Claimed { elements, key, value, is_value_due: false };
            let made = visit(&mut claimed)?;
            if claimed.elements.is_over() && !claimed.is_value_due { Ok(made) } else { Err(unread()) }
        })
    }
}

impl<'de> SeqAccess<'de> for Claimed<'_, '_, '_, '_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let at = self.key;
        self.elements.element(|reader| seed.deserialize(What::At(at).read_by(reader)))
    }

    fn size_hint(&self) -> Option<usize> {
        SeqAccess::size_hint(&self.elements)
    }
}

impl<'de> MapAccess<'de> for Claimed<'_, '_, '_, '_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.is_value_due {
            return Err(unread());
        }
        let at = self.key;
        let key = self.elements.key(|reader| seed.deserialize(Key(What::At(at).read_by(reader))))?;
        self.is_value_due = key.is_some();
        Ok(key)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        if !std::mem::take(&mut self.is_value_due) {
            return Err(early());
        }
        let at = self.value;
        self.elements.value(|reader| seed.deserialize(What::At(at).read_by(reader)))
    }

    fn size_hint(&self) -> Option<usize> {
        SeqAccess::size_hint(&self.elements)
    }
}

/// A known number of parts.
pub(super) enum List<'c, 's, 'n> {
    Array(At<'c, 's>, usize),
    Parts(Parts<'c, 's>),
    /// The name of a variant, with its content.
    Variant(Parts<'c, 's>),
    /// The parts of a trait object: its name, then its value.
    Nested(&'n TypeName, At<'c, 's>),
}

impl List<'_, '_, '_> {
    fn len(&self) -> usize {
        match self {
            List::Array(_, length) => *length,
            List::Parts(parts) => parts.len(),
            List::Variant(_) => 1,
            List::Nested(..) => NESTED_FIELDS.len(),
        }
    }

    fn name(&self, index: usize) -> &str {
        match self {
            List::Array(..) => "",
            List::Parts(parts) => parts.name(index),
            List::Variant(parts) => parts.variant(),
            List::Nested(..) => NESTED_FIELDS.get(index).copied().unwrap_or_default(),
        }
    }
}

/// Serde's access to a known number of parts.
pub(super) struct Known<'c, 's, 'n, 'i, 'a, 'de> {
    reader: Reader<'i, 'a, 'de>,
    list: List<'c, 's, 'n>,
    /// The index of the next part.
    next: usize,
    is_value_due: bool,
}

impl<'c, 's, 'n, 'i, 'a, 'de> Known<'c, 's, 'n, 'i, 'a, 'de> {
    pub(super) fn visit<T>(
        reader: Reader<'i, 'a, 'de>,
        list: List<'c, 's, 'n>,
        visit: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let mut known = Known { reader, list, next: 0, is_value_due: false };
        let made = visit(&mut known)?;
        if known.next >= known.list.len() && !known.is_value_due { Ok(made) } else { Err(unread()) }
    }

    /// Counts an element, or a key or value of an entry. The first entry also pays for the spare room of the target's map.
    fn count<T>(&self, is_entry: bool) -> Result<()> {
        let is_first = is_entry && self.next == 0;
        let room = if is_first { SPARE.saturating_add(2).saturating_sub(self.list.len()).max(1) } else { 1 };
        self.reader.input.session.budget.count_elements(1, true, size_of::<T>().saturating_mul(room))
    }

    fn read<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let index = self.next;
        self.next = index.saturating_add(1);
        let (what, step) = match &self.list {
            List::Array(at, _) => (What::At(*at), Some(Step::Position(index))),
            List::Parts(parts) => (What::At(parts.part(index).ok_or_else(unread)?.at), Some(Step::Position(index))),
            List::Variant(parts) => (What::content(parts), None),
            List::Nested(name, _) if index == 0 => {
                self.reader.input.session.budget.charge(name.as_str().len())?;
                return name_of(name.as_str(), seed);
            }
            List::Nested(_, at) => (What::At(*at), None),
        };
        let read = seed.deserialize(what.read_by(self.reader.again(size_of::<S::Value>())));
        read.map_err(|error| error.within(step))
    }
}

impl<'de> SeqAccess<'de> for Known<'_, '_, '_, '_, '_, 'de> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.next >= self.list.len() {
            return Ok(None);
        }
        self.count::<S::Value>(false)?;
        self.read(seed).map(Some)
    }
}

impl<'de> MapAccess<'de> for Known<'_, '_, '_, '_, '_, 'de> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.is_value_due {
            return Err(unread());
        }
        if self.next >= self.list.len() {
            return Ok(None);
        }
        self.count::<S::Value>(true)?;
        let name = self.list.name(self.next);
        if !matches!(self.list, List::Nested(..)) {
            self.reader.input.session.budget.charge(name.len())?;
        }
        self.is_value_due = true;
        name_of(name, seed).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        if !std::mem::take(&mut self.is_value_due) {
            return Err(early());
        }
        self.count::<S::Value>(true)?;
        self.read(seed)
    }
}
