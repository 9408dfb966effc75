//! A multimap with open addressing, built once. Imports `shape`.
//!
//! Invariant: at least half of the slots are free, so that each search ends.
//!
//! The standard library's map hashes with a random seed, against colliding keys, and takes ten times as long to build. Here the
//! only keys are the ids of linked crates: a name from bytes is looked up, and never inserted.

use crate::shape::Key;
use std::iter::successors;

/// Items by key; one key may have many.
pub(super) struct Table<T> {
    cards: Vec<Card<T>>,
    /// The number of a key's first card, at the slot of its hash or the next free one after it; 0 if free.
    slots: Vec<usize>,
}

/// An item of the table.
pub(super) struct Card<T> {
    key: Key<'static>,
    thing: T,
    /// The number of the next card with the same key, or 0. A number is an index plus one.
    next: usize,
}

impl<T> Card<T> {
    pub(super) fn new(key: Key<'static>, thing: T) -> Self {
        Card { key, thing, next: 0 }
    }
}

impl<T> Table<T> {
    pub(super) fn new(mut cards: Vec<Card<T>>) -> Self {
        let mut slots = vec![0; cards.len().saturating_mul(2).next_power_of_two()];
        for place in 0..cards.len() {
            let Some(key) = cards.get(place).map(|card| card.key) else { break };
            let slot = slot_of(key, &slots, &cards);
            let number = place.saturating_add(1);
            let next = slots.get_mut(slot).map(|first| std::mem::replace(first, number));
            if let (Some(card), Some(next)) = (cards.get_mut(place), next) {
                card.next = next;
            }
        }
        Table { cards, slots }
    }

    /// The items of a key.
    pub(super) fn find(&self, key: Key<'_>) -> impl Iterator<Item = &T> + use<'_, T> {
        let first = self.slots.get(slot_of(key, &self.slots, &self.cards));
        successors(first.and_then(|number| numbered(&self.cards, *number)), |card| numbered(&self.cards, card.next))
            .map(|card| &card.thing)
    }

    /// The key of each item.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key<'static>> {
        self.cards.iter().map(|card| card.key)
    }
}

fn numbered<T>(cards: &[Card<T>], number: usize) -> Option<&Card<T>> {
    cards.get(number.checked_sub(1)?)
}

/// The slot of a key, or the free slot for it.
fn slot_of<T>(key: Key<'_>, slots: &[usize], cards: &[Card<T>]) -> usize {
    // The number of slots is a power of two, so the mask cuts a hash to a slot.
    let mask = slots.len().saturating_sub(1);
    let mut at = hash(key) & mask;
    while slots.get(at).and_then(|number| numbered(cards, *number)).is_some_and(|card| card.key != key) {
        at = at.wrapping_add(1) & mask;
    }
    at
}

fn hash(key: Key<'_>) -> usize {
    // As many bits as `usize` has.
    usize::from_ne_bytes(*key.hash().to_ne_bytes().first_chunk().unwrap_or(&[0; size_of::<usize>()]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    #[test]
    fn each_thing_is_found_under_its_key_and_no_other() {
        // A thousand under Miri would take a minute.
        const COUNT: usize = if cfg!(miri) { 50 } else { 1000 };
        static IDS: OnceLock<Vec<String>> = OnceLock::new();
        let ids = IDS.get_or_init(|| (0..COUNT).map(|number| format!("acme::Type{number}")).collect());
        let ids: Vec<&'static str> = ids.iter().map(String::as_str).collect();
        let twice = ids.iter().chain(&ids).enumerate();
        let table = Table::new(twice.map(|(place, id)| Card::new(Key::new(id), place)).collect());
        for (place, id) in ids.iter().enumerate() {
            let mut found: Vec<usize> = table.find(Key::new(id)).copied().collect();
            found.sort_unstable();
            assert_eq!(found, [place, place + COUNT]);
        }
        for absent in ["", "acme", "acme::Type1000", "acme::type1"] {
            assert_eq!(table.find(Key::new(absent)).count(), 0, "{absent}");
        }
        assert_eq!(table.find(Key::new(&format!("dyn {}", ids[0]))).count(), 0);
    }

    #[test]
    fn an_empty_table_has_nothing() {
        assert_eq!(Table::<()>::new(Vec::new()).find(Key::new("i64")).count(), 0);
    }

    /// A run as long as the table would make a search as slow as a list.
    #[test]
    #[cfg_attr(miri, ignore = "it is about ten thousand ids, and takes minutes there")]
    fn ids_that_are_alike_are_spread() {
        let ids: Vec<String> = (0..10_000).map(|number| format!("acme::jobs::Job{number}")).collect();
        let slots = ids.len().next_power_of_two() * 2;
        let mut taken = vec![0; slots];
        for id in &ids {
            taken[hash(Key::new(id)) & (slots - 1)] += 1;
        }
        assert!(taken.iter().max() < Some(&8), "{:?} in one slot", taken.iter().max());
    }
}
