//! Collects the types of the nested values of a running encode. Imports `error`, `format`, `schema`, `shape`, `type_name`
//! and its siblings.
//!
//! Invariant: each envelope being written on this thread has one collection; when it ends, the outer one continues.

use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::schema::Schema;
use crate::shape::Identity;
use crate::state::budget::count::OnDrop;
use crate::state::decode::types::{Provenance, Terms};
use crate::state::few::FewMap;
use crate::state::handoff::writes_ours;
use crate::type_name::{NameList, TypeName};
use serde::Serializer;
use std::cell::{Cell, RefCell};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

thread_local! {
    // `noted` is boxed and optional because most envelopes note nothing: that saves 8 % of a small encode.
    // A `None` entry: a value runs another crate's serializer, which writes no envelope.
    static WRITING: RefCell<Vec<Option<Writing>>> = const { RefCell::new(Vec::new()) };
    /// Empty notes, whose allocations the next envelope reuses.
    static SPARE: Cell<Option<Box<Noted>>> = const { Cell::new(None) };
}

/// An envelope that is being written.
struct Writing {
    format: Format,
    noted: Option<Box<Noted>>,
    /// Whether a value was left out that this format cannot represent.
    has_left_out: bool,
    /// Whether a trait object was merged into the map around it.
    is_merged: bool,
    /// Whether only a state is written, in a format that names all types.
    is_bare: bool,
    /// Whether the next envelope rewrites a carried value of this one.
    is_converting: bool,
}

/// Calls `read` on the envelope that is being written, if there is one.
#[inline]
fn with<T: Default>(read: impl FnOnce(&mut Writing) -> T) -> T {
    WRITING.with_borrow_mut(|writing| writing.last_mut().and_then(Option::as_mut).map(read).unwrap_or_default())
}

/// Calls `read` on the notes of the innermost envelope with a schema: the one being written, or the one it is being converted for.
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
    /// The types of decoded values.
    pub(crate) own: FewMap<u64, Arc<Identity>>,
    /// The types of carried values, and all types that their envelopes listed: nested values inside them give only type
    /// hashes.
    pub(crate) carried: BTreeMap<u64, TypeName>,
    /// The provenances whose names are in `carried`, by address.
    merged: BTreeMap<usize, Arc<Provenance>>,
    /// The shapes of all these types, if requested, and the hashes of the types described so far.
    pub(crate) schema: Option<Schema>,
    described: BTreeSet<u64>,
    /// The schemas of carried values that are merged into `schema`, by address.
    added: BTreeMap<usize, Arc<Schema>>,
}

impl Noted {
    /// Notes without an entry.
    fn spare() -> Box<Self> {
        SPARE.try_with(Cell::take).ok().flatten().unwrap_or_default()
    }

    /// Ends the notes of an envelope, and keeps their allocations if only types of decoded values were noted.
    pub(crate) fn keep(mut self: Box<Self>) {
        let Noted { own, carried, merged, schema, described, added } = &mut *self;
        own.clear();
        if carried.is_empty() && merged.is_empty() && schema.is_none() && described.is_empty() && added.is_empty() {
            let _ = SPARE.try_with(|spare| spare.set(Some(self)));
        }
    }

    /// The combined terms of all carried values.
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

    /// Merges a schema once. Each is kept alive, so that no other one gets its address.
    fn add_schema(&mut self, schema: &Arc<Schema>) {
        if let (Some(described), Entry::Vacant(place)) =
            (&mut self.schema, self.added.entry(Arc::as_ptr(schema).addr()))
        {
            place.insert(Arc::clone(schema));
            described.merge(schema);
        }
    }

    fn merge(&mut self, inside: &Arc<Provenance>) -> Result<()> {
        // Each provenance is kept alive, so that no other one gets its address.
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

/// A frame identifies its type by hash alone. So two types with the same hash cannot be in one envelope: the second would be
/// read as the first.
pub(crate) fn two_names() -> Error {
    Kind::SameHash.into()
}

/// Collects the names of one envelope; ends the collection when dropped.
pub(crate) struct Names(());

impl Names {
    /// Begins a collection, with the shapes of the types if `schema`.
    pub(crate) fn begin(format: Format, schema: bool) -> Self {
        let noted = schema.then(|| Box::new(Noted { schema: Some(Schema::default()), ..Noted::default() }));
        WRITING.with_borrow_mut(|writing| {
            let (has_left_out, is_merged, is_bare, is_converting) = (false, false, false, false);
            writing.push(Some(Writing { format, noted, has_left_out, is_merged, is_bare, is_converting }));
        });
        Names(())
    }

    /// Begins a state without an envelope, in a format that gives types by name and without hashes.
    #[cfg(feature = "json")]
    pub(crate) fn begin_bare(format: Format) -> Self {
        let names = Names::begin(format, false);
        with(|writing| writing.is_bare = true);
        names
    }

    /// Whether a state is being written without an envelope.
    pub(crate) fn is_bare() -> bool {
        with(|writing| writing.is_bare)
    }

    /// Suspends the collection until the guard ends, if a value runs another crate's `serializer` inside our encode, for example to
    /// turn a field into text.
    #[inline]
    pub(crate) fn elsewhere<S: Serializer>(serializer: &S) -> Option<Self> {
        if writes_ours(serializer) || !Names::is_writing() {
            return None;
        }
        WRITING.with_borrow_mut(|writing| writing.push(None));
        Some(Names(()))
    }

    /// Whether the caller has to describe the type: shapes are requested, and it has not been described.
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

    /// Collects the shapes of all that is written until the guard ends into the current envelope: a carried value of it is rewritten
    /// in a temporary envelope.
    pub(crate) fn convert() -> impl Drop {
        let set = |is_converting| with(|writing| std::mem::replace(&mut writing.is_converting, is_converting));
        let outer = set(true);
        OnDrop(move || _ = set(outer))
    }

    /// Notes a nested value's type, if an envelope is being written.
    pub(crate) fn note(identity: &Arc<Identity>) -> Result<()> {
        let is_known = with(|Writing { noted, .. }| {
            let own = &mut noted.get_or_insert_with(Noted::spare).own;
            if let Some(known) = own.get(&identity.hash) {
                return Some(Arc::ptr_eq(known, identity) || known.name == identity.name);
            }
            own.insert(identity.hash, Arc::clone(identity));
            Some(true)
        });
        if is_known == Some(false) { Err(two_names()) } else { Ok(()) }
    }

    /// Notes the type of a carried value and the types that may be inside it, with their shapes if requested.
    pub(crate) fn note_carried(hash: u64, name: &TypeName, inside: &Arc<Provenance>) -> Result<()> {
        with(|Writing { noted, .. }| {
            let noted = noted.get_or_insert_default();
            Some(noted.carry(hash, name).and_then(|()| noted.merge(inside)))
        })
        .unwrap_or(Ok(()))
    }

    /// Notes types that may be inside a carried value.
    pub(crate) fn note_names(names: &NameList) -> Result<()> {
        with(|Writing { noted, .. }| {
            let noted = noted.get_or_insert_default();
            Some(names.iter().try_for_each(|(hash, name)| noted.carry(*hash, name)))
        })
        .unwrap_or(Ok(()))
    }

    /// Adds the schema that came with a value, unless it has been added.
    pub(crate) fn describe_by(came: &Provenance) {
        with_described(|noted| came.schema.as_ref().into_iter().for_each(|schema| noted.add_schema(schema)));
    }

    /// Notes the types that may be inside a carried root.
    pub(crate) fn note_inside(inside: &Arc<Provenance>) -> Result<()> {
        with(|Writing { noted, .. }| Some(noted.get_or_insert_default().merge(inside))).unwrap_or(Ok(()))
    }

    /// Whether an envelope is being written on this thread, also by a value in it that runs another crate's serializer.
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

    /// Notes that a value was left out that another format might represent.
    pub(crate) fn leave_out() {
        with(|writing| writing.has_left_out = true);
    }

    /// Notes that a trait object was merged into the map around it, where names may collide.
    pub(crate) fn merge() {
        with(|writing| writing.is_merged = true);
    }

    /// Ends the collection; returns the notes, whether a value was left out, and whether a trait object was merged.
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
