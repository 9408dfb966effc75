//! The types of the trait objects below the root of a running encode. Imports `error`, `format`, `schema`, `shape`, `type_name`
//! and its siblings.
//!
//! Invariant: one collection per envelope that is being written on this thread; a guard's end restores the outer one.

use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::state::budget::count::OnDrop;
use crate::state::decode::types::{Provenance, Terms};
use crate::state::handoff::writes_ours;
use crate::type_name::{NameList, TypeName};
use serde::Serializer;
use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

thread_local! {
    // Most envelopes have nothing noted, and then there is nothing to be made and dropped: 8 % of a small encode.
    // `None`: a value runs a serializer of another crate, which writes none.
    static WRITING: RefCell<Vec<Option<Writing>>> = const { RefCell::new(Vec::new()) };
}

/// An envelope that is being written.
struct Writing {
    format: Format,
    noted: Option<Box<Noted>>,
    /// Whether a value was left out that cannot go in this format.
    has_left_out: bool,
    /// Whether a trait object was merged with what stands around it.
    is_merged: bool,
    /// Whether it is a state alone, which says all types by name.
    is_bare: bool,
    /// Whether the next one writes a value anew that is carried in this one.
    is_converting: bool,
}

/// The envelope that is being written, if one is.
#[inline]
fn with<T: Default>(read: impl FnOnce(&mut Writing) -> T) -> T {
    WRITING.with_borrow_mut(|writing| writing.last_mut().and_then(Option::as_mut).map(read).unwrap_or_default())
}

/// What is noted in the innermost envelope that wants shapes: the one that is being written, or the one for which that is converted.
fn with_described<T: Default>(read: impl FnOnce(&mut Noted) -> T) -> T {
    WRITING.with_borrow_mut(|writing| {
        for (at, writing) in writing.iter_mut().rev().map_while(Option::as_mut).enumerate() {
            match &mut writing.noted {
                _ if at > 0 && !writing.is_converting => break,
                Some(noted) if noted.schema.is_some() => return read(noted),
                _ => {}
            }
        }
        T::default()
    })
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
    /// The shapes that came with carried values and are in it, by their address.
    added: BTreeMap<usize, Arc<Schema>>,
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

    /// Each that is added is kept, so that no other one gets its address.
    fn add_schema(&mut self, schema: &Arc<Schema>) {
        if let (Some(described), Entry::Vacant(place)) =
            (&mut self.schema, self.added.entry(Arc::as_ptr(schema).addr()))
        {
            place.insert(Arc::clone(schema));
            described.merge(schema);
        }
    }

    fn merge(&mut self, inside: &Arc<Provenance>) -> Result<()> {
        // Each is kept, so that no other one gets its address.
        match self.merged.entry(Arc::as_ptr(inside).addr()) {
            Entry::Occupied(_) => Ok(()),
            Entry::Vacant(place) => {
                place.insert(Arc::clone(inside));
                inside.schema.iter().for_each(|schema| self.add_schema(schema));
                inside.names.iter().try_for_each(|(hash, name)| self.carry(*hash, name))
            }
        }
    }
}

/// A frame says its type by the hash alone. So two types with one hash cannot stand in one envelope: the second would be
/// read as the first.
pub(crate) fn two_names() -> Error {
    Kind::SameHash.into()
}

/// Collects the names of one envelope; ends the collection when dropped.
pub(crate) struct Names(());

impl Names {
    /// Begins a collection, with the shapes of the types if they are wanted.
    pub(crate) fn begin(format: Format, schema: bool) -> Self {
        let noted = schema.then(|| Box::new(Noted { schema: Some(Schema::default()), ..Noted::default() }));
        WRITING.with_borrow_mut(|writing| {
            let (has_left_out, is_merged, is_bare, is_converting) = (false, false, false, false);
            writing.push(Some(Writing { format, noted, has_left_out, is_merged, is_bare, is_converting }));
        });
        Names(())
    }

    /// Begins a state alone in a format that says types by name, and no hashes.
    #[cfg(feature = "json")]
    pub(crate) fn begin_bare(format: Format) -> Self {
        let names = Names::begin(format, false);
        with(|writing| writing.is_bare = true);
        names
    }

    /// Whether a state is written alone.
    pub(crate) fn is_bare() -> bool {
        with(|writing| writing.is_bare)
    }

    /// Nothing is being written, until the guard's end, if a value runs `serializer` within an encode of ours, such as one that
    /// makes a text of a field.
    #[inline]
    pub(crate) fn elsewhere<S: Serializer>(serializer: &S) -> Option<Self> {
        if writes_ours(serializer) || !Names::is_writing() {
            return None;
        }
        WRITING.with_borrow_mut(|writing| writing.push(None));
        Some(Names(()))
    }

    /// Whether the shapes of a type are wanted that has not been described; it is going to be.
    pub(crate) fn wants_schema(hash: u64) -> bool {
        with_described(|noted| noted.described.insert(hash))
    }

    /// Adds the shapes of a type.
    pub(crate) fn describe(schema: &Schema) {
        with_described(|noted| {
            if let Some(described) = &mut noted.schema {
                described.merge(schema);
            }
        });
    }

    /// Lets the shapes of what is written until the guard's end stand in the envelope that is being written now: a value that is
    /// carried in it is written anew, in an envelope that nobody keeps.
    pub(crate) fn convert() -> impl Drop {
        let set = |is_converting| with(|writing| std::mem::replace(&mut writing.is_converting, is_converting));
        let outer = set(true);
        OnDrop(move || _ = set(outer))
    }

    /// Notes a nested value's type, if an envelope is being written.
    pub(crate) fn note(identity: &Arc<Identity>) -> Result<()> {
        let is_known = with(|Writing { noted, .. }| {
            let known = noted.get_or_insert_default().own.entry(identity.hash).or_insert_with(|| Arc::clone(identity));
            Some(Arc::ptr_eq(known, identity) || known.name == identity.name)
        });
        if is_known == Some(false) { Err(two_names()) } else { Ok(()) }
    }

    /// Notes the type of a value that is carried, and the types that may be inside of it, with their shapes if they are wanted.
    pub(crate) fn note_carried(hash: u64, name: &TypeName, inside: &Arc<Provenance>) -> Result<()> {
        with(|Writing { noted, .. }| {
            let noted = noted.get_or_insert_default();
            Some(noted.carry(hash, name).and_then(|()| noted.merge(inside)))
        })
        .unwrap_or(Ok(()))
    }

    /// Notes types that may be inside of a value that is carried.
    pub(crate) fn note_names(names: &NameList) -> Result<()> {
        with(|Writing { noted, .. }| {
            let noted = noted.get_or_insert_default();
            Some(names.iter().try_for_each(|(hash, name)| noted.carry(*hash, name)))
        })
        .unwrap_or(Ok(()))
    }

    /// Adds the shapes that came with a value, unless they have been added.
    pub(crate) fn describe_by(came: &Provenance) {
        with_described(|noted| came.schema.as_ref().into_iter().for_each(|schema| noted.add_schema(schema)));
    }

    /// Notes the types that may be inside of a root that is carried.
    pub(crate) fn note_inside(inside: &Arc<Provenance>) -> Result<()> {
        with(|Writing { noted, .. }| Some(noted.get_or_insert_default().merge(inside))).unwrap_or(Ok(()))
    }

    /// Whether an envelope is being written on this thread, or a value that runs a serializer of another crate within one.
    #[inline]
    pub(crate) fn is_writing_anything() -> bool {
        WRITING.with_borrow(|writing| !writing.is_empty())
    }

    /// Whether an envelope is being written on this thread.
    pub(crate) fn is_writing() -> bool {
        with(|_| true)
    }

    /// The state format of the envelope that is being written.
    pub(crate) fn format() -> Option<Format> {
        with(|writing| Some(writing.format))
    }

    /// Notes that a value was left out: another format might have had it.
    pub(crate) fn leave_out() {
        with(|writing| writing.has_left_out = true);
    }

    /// Notes that a trait object was merged with what stands around it, where names may meet.
    pub(crate) fn merge() {
        with(|writing| writing.is_merged = true);
    }

    /// Ends the collection: gives what was noted, whether a value was left out, and whether a trait object was merged.
    #[inline]
    pub(crate) fn end(self) -> (Option<Box<Noted>>, bool, bool) {
        with(|writing| (writing.noted.take(), writing.has_left_out, writing.is_merged))
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        WRITING.with_borrow_mut(|writing| writing.pop());
    }
}
