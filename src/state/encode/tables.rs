//! The tables of the containers that are being written. Imports `shape`.
//!
//! A batch looks up the index of the type of each value. So an encode resolves a type once and gives it a number; the number and
//! the index in the innermost table are cached by `TypeId`.
//!
//! Invariant: a type's `place` is its index in the innermost open container that has the type.

use crate::shape::{Identity, low_byte};
use std::any::TypeId;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The types of one encode's nested values, and the tables of the open containers.
pub(crate) struct Tables {
    types: RefCell<Types>,
    innermost: Cell<Container>,
    /// The number of entries in the tables of all open containers.
    n_entries: Cell<usize>,
    /// A cache of recently used types, by some bits of their `TypeId`. Allocated at the first nested value, on the heap because an
    /// encode may have little stack.
    recent: OnceCell<Box<[Cell<Recent>]>>,
}

/// A cached type, and its place in the table of a container.
#[derive(Clone, Copy)]
struct Recent {
    id: Option<TypeId>,
    number: usize,
    /// The encode in which the number is valid.
    encode: u64,
    place: Place,
    is_plain: bool,
}

const RECENT: usize = 128;

#[derive(Default)]
struct Types {
    list: Vec<Type>,
    /// The number of a type, and whether the type is plain.
    by_type_id: BTreeMap<TypeId, (usize, bool)>,
    /// The numbers of types after the first [`SCANNED`], by hash.
    by_hash: BTreeMap<u64, usize>,
    /// The tables of all open containers, the innermost last.
    entries: Vec<Entry>,
    /// Counts containers with entries, and encodes, as ids for both.
    n_containers: u64,
    encode: u64,
}

struct Type {
    hash: u64,
    /// `None` for a carried value.
    identity: Option<Arc<Identity>>,
    place: Place,
}

/// An entry of a table.
struct Entry {
    number: usize,
    /// The type's place in the outer containers.
    outer: Place,
}

#[derive(Clone, Copy)]
struct Place {
    container: u64,
    index: usize,
}

/// An open container.
#[derive(Clone, Copy)]
pub(crate) struct Container {
    /// [`NEW`] until the container has an entry: most values have no nested values, and their container costs nothing.
    id: u64,
    /// The index of its first entry.
    start: usize,
}

const NEW: u64 = 0;
const NOWHERE: Place = Place { container: NEW, index: 0 };

impl Default for Tables {
    fn default() -> Self {
        let innermost = Cell::new(Container { id: NEW, start: 0 });
        Tables { types: RefCell::default(), innermost, n_entries: Cell::new(0), recent: OnceCell::new() }
    }
}

#[cold]
#[inline(never)]
fn nothing_recent() -> Box<[Cell<Recent>]> {
    let nothing = || Cell::new(Recent { id: None, number: 0, encode: 0, place: NOWHERE, is_plain: false });
    std::iter::repeat_with(nothing).take(RECENT).collect()
}

impl Tables {
    /// Removes all types, but keeps the allocations.
    #[inline]
    pub(crate) fn clear(&mut self) {
        // Without a type there is nothing to clear.
        if self.types.get_mut().list.is_empty() {
            return;
        }
        // Ids of containers are not reused, so that no cached place refers to a container of a former encode.
        let Types { list, by_type_id, by_hash, entries, n_containers: _, encode } = self.types.get_mut();
        list.clear();
        by_type_id.clear();
        by_hash.clear();
        entries.clear();
        *encode = encode.wrapping_add(1);
        self.innermost.set(Container { id: NEW, start: 0 });
        self.n_entries.set(0);
    }

    /// The index of a type that was already looked up by `TypeId`, and whether it is plain, so that it needs no container.
    #[inline]
    pub(crate) fn known(&self, id: TypeId) -> Option<(usize, bool)> {
        let recent = self.recent.get_or_init(nothing_recent).get(usize::from(low_byte(id)) % RECENT)?;
        let Recent { id: found, place, is_plain, .. } = recent.get();
        let container = self.innermost.get().id;
        if found == Some(id) && place.container == container && container != NEW {
            return Some((place.index, is_plain));
        }
        self.known_elsewhere(id, recent)
    }

    /// Like [`Tables::known`], for a type that is new in its container, or whose cache entry another type has.
    #[inline(never)]
    fn known_elsewhere(&self, id: TypeId, recent: &Cell<Recent>) -> Option<(usize, bool)> {
        let mut types = self.types.borrow_mut();
        let (encode, found) = (types.encode, recent.get());
        let is_known = found.id == Some(id) && found.encode == encode;
        let known = (found.number, found.is_plain);
        let (number, is_plain) = if is_known { known } else { *types.by_type_id.get(&id)? };
        let index = self.place(&mut types, number);
        let place = Place { container: self.innermost.get().id, index };
        recent.set(Recent { id: Some(id), number, encode, place, is_plain });
        Some((index, is_plain))
    }

    /// The index of a type, if this very `Arc` was already looked up.
    pub(crate) fn same(&self, identity: &Arc<Identity>) -> Option<usize> {
        let mut types = self.types.borrow_mut();
        let first = types.list.iter().take(SCANNED).position(|ty| ty.hash == identity.hash);
        let number = first.or_else(|| types.by_hash.get(&identity.hash).copied())?;
        let known = types.list.get(number)?.identity.as_ref()?;
        Arc::ptr_eq(known, identity).then(|| self.place(&mut types, number))
    }

    /// The index of the type with this identity. `id` is the `TypeId` if all values of that Rust type have this identity.
    pub(crate) fn of(&self, identity: &Arc<Identity>, id: Option<TypeId>, is_plain: bool) -> usize {
        let mut types = self.types.borrow_mut();
        let number = types.number(identity.hash);
        if let Some(ty) = types.list.get_mut(number) {
            ty.identity = Some(Arc::clone(identity));
        }
        if let Some(id) = id {
            types.by_type_id.insert(id, (number, is_plain));
        }
        self.place(&mut types, number)
    }

    /// The index of the type with this hash.
    pub(crate) fn of_hash(&self, hash: u64) -> usize {
        let mut types = self.types.borrow_mut();
        let number = types.number(hash);
        self.place(&mut types, number)
    }

    /// The index in the innermost table; adds the type to the table if it is new there.
    #[inline]
    fn place(&self, types: &mut Types, number: usize) -> usize {
        let Container { id, .. } = self.innermost.get();
        match types.list.get(number) {
            Some(ty) if ty.place.container == id && id != NEW => ty.place.index,
            _ => self.new_place(types, number),
        }
    }

    fn new_place(&self, types: &mut Types, number: usize) -> usize {
        let Container { mut id, start } = self.innermost.get();
        if id == NEW {
            types.n_containers = types.n_containers.saturating_add(1);
            id = types.n_containers;
            self.innermost.set(Container { id, start });
        }
        let index = types.entries.len().saturating_sub(start);
        if let Some(ty) = types.list.get_mut(number) {
            types.entries.push(Entry { number, outer: ty.place });
            ty.place = Place { container: id, index };
        }
        self.n_entries.set(types.entries.len());
        index
    }

    /// Begins a container; returns the outer one, for [`Tables::end`].
    #[inline]
    pub(crate) fn begin(&self) -> Container {
        self.innermost.replace(Container { id: NEW, start: self.n_entries.get() })
    }

    /// Whether the innermost container has no nested values.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.innermost.get().id == NEW
    }

    /// The type hashes of the innermost container's direct nested values, in order of first use.
    pub(crate) fn hashes(&self) -> Vec<u64> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut hashes = Vec::with_capacity(self.len());
        self.each_hash(|hash| hashes.push(hash));
        hashes
    }

    /// Like [`Tables::hashes`], one by one.
    pub(crate) fn each_hash(&self, mut with: impl FnMut(u64)) {
        let types = self.types.borrow();
        let entries = types.entries.get(self.innermost.get().start..).unwrap_or_default();
        entries.iter().filter_map(|entry| types.list.get(entry.number)).for_each(|ty| with(ty.hash));
    }

    /// How many types the innermost container's table has.
    pub(crate) fn len(&self) -> usize {
        if self.is_empty() { 0 } else { self.n_entries.get().saturating_sub(self.innermost.get().start) }
    }

    /// Whether the innermost container's entries are a prefix of the outer container's.
    pub(crate) fn are_those_around(&self, outer: Container) -> bool {
        let (types, start) = (self.types.borrow(), self.innermost.get().start);
        let own = types.entries.get(start..).unwrap_or_default();
        if own.is_empty() {
            return true;
        }
        let around = types.entries.get(outer.start..start).unwrap_or_default();
        around.len() >= own.len() && around.iter().zip(own).all(|(around, own)| around.number == own.number)
    }

    /// Ends the innermost container.
    #[inline]
    pub(crate) fn end(&self, outer: Container) {
        let Container { id, start } = self.innermost.replace(outer);
        if id != NEW {
            self.types.borrow_mut().forget(start);
            self.n_entries.set(start);
        }
    }
}

/// Up to this many types are found by a linear scan.
const SCANNED: usize = 16;

impl Types {
    fn number(&mut self, hash: u64) -> usize {
        let next = self.list.len();
        let first = self.list.iter().take(SCANNED).position(|ty| ty.hash == hash);
        let number = match first {
            Some(number) => number,
            None if next < SCANNED => next,
            None => *self.by_hash.entry(hash).or_insert(next),
        };
        if number == next {
            self.list.push(Type { hash, identity: None, place: NOWHERE });
        }
        number
    }

    /// Removes the entries from `start` on.
    fn forget(&mut self, start: usize) {
        while self.entries.len() > start {
            let Some(entry) = self.entries.pop() else { return };
            if let Some(ty) = self.list.get_mut(entry.number) {
                ty.place = entry.outer;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_hashes(tables: &Tables, hashes: &[u64]) {
        assert_eq!(tables.hashes(), hashes);
    }

    #[test]
    fn each_container_has_a_table_of_its_own() {
        let tables = Tables::default();
        assert_eq!([7, 8, 7].map(|hash| tables.of_hash(hash)), [0, 1, 0]);
        let root = tables.begin();
        check_hashes(&tables, &[]);
        assert_eq!([8, 9].map(|hash| tables.of_hash(hash)), [0, 1]);
        let outer = tables.begin();
        assert_eq!([9, 8].map(|hash| tables.of_hash(hash)), [0, 1]);
        check_hashes(&tables, &[9, 8]);
        tables.end(outer);
        assert_eq!([9, 10].map(|hash| tables.of_hash(hash)), [1, 2]);
        check_hashes(&tables, &[8, 9, 10]);
        tables.end(root);
        assert_eq!([8, 10].map(|hash| tables.of_hash(hash)), [1, 2]);
        check_hashes(&tables, &[7, 8, 10]);
    }

    #[test]
    fn many_types_are_found_as_few_are() {
        let mut tables = Tables::default();
        for _ in 0..2 {
            for round in 0..2 {
                let places: Vec<usize> = (0..40).map(|hash| tables.of_hash(100 - hash)).collect();
                assert_eq!(places, (0..40).collect::<Vec<usize>>(), "{round}");
            }
            check_hashes(&tables, &(0..40).map(|hash| 100 - hash).collect::<Vec<u64>>());
            tables.clear();
            assert!(tables.is_empty());
        }
    }

    #[test]
    fn a_container_that_follows_another_begins_anew() {
        let tables = Tables::default();
        let root = tables.begin();
        tables.of_hash(7);
        tables.end(root);
        tables.begin();
        check_hashes(&tables, &[]);
        assert_eq!(tables.of_hash(8), 0);
    }
}
