//! The index: entries by the ids that they are found under. Imports `error`, `shape`, `type_name` and its siblings only.
//!
//! Invariant: it does not depend on the order of the entries, cannot panic, and never changes once built.

use super::conflict::{Claim, Conflict};
use super::entry::Entry;
use crate::error::Result;
use crate::shape::InterfaceInfo;
use crate::type_name::TypeName;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::OnceLock;

pub(super) struct Index {
    /// By what `TypeName::origin` says.
    origins: HashMap<String, Origins>,
    /// How many entries there were, to see whether the collection grew.
    pub(super) n_entries: usize,
    /// The names of each interface's members, sorted; made when an error first wants one.
    members: OnceLock<HashMap<TypeId, Vec<String>>>,
}

/// All that is filed under one id.
#[derive(Default)]
pub(super) struct Origins {
    pub(super) entries: Vec<Entry>,
    /// The types that define the id; two different ones are a conflict.
    claims: Vec<Claim>,
}

impl Index {
    pub(super) fn build(entries: impl Iterator<Item = Entry>) -> Self {
        let mut index = Index { origins: HashMap::new(), n_entries: 0, members: OnceLock::new() };
        for entry in entries {
            index.n_entries = index.n_entries.saturating_add(1);
            for key in entry.expr.keys() {
                index.origins.entry(key).or_default().entries.push(entry);
            }
            for key in entry.defines() {
                index.origins.entry(key).or_default().claim(&entry);
            }
        }
        index
    }

    pub(super) fn get(&self, origin: &str) -> Option<&Origins> {
        self.origins.get(origin)
    }

    /// The conflict about an id that `name` mentions, if any.
    pub(super) fn check_ids(&self, name: &TypeName) -> Result<()> {
        let mut open = vec![name.as_ref()];
        while let Some(name) = open.pop() {
            if let Some(conflict) = self.get(name.origin()).and_then(|origins| origins.conflict(name.origin())) {
                return Err(conflict.into());
            }
            open.extend(name.args());
        }
        Ok(())
    }

    /// The known ids, sorted.
    pub(super) fn ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.origins.keys().map(String::as_str).collect();
        ids.sort_unstable();
        ids
    }

    /// Every entry once, by the text of its pattern.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let filed = self.origins.iter().flat_map(|(id, origins)| origins.entries.iter().map(move |entry| (id, entry)));
        let mut entries: Vec<Entry> =
            filed.filter(|(id, entry)| entry.expr.keys().first() == Some(*id)).map(|(_, entry)| *entry).collect();
        entries.sort_by_cached_key(|entry| (entry.expr.display(), entry.site.file, entry.site.line));
        entries
    }

    /// The names of an interface's members, sorted.
    ///
    /// Kept, because small bytes from anyone can ask for it, and the answer is as long as the registry.
    pub(super) fn members_of(&self, interface: &InterfaceInfo) -> &[String] {
        let members = self.members.get_or_init(|| {
            let mut members: HashMap<TypeId, Vec<String>> = HashMap::new();
            for entry in self.entries().iter().filter(|entry| entry.makes_members()) {
                members.entry((entry.interface.type_id)()).or_default().push(entry.expr.display());
            }
            members.values_mut().for_each(Vec::dedup);
            members
        });
        members.get(&(interface.type_id)()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts: Vec<Conflict> = self.ids().into_iter().filter_map(|id| self.get(id)?.conflict(id)).collect();
        conflicts.dedup();
        conflicts
    }
}

impl Origins {
    fn claim(&mut self, entry: &Entry) {
        let claim = Claim { type_id: (entry.type_id)(), site: entry.site };
        if !self.claims.contains(&claim) {
            self.claims.push(claim);
        }
    }

    pub(super) fn conflict(&self, id: &str) -> Option<Conflict> {
        (self.claims.len() > 1).then(|| Conflict::new(id, &self.claims))
    }

    /// Those that make members of `interface`: the native ones, or the erased ones.
    pub(super) fn members(&self, interface: &InterfaceInfo, erased: bool) -> impl Iterator<Item = &Entry> {
        let type_id = (interface.type_id)();
        let entries = self.entries.iter().filter(move |entry| entry.is_for(type_id) && entry.form.is_some());
        entries.filter(move |entry| entry.expr.has_params() == erased)
    }

    /// Whether the definition of the id registered nothing to decode.
    pub(super) fn is_unlisted(&self) -> bool {
        self.entries.iter().any(|entry| entry.form.is_none())
    }
}
