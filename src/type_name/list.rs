//! The names of an envelope's nested types: found by hash, by name, and in the bytes of a state. Imports its siblings.
//!
//! A binary state contains the hash of each type in the table of a container, and a JSON state contains its name, possibly in a
//! string in a string. So the bytes of a value show which types it reaches; bytes that look like a type count as one.
//!
//! Invariant: the work for one value grows with its state, and not with the number of names, which all values of an envelope share.

use super::TypeName;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Names with their type hashes, sorted by hash; shared by the carried values of an envelope.
#[derive(Clone, Default)]
pub(crate) struct NameList(Arc<Listed>);

#[derive(Default)]
struct Listed {
    names: Box<[(u64, TypeName)]>,
    /// The indexes of the names in the order of `Key`, built at the first look-up by text.
    by_name: OnceLock<Box<[usize]>>,
}

/// The sort key of names: first the head, which JSON text contains unchanged.
type Key<'a> = (&'a [u8], &'a str);

impl NameList {
    /// The index of a hash.
    pub(crate) fn place_of(&self, hash: u64) -> Option<usize> {
        self.binary_search_by_key(&hash, |(known, _)| *known).ok()
    }

    /// The index of a name. Of equal names, the one with the lowest hash counts.
    pub(crate) fn place_of_name(&self, name: &str) -> Option<usize> {
        let key = (head(name.as_bytes()), name);
        let first = self.from(|known| known < key).first().copied()?;
        (self.key(first) == key).then_some(first)
    }

    /// The names that a binary state with this table may reach.
    pub(crate) fn reached(&self, state: &[u8], table: &[u64]) -> NameList {
        if self.is_empty() {
            return self.clone();
        }
        let hashes = state.windows(size_of::<u64>()).filter_map(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        self.of(hashes.chain(table.iter().copied()).filter_map(|hash| self.place_of(hash)).collect())
    }

    /// The names that a JSON state may reach.
    pub(crate) fn reached_in_json(&self, state: &[u8]) -> NameList {
        if self.is_empty() {
            return self.clone();
        }
        let mut places = BTreeSet::new();
        for piece in state.split(|byte| ends_head(*byte)).filter(|piece| !piece.is_empty()) {
            let found = self.from(|(known, _)| known < piece).iter().copied();
            places.extend(found.take_while(|at| self.key(*at).0 == piece));
        }
        self.of(places)
    }

    fn of(&self, places: BTreeSet<usize>) -> NameList {
        places.into_iter().filter_map(|at| self.get(at).cloned()).collect()
    }

    /// The indexes of the names from the first one that does not come before.
    fn from(&self, comes_before: impl Fn(Key<'_>) -> bool) -> &[usize] {
        let by_name = self.0.by_name.get_or_init(|| {
            let mut places: Vec<usize> = (0..self.len()).collect();
            places.sort_by_key(|at| self.key(*at));
            places.into()
        });
        by_name.get(by_name.partition_point(|at| comes_before(self.key(*at)))..).unwrap_or_default()
    }

    fn key(&self, at: usize) -> Key<'_> {
        let name = self.get(at).map_or("", |(_, name)| name.as_str());
        (head(name.as_bytes()), name)
    }
}

/// Whether the byte is a quote, which JSON escapes, or a backslash.
fn ends_head(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\')
}

/// A name up to its first quote or backslash, which a `char` constant may contain.
fn head(name: &[u8]) -> &[u8] {
    name.split(|byte| ends_head(*byte)).next().unwrap_or(name)
}

impl FromIterator<(u64, TypeName)> for NameList {
    fn from_iter<I: IntoIterator<Item = (u64, TypeName)>>(names: I) -> Self {
        NameList(Arc::new(Listed { names: names.into_iter().collect(), by_name: OnceLock::new() }))
    }
}

impl Deref for NameList {
    type Target = [(u64, TypeName)];

    fn deref(&self) -> &[(u64, TypeName)] {
        &self.0.names
    }
}

impl PartialEq for NameList {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || **self == **other
    }
}

impl Eq for NameList {}

impl Hash for NameList {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (**self).hash(hasher);
    }
}

impl fmt::Debug for NameList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn list(names: &[&str]) -> NameList {
        let parsed = |name: &&str| TypeName::parse(name, &Limits::default()).expect("it is a name");
        (10..).zip(names).map(|(hash, name)| (hash, parsed(name))).collect()
    }

    fn texts(names: &NameList) -> Vec<&str> {
        names.iter().map(|(_, name)| name.as_str()).collect()
    }

    #[test]
    fn a_name_is_found_by_itself_and_by_its_hash() {
        let names = ["a::B", "a::C<'\"'>", "a::C<'#'>", "a::C<'\\u{5c}'>", "a::C", "Vec<a::B>", "a::B"];
        let list = list(&names);
        for (at, name) in names.iter().enumerate() {
            assert_eq!(list.place_of_name(name), names.iter().position(|first| first == name), "{name}");
            assert_eq!(list.place_of(10 + at as u64), Some(at));
        }
        assert_eq!((list.place_of_name("a::"), list.place_of_name("a::C<'"), list.place_of(9)), (None, None, None));
    }

    #[test]
    fn names_are_found_in_text_within_text_and_hashes_anywhere() {
        let list = list(&["a::B", "a::C<'\"'>", "a::D", "Vec<a::B>"]);
        let mut text = r#"{"type":"a::C<'\"'>","value":[{"type":"Vec<a::B>","value":[]}]}"#.to_owned();
        for _ in 0..4 {
            assert_eq!(texts(&list.reached_in_json(text.as_bytes())), ["a::C<'\"'>", "Vec<a::B>"], "{text}");
            text = format!("{text:?}");
        }
        let state = [&[1, 2, 3][..], &11_u64.to_le_bytes(), &[0]].concat();
        assert_eq!(texts(&list.reached(&state, &[13])), ["a::C<'\"'>", "Vec<a::B>"]);
        assert!(list.reached(&state[..10], &[9]).is_empty() && list.reached_in_json(b"a::B").len() == 1);
    }
}
