//! The tables of the containers that are being written. Imports `shape` and its siblings.
//!
//! A batch looks up the index of the type of each value. So an encode resolves a type once and gives it a number; the number and
//! the index in the innermost table are cached by `TypeId`.
//!
//! Most containers use the first types of the table around them, in the same order: such a container has no entries, only a number of
//! types used so far. At the first other type it gets a table of its own.
//!
//! Invariant: a type's `place` is its index in the innermost open table that has the type.

use super::known::{NOTHING, NOWHERE, Place, Types};
use crate::shape::{Identity, low_byte};
use std::any::TypeId;
use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

/// The types of one encode's nested values, and the tables of the open containers.
pub(crate) struct Tables {
    types: RefCell<Types>,
    /// The innermost container: see [`Container`].
    table: Cell<u64>,
    used: Cell<usize>,
    most: Cell<usize>,
    /// A cache of recently used types, by some bits of their `TypeId`. Allocated at the first nested value, on the heap because an
    /// encode may have little stack.
    recent: OnceCell<Box<[Cell<Recent>; RECENT]>>,
    /// Places of types that no `TypeId` identifies, by some bits of the address of their identity, which the types keep alive.
    near: [Cell<(usize, Place)>; NEAR],
    /// A reused buffer for the root's table.
    hashes: Cell<Vec<u64>>,
}

/// A cached type, and its place in the table of a container.
#[derive(Clone, Copy)]
struct Recent {
    id: TypeId,
    number: usize,
    /// The encode in which the number is valid.
    encode: u64,
    place: Place,
    is_plain: bool,
}

const RECENT: usize = 128;
const NEAR: usize = 16;

/// Stands for a type whose values have different identities: no cache knows it.
pub(crate) struct Varied;

/// A container that waits for the end of one inside it. The id of the innermost table is kept beside it.
#[derive(Clone, Copy)]
pub(crate) struct Container {
    /// How many types of its own table, or of the one around it, it has: the first ones.
    used: usize,
    /// How many it may have: those of the outer container, or [`OWN`].
    most: usize,
}

/// The bound of a container with a table of its own, which can grow.
const OWN: usize = usize::MAX;

impl Default for Tables {
    fn default() -> Self {
        let (table, used, most) = (Cell::new(NOTHING), Cell::new(0), Cell::new(0));
        let near = [const { Cell::new((0, NOWHERE)) }; NEAR];
        Tables { types: RefCell::default(), table, used, most, recent: OnceCell::new(), near, hashes: Cell::default() }
    }
}

#[cold]
#[inline(never)]
fn nothing_recent() -> Box<[Cell<Recent>; RECENT]> {
    let nothing = Recent { id: TypeId::of::<Varied>(), number: 0, encode: 0, place: NOWHERE, is_plain: false };
    Box::new(std::array::from_fn(|_| Cell::new(nothing)))
}

impl Tables {
    /// Removes all types, but keeps the allocations.
    #[inline]
    pub(crate) fn clear(&mut self) {
        // Without a type there is nothing to clear.
        if self.types.get_mut().list.is_empty() {
            return;
        }
        // Ids of tables are not reused, so that no cached place refers to a table of a former encode.
        let Types { list, by_type_id, by_hash, entries, open, n_tables: _, encode } = self.types.get_mut();
        list.clear();
        by_type_id.clear();
        by_hash.clear();
        entries.clear();
        open.clear();
        *encode = encode.wrapping_add(1);
        self.table.set(NOTHING);
        self.resume(Container { used: 0, most: 0 });
    }

    /// The index of a type that was already looked up by `TypeId`, and whether it is plain, so that it needs no container.
    #[inline]
    pub(crate) fn known(&self, id: TypeId) -> Option<(usize, bool)> {
        let recent = self.recent.get_or_init(nothing_recent).get(usize::from(low_byte(id)) % RECENT)?;
        let Recent { id: found, place, is_plain, .. } = recent.get();
        if found == id && place.table == self.table.get() && self.has(place.index) {
            return Some((place.index, is_plain));
        }
        if id == TypeId::of::<Varied>() { None } else { self.known_elsewhere(id, recent) }
    }

    /// Whether the innermost container has entry `index` of its table, or can take it as the next one.
    #[inline]
    fn has(&self, index: usize) -> bool {
        let used = self.used.get();
        if index == used && used < self.most.get() {
            self.used.set(used.wrapping_add(1));
            return true;
        }
        index < used
    }

    /// Like [`Tables::known`], for a type that is new in its container, or whose cache entry another type has.
    #[inline(never)]
    fn known_elsewhere(&self, id: TypeId, recent: &Cell<Recent>) -> Option<(usize, bool)> {
        let mut types = self.types.borrow_mut();
        let (encode, found) = (types.encode, recent.get());
        let is_known = found.id == id && found.encode == encode;
        let known = (found.number, found.is_plain);
        let (number, is_plain) = if is_known { known } else { *types.by_type_id.get(&id)? };
        let index = self.place(&mut types, number);
        let place = Place { table: self.table.get(), index };
        recent.set(Recent { id, number, encode, place, is_plain });
        Some((index, is_plain))
    }

    /// The index of a type, if this very `Arc` was already looked up.
    #[inline]
    pub(crate) fn same(&self, identity: &Arc<Identity>) -> Option<usize> {
        let address = Arc::as_ptr(identity).addr();
        let near = self.near.get((address >> 7) % NEAR)?;
        let (known, place) = near.get();
        if known == address && place.table == self.table.get() && self.has(place.index) {
            return Some(place.index);
        }
        let index = self.same_elsewhere(identity)?;
        near.set((address, Place { table: self.table.get(), index }));
        Some(index)
    }

    #[inline(never)]
    fn same_elsewhere(&self, identity: &Arc<Identity>) -> Option<usize> {
        let mut types = self.types.borrow_mut();
        let number = types.find(identity.hash)?;
        let known = types.list.get(number)?.identity.as_ref()?;
        Arc::ptr_eq(known, identity).then(|| self.place(&mut types, number))
    }

    /// The index of the type with this identity. `id` is the `TypeId` if all values of that Rust type have this identity.
    pub(crate) fn of(&self, identity: &Arc<Identity>, id: Option<TypeId>, is_plain: bool) -> usize {
        let mut types = self.types.borrow_mut();
        let number = types.number(identity.hash);
        if let Some(ty) = types.list.get_mut(number) {
            if ty.identity.replace(Arc::clone(identity)).is_some() {
                // Another identity may get the address of the former one.
                self.near.iter().for_each(|near| near.set((0, NOWHERE)));
            }
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

    /// The index in the innermost container; adds the type to its table if it is new there.
    #[inline]
    fn place(&self, types: &mut Types, number: usize) -> usize {
        match types.list.get(number) {
            Some(ty) if ty.place.table == self.table.get() && self.has(ty.place.index) => ty.place.index,
            _ => self.new_place(types, number),
        }
    }

    fn new_place(&self, types: &mut Types, number: usize) -> usize {
        let index = self.used.get();
        if self.most.replace(OWN) != OWN {
            self.table.set(types.copy_table(self.table.get(), index));
        }
        types.add(self.table.get(), index, number);
        self.used.set(index.saturating_add(1));
        index
    }

    /// Begins a container; returns the outer one, for [`Tables::end`].
    #[inline]
    pub(crate) fn begin(&self) -> Container {
        let used = self.used.replace(0);
        Container { used, most: self.most.replace(used) }
    }

    /// The type hashes of the innermost container's direct nested values, in order of first use.
    /// [`Tables::keep`] takes them back.
    pub(crate) fn hashes(&self) -> Vec<u64> {
        let mut hashes = self.hashes.take();
        hashes.clear();
        self.each_hash(|hash| hashes.push(hash));
        hashes
    }

    /// Keeps a buffer for the next encode.
    pub(crate) fn keep(&self, hashes: Vec<u64>) {
        self.hashes.set(hashes);
    }

    /// Like [`Tables::hashes`], one by one.
    pub(crate) fn each_hash(&self, mut with: impl FnMut(u64)) {
        let types = self.types.borrow();
        let entries = types.entries.get(types.start()..).unwrap_or_default();
        let numbers = entries.iter().take(self.used.get()).map(|entry| entry.number);
        numbers.filter_map(|number| types.list.get(number)).for_each(|ty| with(ty.hash));
    }

    /// How many types the innermost container's table has.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.used.get()
    }

    /// Whether the innermost container's types are the first ones of the outer container.
    #[inline]
    pub(crate) fn are_those_around(&self) -> bool {
        self.most.get() != OWN
    }

    /// Ends the innermost container.
    #[inline]
    pub(crate) fn end(&self, outer: Container) {
        if self.most.get() == OWN {
            self.table.set(self.types.borrow_mut().end_table());
        }
        self.resume(outer);
    }

    /// Like [`Tables::end`], of a container without a table of its own.
    #[inline]
    pub(crate) fn resume(&self, Container { used, most }: Container) {
        self.used.set(used);
        self.most.set(most);
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
            assert_eq!(tables.len(), 0);
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

    /// The tables of the open containers, each written out.
    struct Model(Vec<Vec<u64>>);

    impl Model {
        fn place(&mut self, hash: u64) -> usize {
            let table = self.0.last_mut().unwrap();
            table.iter().position(|one| *one == hash).unwrap_or_else(|| {
                table.push(hash);
                table.len() - 1
            })
        }
    }

    /// Walks a tree of containers that is different for each seed.
    fn check_walk(tables: &Tables, model: &mut Model, seed: &mut u64, levels: usize) {
        for _ in 0..4 {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Mostly in order, so that containers use the table around them.
            let hash = if *seed >> 60 < 3 { *seed >> 61 } else { model.0.last().unwrap().len() as u64 % 3 };
            assert_eq!(tables.of_hash(hash), model.place(hash));
            if levels > 0 {
                let outer = tables.begin();
                model.0.push(Vec::new());
                check_walk(tables, model, seed, levels - 1);
                let own = model.0.pop().unwrap();
                check_hashes(tables, &own);
                assert_eq!(tables.are_those_around(), model.0.last().unwrap().starts_with(&own));
                tables.end(outer);
            }
        }
        check_hashes(tables, model.0.last().unwrap());
    }

    #[test]
    fn a_container_follows_the_table_around_as_long_as_it_can() {
        let mut tables = Tables::default();
        for mut seed in 1..40 {
            check_walk(&tables, &mut Model(vec![Vec::new()]), &mut seed, 3);
            tables.clear();
        }
    }
}
