//! The memory that a collection takes beside its elements. Imports its siblings.
//!
//! The type's own code and serde's visitors charge the same, as both find it by the types of the collection and its elements.

use std::any::TypeId;
use std::collections::{BTreeSet, HashSet, LinkedList};

/// The links of an element of a linked list.
pub(crate) const LINKS: usize = 2 * size_of::<usize>();
/// What an element of a set, or an entry of a map, takes in a table, or in a tree whose nodes are half full.
pub(crate) const PLACE: usize = 1;

/// The bytes beside each element of type `T` in the collection of this id. Collections of other crates are not known.
pub(in crate::state) fn beside<T>(collection: TypeId) -> usize {
    let is = |id: TypeId| id == collection;
    if is(typeid::of::<LinkedList<T>>()) {
        return LINKS;
    }
    if is(typeid::of::<HashSet<T>>()) || is(typeid::of::<BTreeSet<T>>()) { PLACE } else { 0 }
}

/// The size and the alignment of a type.
#[derive(Clone, Copy)]
pub(in crate::state) struct Layout {
    pub(in crate::state) size: usize,
    pub(in crate::state) align: usize,
}

impl Layout {
    pub(in crate::state) const fn of<T>() -> Self {
        Layout { size: size_of::<T>(), align: align_of::<T>() }
    }

    /// The bytes beside each key and value, with the padding of the pair.
    pub(in crate::state) fn beside_entry(self, value: Layout) -> usize {
        let sum = self.size.saturating_add(value.size);
        let padding = sum.next_multiple_of(self.align.max(value.align)).saturating_sub(sum);
        padding.saturating_add(PLACE)
    }
}
