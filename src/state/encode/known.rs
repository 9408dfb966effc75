//! The types that an encode has met, by number, and the tables of its open containers that have their own. Imports `shape` and its
//! siblings.

use crate::shape::Identity;
use crate::state::few::FewMap;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The types of one encode, and its open tables.
#[derive(Default)]
pub(super) struct Types {
    pub(super) list: Vec<Type>,
    /// The number of a type, and whether the type is plain.
    pub(super) by_type_id: FewMap<TypeId, (usize, bool)>,
    /// The numbers of types after the first [`SCANNED`], by hash.
    pub(super) by_hash: BTreeMap<u64, usize>,
    /// All open tables, the innermost last, and for each the id of the one around it and the begin.
    pub(super) entries: Vec<Entry>,
    pub(super) open: Vec<(u64, usize)>,
    /// Counts tables, and encodes, as ids for both.
    pub(super) n_tables: u64,
    pub(super) encode: u64,
}

/// A type.
pub(super) struct Type {
    pub(super) hash: u64,
    /// `None` for a carried value.
    pub(super) identity: Option<Arc<Identity>>,
    pub(super) place: Place,
}

/// An entry of a table.
pub(super) struct Entry {
    pub(super) number: usize,
    /// The type's place in the outer tables.
    pub(super) outer: Place,
}

/// A place in a table.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) table: u64,
    pub(super) index: usize,
}

/// No table has this id.
pub(super) const NOTHING: u64 = 0;
pub(super) const NOWHERE: Place = Place { table: u64::MAX, index: 0 };

/// Up to this many types are found by a linear scan.
const SCANNED: usize = 16;

impl Types {
    /// The number of a known type.
    pub(super) fn find(&self, hash: u64) -> Option<usize> {
        let first = self.list.iter().take(SCANNED).position(|ty| ty.hash == hash);
        first.or_else(|| self.by_hash.get(&hash).copied())
    }

    /// The number of a type.
    pub(super) fn number(&mut self, hash: u64) -> usize {
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

    /// Where the innermost table begins.
    pub(super) fn start(&self) -> usize {
        self.open.last().map_or(0, |(_, start)| *start)
    }

    /// Begins a table with the first `length` entries of the innermost one, `around`; returns its id.
    pub(super) fn copy_table(&mut self, around: u64, length: usize) -> u64 {
        self.n_tables = self.n_tables.saturating_add(1);
        let (id, from, start) = (self.n_tables, self.start(), self.entries.len());
        self.open.push((around, start));
        for index in 0..length {
            if let Some(number) = self.entries.get(from.saturating_add(index)).map(|entry| entry.number) {
                self.add(id, index, number);
            }
        }
        id
    }

    /// Adds an entry to the innermost table.
    pub(super) fn add(&mut self, table: u64, index: usize, number: usize) {
        if let Some(ty) = self.list.get_mut(number) {
            let outer = std::mem::replace(&mut ty.place, Place { table, index });
            self.entries.push(Entry { number, outer });
        }
    }

    /// Removes the innermost table; returns the id of the one around it.
    #[inline(never)]
    pub(super) fn end_table(&mut self) -> u64 {
        let (around, start) = self.open.pop().unwrap_or((NOTHING, 0));
        for Entry { number, outer } in self.entries.drain(start.min(self.entries.len())..).rev() {
            if let Some(ty) = self.list.get_mut(number) {
                ty.place = outer;
            }
        }
        around
    }
}
