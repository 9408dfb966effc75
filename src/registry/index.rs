//! The index of entries by id. Imports `error`, `shape`, `type_name` and its siblings.
//!
//! Invariant: the index does not depend on the order of the entries, cannot panic, and never changes once built.

use super::conflict::{Claim, Conflict};
use super::entry::{Entry, EntryKind, Held};
use super::table::{Card, Table};
use crate::error::Result;
use crate::shape::{Head, InterfaceInfo, Key, STD, TypeExpr};
use crate::type_name::TypeName;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Each process builds the index before its first decode, so it owns no text and sorts nothing.
pub(super) struct Index {
    entries: Vec<Held>,
    /// The entries by `TypeName::origin`.
    filed: Table<Filed>,
    /// The names of each interface's members, sorted; built for the first error that prints them.
    members: OnceLock<HashMap<TypeId, Vec<String>>>,
    /// The known ids, sorted; built for the first error that suggests similar ones.
    ids: OnceLock<Vec<String>>,
}

/// An entry under one of its keys.
struct Filed {
    /// The index of the entry.
    entry: usize,
    /// Whether the key is that of the interface which the entry defines, and not of the entry's own type, a box.
    is_interface: bool,
}

/// All entries under one id.
#[derive(Clone, Copy)]
pub(super) struct Origins<'a> {
    index: &'a Index,
    key: Key<'a>,
}

impl Index {
    pub(super) fn build(entries: Vec<Held>) -> Self {
        let mut filed = Vec::with_capacity(entries.len());
        for (entry, held) in entries.iter().enumerate() {
            let mut file = |expr: &TypeExpr, is_interface| {
                expr.each_key(|key| filed.push(Card::new(key, Filed { entry, is_interface })));
            };
            file(held.expr, false);
            if held.kind == EntryKind::Interface {
                held.expr.args.iter().for_each(|arg| file(arg, true));
            }
        }
        Index { filed: Table::new(filed), entries, members: OnceLock::new(), ids: OnceLock::new() }
    }

    /// The number of entries, to detect new ones.
    pub(super) fn n_entries(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get<'a>(&'a self, origin: &'a str) -> Option<Origins<'a>> {
        let origins = Origins { index: self, key: Key::new(origin) };
        origins.filed().next().map(|_| origins)
    }

    /// The conflict about an id that `name` mentions, if any.
    pub(super) fn check_ids(&self, name: &TypeName) -> Result<()> {
        let mut open = vec![name.as_ref()];
        while let Some(name) = open.pop() {
            if let Some(conflict) = self.get(name.origin()).and_then(Origins::conflict) {
                return Err(conflict.into());
            }
            open.extend(name.args());
        }
        Ok(())
    }

    /// The known ids, sorted.
    pub(super) fn ids(&self) -> &[String] {
        self.ids.get_or_init(|| {
            let mut ids: Vec<String> = self.filed.keys().map(|key| key.to_string()).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        })
    }

    /// Each entry once, sorted by the text of its pattern.
    pub(super) fn entries(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().map(|entry| &**entry).collect();
        entries.sort_by_cached_key(|entry| (entry.expr.display(), entry.site.file, entry.site.line));
        entries
    }

    /// The names of an interface's members, sorted.
    ///
    /// Cached, because a small input can cause the error that prints them, and the list is as long as the registry.
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
        let mut conflicts: Vec<Conflict> = self.ids().iter().filter_map(|id| self.get(id)?.conflict()).collect();
        conflicts.dedup();
        conflicts
    }
}

impl<'a> Origins<'a> {
    fn filed(self) -> impl Iterator<Item = (&'a Filed, &'a Entry)> {
        let entry = |filed: &'a Filed| Some((filed, &**self.index.entries.get(filed.entry)?));
        self.index.filed.find(self.key).filter_map(entry)
    }

    /// The entries whose types have this id.
    pub(super) fn entries(self) -> impl Iterator<Item = &'a Entry> {
        self.filed().filter(|(filed, _)| !filed.is_interface).map(|(_, entry)| entry)
    }

    /// The types that define the id.
    fn claims(self) -> impl Iterator<Item = Claim> {
        let definitions = self.filed().filter(|(filed, entry)| filed.is_definition(entry));
        definitions.map(|(_, entry)| Claim { type_id: (entry.type_id)(), site: entry.site })
    }

    /// The conflict, if two different types define the id.
    pub(super) fn conflict(self) -> Option<Conflict> {
        let first = self.claims().next()?;
        if self.claims().all(|claim| claim == first) {
            return None;
        }
        let mut claims = Vec::new();
        for claim in self.claims() {
            if !claims.contains(&claim) {
                claims.push(claim);
            }
        }
        Some(Conflict::new(self.key.to_string(), &claims))
    }

    /// The entries that provide native, or erased, members of `interface`.
    pub(super) fn members(self, interface: &InterfaceInfo, erased: bool) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let type_id = (interface.type_id)();
        let entries = self.entries().filter(move |entry| entry.is_for(type_id) && entry.form.is_some());
        entries.filter(move |entry| entry.expr.has_params() == erased)
    }

    /// Whether the definition of the id registers only the id.
    pub(super) fn is_unlisted(self) -> bool {
        self.entries().any(|entry| entry.form.is_none())
    }
}

impl Filed {
    /// Whether the entry defines the key and does not just use it. Std types need no claim, as ids of users are never bare names.
    fn is_definition(&self, entry: &Entry) -> bool {
        match (entry.kind, &entry.expr.head) {
            (EntryKind::Type, Head::Origin(origin)) => origin.site != STD,
            (EntryKind::Interface, _) => self.is_interface,
            _ => false,
        }
    }
}
