//! Builds tree collections in bulk from elements in ascending order, in which they were written. Imports nothing.

/// The elements of a tree `C` while they ascend; or the tree itself, after an element out of order, or when the list is full:
/// growing the list beside the tree would take more memory than is charged.
pub(super) struct Ascending<C, E> {
    elements: Vec<E>,
    tree: Option<C>,
}

impl<C: Extend<E> + FromIterator<E>, E> Ascending<C, E> {
    /// The stack that an element uses in this module in an unoptimized build.
    pub(super) const STACK: usize = size_of::<E>().saturating_mul(16);

    pub(super) fn with_capacity(capacity: usize) -> Self {
        Ascending { elements: Vec::with_capacity(capacity), tree: None }
    }

    /// Adds `next` to the list if it `is_after` the last element, otherwise to the tree.
    pub(super) fn add(&mut self, next: E, is_after: impl FnOnce(&E, &E) -> bool) {
        let has_room = self.tree.is_none() && self.elements.len() < self.elements.capacity();
        if has_room && self.elements.last().is_none_or(|last| is_after(&next, last)) {
            self.elements.push(next);
            return;
        }
        let elements = &mut self.elements;
        self.tree.get_or_insert_with(|| std::mem::take(elements).into_iter().collect()).extend([next]);
    }

    pub(super) fn tree(self) -> C {
        self.tree.unwrap_or_else(|| self.elements.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Ascending;
    use std::collections::BTreeMap;

    /// The result equals that of insertions: of equal keys, the first key and the last value are kept.
    #[test]
    fn it_is_the_tree_of_insertions() {
        for keys in
            [&[][..], &[1], &[1, 2, 3], &[3, 2, 1], &[1, 1, 2], &[1, 2, 2, 3], &[1, 2, 3, 0, 4, 2, 9], &[2, 1, 2]]
        {
            for capacity in [0, 2, 8] {
                let (mut ascending, mut expected) = (Ascending::with_capacity(capacity), BTreeMap::new());
                for (at, key) in keys.iter().enumerate() {
                    ascending.add((*key, at), |next, last| next.0 > last.0);
                    expected.insert(*key, at);
                }
                let made: BTreeMap<i32, usize> = ascending.tree();
                assert_eq!(made, expected, "{keys:?}");
            }
        }
    }
}
