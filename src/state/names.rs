//! The types of the trait objects below the root of a running encode. Imports `error` and `shape` only.
//!
//! Invariant: one collection per envelope that is being written on this thread; a guard's end restores the outer one.

use crate::error::{Kind, Result};
use crate::shape::Identity;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

thread_local! {
    static WRITING: RefCell<Vec<BTreeMap<u64, Arc<Identity>>>> = const { RefCell::new(Vec::new()) };
}

/// Collects the names of one envelope; ends the collection when dropped.
pub(crate) struct Names(());

impl Names {
    pub(crate) fn begin() -> Self {
        WRITING.with_borrow_mut(|writing| writing.push(BTreeMap::new()));
        Names(())
    }

    /// Notes a nested value's type, if an envelope is being written.
    ///
    /// A frame says its type by the hash alone. So two types with one hash cannot stand in one envelope: the second would
    /// be read as the first.
    pub(crate) fn note(identity: &Arc<Identity>) -> Result<()> {
        WRITING.with_borrow_mut(|writing| {
            let Some(names) = writing.last_mut() else { return Ok(()) };
            let noted = names.entry(identity.hash).or_insert_with(|| Arc::clone(identity));
            if Arc::ptr_eq(noted, identity) || noted.name == identity.name {
                return Ok(());
            }
            let reason = "two types of nested values have the same type hash; encode them in two envelopes";
            Err(Kind::Malformed { what: "names section", reason }.into())
        })
    }

    /// The types noted so far, by hash.
    pub(crate) fn noted(&self) -> Vec<Arc<Identity>> {
        WRITING.with_borrow(|writing| writing.last().map(|names| names.values().cloned().collect()).unwrap_or_default())
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        WRITING.with_borrow_mut(|writing| writing.pop());
    }
}
