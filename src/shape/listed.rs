//! The real names in the lists that serde's derive passes, which also contain aliases (`#[serde(alias)]`). Imports
//! nothing.
//!
//! Used only where an error gets a step.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::OnceLock;

/// A list of serde's derive: for each field or variant its names, sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The type's name for serde.
    pub owner: &'static str,
    /// All names.
    pub names: &'static [&'static str],
}

/// The real names of one list by index, which the derive registers for each type with aliases.
pub struct RealNames {
    /// The list.
    pub listed: Listed,
    /// One name for each field or variant.
    pub names: &'static [&'static str],
}

inventory::collect!(RealNames);

impl Listed {
    /// The name of the field or variant at an index. `None` if two types have this list but different names at the index.
    #[cold]
    pub(crate) fn name(self, index: usize) -> Option<&'static str> {
        static KNOWN: OnceLock<BTreeMap<Listed, Vec<Option<&'static str>>>> = OnceLock::new();
        match KNOWN.get_or_init(known).get(&self) {
            Some(names) => names.get(index).copied().flatten(),
            None => self.names.get(index).copied(),
        }
    }
}

fn known() -> BTreeMap<Listed, Vec<Option<&'static str>>> {
    let mut known = BTreeMap::new();
    for RealNames { listed, names } in inventory::iter::<RealNames>() {
        let names = names.iter().copied().map(Some);
        match known.entry(*listed) {
            Entry::Vacant(place) => {
                place.insert(names.collect::<Vec<_>>());
            }
            Entry::Occupied(mut place) => {
                // A missing field is a difference too.
                let others = names.chain(std::iter::repeat(None));
                let both = place.get().iter().zip(others).map(|(one, other)| one.filter(|_| *one == other));
                let both = both.collect();
                place.insert(both);
            }
        }
    }
    known
}
