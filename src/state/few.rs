//! A map that is a sorted vector as long as it has few entries: most envelopes have nested values of a few types, and a tree of one
//! entry takes four hundred instructions. Imports its siblings.

use std::collections::BTreeMap;

/// The most entries in the vector.
const FEW: usize = 16;

/// A map with few entries, as a rule.
pub(crate) struct FewMap<K, V> {
    /// Sorted by key.
    few: Vec<(K, V)>,
    /// All entries as soon as there are more than [`FEW`].
    many: Option<BTreeMap<K, V>>,
}

impl<K, V> Default for FewMap<K, V> {
    fn default() -> Self {
        FewMap { few: Vec::new(), many: None }
    }
}

impl<K: Ord, V> FewMap<K, V> {
    /// The value of a key.
    pub(in crate::state) fn get(&self, key: &K) -> Option<&V> {
        match &self.many {
            None => self.few.iter().find(|(one, _)| one == key).map(|(_, value)| value),
            Some(many) => many.get(key),
        }
    }

    /// Adds an entry, or replaces the value of a key.
    pub(in crate::state) fn insert(&mut self, key: K, value: V) {
        if let Some(many) = &mut self.many {
            many.insert(key, value);
            return;
        }
        let at = self.few.iter().take_while(|(one, _)| *one < key).count();
        if let Some((_, place)) = self.few.get_mut(at).filter(|(one, _)| *one == key) {
            *place = value;
        } else if self.few.len() < FEW {
            self.few.insert(at, (key, value));
        } else {
            self.many = Some(self.few.drain(..).chain([(key, value)]).collect());
        }
    }

    /// The entries in the order of the keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.few.iter().map(|(key, value)| (key, value)).chain(self.many.iter().flatten())
    }

    /// The values in the order of the keys.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// Removes all entries, but keeps the allocation for few.
    pub(in crate::state) fn clear(&mut self) {
        self.few.clear();
        self.many = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_entries_are_found_as_many_are() {
        let mut map = FewMap::default();
        for _ in 0..2 {
            let mut tree = BTreeMap::new();
            for step in 0..40_u64 {
                // Each key twice, in no order.
                let key = step * 7 % 20;
                map.insert(key, step);
                tree.insert(key, step);
                assert!(map.iter().eq(&tree), "{step}");
                assert!((0..21).all(|key| map.get(&key) == tree.get(&key)), "{step}");
            }
            map.clear();
            assert!(map.values().next().is_none());
        }
    }
}
