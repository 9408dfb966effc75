//! The types of the trait objects below the root of a running encode. Imports `error`, `format`, `schema`, `shape` and
//! its siblings only.
//!
//! Invariant: one collection per envelope that is being written on this thread; a guard's end restores the outer one.

use super::provenance::Provenance;
use super::terms::Terms;
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::type_name::TypeName;
use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

thread_local! {
    // Most envelopes have nothing noted, and then there is nothing to be made and dropped: 8 % of a small encode.
    static WRITING: RefCell<Vec<Writing>> = const { RefCell::new(Vec::new()) };
}

/// An envelope that is being written.
struct Writing {
    format: Format,
    noted: Option<Box<Noted>>,
    /// Whether a value was left out that cannot go in this format.
    has_left_out: bool,
}

/// The types of one envelope, by hash.
#[derive(Default)]
pub(crate) struct Noted {
    /// Those of values of ours.
    pub(crate) own: BTreeMap<u64, Arc<Identity>>,
    /// Those of values that are carried, and all that the envelopes listed that they came in: what is inside of them
    /// says its types by hashes only.
    pub(crate) carried: BTreeMap<u64, TypeName>,
    /// What came with carried values and is in `carried`, by its address.
    merged: BTreeMap<usize, Arc<Provenance>>,
    /// The shapes of all these types, if they are wanted, and the types that are in it.
    pub(crate) schema: Option<Schema>,
    described: BTreeSet<u64>,
}

impl Noted {
    /// What bound all values that are carried.
    pub(crate) fn terms(&self) -> Terms {
        self.merged.values().fold(Terms::default(), |terms, came| terms.and(&came.terms))
    }

    fn carry(&mut self, hash: u64, name: &TypeName) -> Result<()> {
        match self.carried.entry(hash) {
            Entry::Occupied(known) if known.get() != name => Err(two_names()),
            Entry::Occupied(_) => Ok(()),
            Entry::Vacant(place) => {
                place.insert(name.clone());
                Ok(())
            }
        }
    }

    fn merge(&mut self, inside: &Arc<Provenance>) -> Result<()> {
        // Each is kept, so that no other one gets its address.
        match self.merged.entry(Arc::as_ptr(inside).addr()) {
            Entry::Occupied(_) => Ok(()),
            Entry::Vacant(place) => {
                place.insert(Arc::clone(inside));
                if let (Some(described), Some(schema)) = (&mut self.schema, &inside.schema) {
                    described.merge(schema);
                }
                inside.names.iter().try_for_each(|(hash, name)| self.carry(*hash, name))
            }
        }
    }
}

/// A frame says its type by the hash alone. So two types with one hash cannot stand in one envelope: the second would be
/// read as the first.
pub(crate) fn two_names() -> Error {
    let reason = "two types of nested values have the same type hash; encode them in two envelopes";
    Kind::Malformed { what: "names section", reason }.into()
}

/// Collects the names of one envelope; ends the collection when dropped.
pub(crate) struct Names(());

impl Names {
    /// Begins a collection, with the shapes of the types if they are wanted.
    pub(crate) fn begin(format: Format, schema: bool) -> Self {
        let noted = schema.then(|| Box::new(Noted { schema: Some(Schema::default()), ..Noted::default() }));
        WRITING.with_borrow_mut(|writing| writing.push(Writing { format, noted, has_left_out: false }));
        Names(())
    }

    /// Whether the shapes of a type are wanted that has not been described; it is going to be.
    pub(crate) fn wants_schema(hash: u64) -> bool {
        WRITING.with_borrow_mut(|writing| {
            let noted = writing.last_mut().and_then(|writing| writing.noted.as_mut());
            noted.is_some_and(|noted| noted.schema.is_some() && noted.described.insert(hash))
        })
    }

    /// Adds the shapes of a type.
    pub(crate) fn describe(schema: &Schema) {
        WRITING.with_borrow_mut(|writing| {
            if let Some(described) = writing.last_mut().and_then(|writing| writing.noted.as_mut()?.schema.as_mut()) {
                described.merge(schema);
            }
        });
    }

    /// Notes a nested value's type, if an envelope is being written.
    pub(crate) fn note(identity: &Arc<Identity>) -> Result<()> {
        WRITING.with_borrow_mut(|writing| {
            let Some(Writing { noted, .. }) = writing.last_mut() else { return Ok(()) };
            let known = noted.get_or_insert_default().own.entry(identity.hash).or_insert_with(|| Arc::clone(identity));
            if Arc::ptr_eq(known, identity) || known.name == identity.name { Ok(()) } else { Err(two_names()) }
        })
    }

    /// Notes the type of a value that is carried, and the types that may be inside of it, with their shapes if they are wanted.
    pub(crate) fn note_carried(hash: u64, name: &TypeName, inside: &Arc<Provenance>) -> Result<()> {
        WRITING.with_borrow_mut(|writing| {
            let Some(Writing { noted, .. }) = writing.last_mut() else { return Ok(()) };
            let noted = noted.get_or_insert_default();
            noted.carry(hash, name)?;
            noted.merge(inside)
        })
    }

    /// Notes the types that may be inside of a root that is carried.
    pub(crate) fn note_inside(inside: &Arc<Provenance>) -> Result<()> {
        WRITING.with_borrow_mut(|writing| {
            writing.last_mut().map_or(Ok(()), |writing| writing.noted.get_or_insert_default().merge(inside))
        })
    }

    /// Whether an envelope is being written on this thread.
    pub(crate) fn is_writing() -> bool {
        WRITING.with_borrow(|writing| !writing.is_empty())
    }

    /// The state format of the envelope that is being written.
    pub(crate) fn format() -> Option<Format> {
        WRITING.with_borrow(|writing| writing.last().map(|writing| writing.format))
    }

    /// Notes that a value was left out: another format might have had it.
    pub(crate) fn leave_out() {
        WRITING.with_borrow_mut(|writing| {
            if let Some(writing) = writing.last_mut() {
                writing.has_left_out = true;
            }
        });
    }

    /// Whether a value was left out.
    pub(crate) fn has_left_out(&self) -> bool {
        WRITING.with_borrow(|writing| writing.last().is_some_and(|writing| writing.has_left_out))
    }

    /// The types noted so far, and no longer.
    pub(crate) fn take(&self) -> Option<Box<Noted>> {
        WRITING.with_borrow_mut(|writing| writing.last_mut().and_then(|writing| writing.noted.take()))
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        WRITING.with_borrow_mut(|writing| writing.pop());
    }
}
