//! Compares two trees, path by path. Imports `tree` only.

use crate::tree::{Tree, key_text};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A difference of two inputs at one path; without `before` the value was added, without `after` removed.
#[derive(Debug, Serialize)]
pub struct Difference {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Tree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Tree>,
}

/// Finds differences, and tracks the current path.
pub struct Search {
    path: Vec<String>,
    pub found: Vec<Difference>,
}

impl Search {
    /// A search below one name.
    pub fn below(name: &str) -> Self {
        Search { path: vec![name.to_owned()], found: Vec::new() }
    }

    pub fn compare(&mut self, before: &Tree, after: &Tree) {
        match (before, after) {
            (Tree::Seq(before), Tree::Seq(after)) => self.elements(before, after),
            (Tree::Map(before), Tree::Map(after)) => self.entries(before, after),
            _ if is_same(before, after) => {}
            _ => self.note(Some(before), Some(after)),
        }
    }

    fn elements(&mut self, before: &[Tree], after: &[Tree]) {
        for at in 0..before.len().max(after.len()) {
            self.at(format!("[{at}]"), before.get(at), after.get(at));
        }
    }

    /// Compares entries by key, as hash maps have no order; duplicate keys, which JSON allows, are matched in order.
    fn entries(&mut self, before: &[(Tree, Tree)], after: &[(Tree, Tree)]) {
        let (before, after) = (by_key(before), by_key(after));
        let in_before: HashSet<&Key> = before.iter().map(|(key, _)| key).collect();
        let in_after: HashMap<&Key, &(Tree, Tree)> = after.iter().map(|(key, entry)| (key, *entry)).collect();
        for (key, (name, value)) in &before {
            self.at(format!(".{}", key_text(name)), Some(value), in_after.get(key).map(|(_, value)| value));
        }
        for (_, (name, value)) in after.iter().filter(|(key, _)| !in_before.contains(key)) {
            self.at(format!(".{}", key_text(name)), None, Some(value));
        }
    }

    fn at(&mut self, step: String, before: Option<&Tree>, after: Option<&Tree>) {
        self.path.push(step);
        match (before, after) {
            (Some(before), Some(after)) => self.compare(before, after),
            _ => self.note(before, after),
        }
        self.path.pop();
    }

    fn note(&mut self, before: Option<&Tree>, after: Option<&Tree>) {
        self.found.push(Difference { path: self.path.concat(), before: before.cloned(), after: after.cloned() });
    }
}

/// The whole text of a key, and the number of earlier entries with the same key.
type Key = (String, usize);

fn by_key(entries: &[(Tree, Tree)]) -> Vec<(Key, &(Tree, Tree))> {
    let mut turns: HashMap<String, usize> = HashMap::new();
    let mut keyed = Vec::with_capacity(entries.len());
    for entry in entries {
        let text = entry.0.compact(usize::MAX).unwrap_or_default();
        let turn = turns.entry(text.clone()).or_default();
        keyed.push(((text, *turn), entry));
        *turn = turn.saturating_add(1);
    }
    keyed
}

/// Whether two values without parts are the same. Compares their text, so that NaN equals itself, and a number is the same
/// if one format has it signed and the other unsigned.
fn is_same(before: &Tree, after: &Tree) -> bool {
    match (before, after) {
        (Tree::Text(before), Tree::Text(after)) => before == after,
        _ => before.scalar().is_some_and(|text| Some(text) == after.scalar()),
    }
}
