//! Options, sequences, sets and maps. A map or set of any hasher has the name and state of one with std's. Imports `codec`, `erased`, `error`, `registry`, `shape`, `state` and its siblings.

use super::ascending::Ascending;
use super::{portable, submit};
use crate::__own_traits as own_traits;
use crate::codec::Portable;
use crate::erased::Erased;
use crate::error::Result;
use crate::registry::Entry;
use crate::shape::Shape;
use crate::state::{Input, LINKS, PLACE, Sink, State, stack_of};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash};

/// Elements of up to this many bytes without boxes need no stack check.
const SMALL: usize = 64;

/// The state of a collection: it is read by `make`, `add` and `end`, takes `beside` bytes beside each element, and `add` uses
/// `stack` bytes of stack beside the elements.
macro_rules! elements {
    ($beside:expr, $make:expr, $add:expr) => {
        elements!($beside, $make, $add, |values| values, 0);
    };
    ($beside:expr, $make:expr, $add:expr, $end:expr, $stack:expr) => {
        const MIN: usize = 1;
        const IS_DIRECT: bool = true;

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.enter_heap()?;
            sink.put_length::<T>(self.len())?;
            sink.put_each(self.iter())?;
            sink.leave();
            Ok(())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.enter::<Self>()?;
            let length = input.length()?;
            let stack = const { T::STACK.saturating_add($stack) };
            let values = input.room(stack, |input| input.take_each(length, $beside, $make, $add).map($end))?;
            input.leave();
            Ok(values)
        }
    };
}

/// The elements of a vector that has some.
fn put_elements<T: State>(values: &[T], sink: &mut Sink<'_>) -> Result<()> {
    if const { T::IS_FLAT || T::IS_CHECKED } {
        sink.enter()?
    } else {
        sink.enter_heap()?
    }
    sink.put_length::<T>(values.len())?;
    T::put_all(values, sink)?;
    sink.leave();
    Ok(())
}

/// The state of a map.
macro_rules! entries {
    ($make:expr, $add:expr, $end:expr, $stack:expr) => {
        const MIN: usize = 1;
        const IS_DIRECT: bool = true;

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.enter_heap()?;
            sink.put_map_length(self.len())?;
            for (key, value) in self {
                sink.put_part(key)?;
                sink.put_part(value)?;
            }
            sink.leave();
            Ok(())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.enter::<Self>()?;
            let length = input.length()?;
            let stack = const { (if K::STACK > V::STACK { K::STACK } else { V::STACK }).saturating_add($stack) };
            let map = input.room(stack, |input| input.take_entries(length, $make, $add).map($end))?;
            input.leave();
            Ok(map)
        }
    };
}

portable! {
    [T: Portable] Option<T> = "Option" [T], Shape::Option { inner: T::TYPE }, {
        const MIN: usize = 1;
        const IS_PLAIN: bool = T::IS_PLAIN;
        const IS_FLAT: bool = T::IS_LEAF || T::IS_FIXED;
        const STACK: usize = stack_of::<Self>(0, &[T::STACK]);

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            let Some(value) = self else {
                sink.put_byte(0);
                return Ok(());
            };
            sink.put_byte(1);
            sink.enter()?;
            value.put(sink)?;
            sink.leave();
            Ok(())
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Self::take_into(input, size_of::<Self>())
        }

        #[inline]
        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            if input.is_unit::<Self>(slot) {
                return input.boxed::<Self, Self>(slot, |input| Self::take_into(input, size_of::<Self>()));
            }
            let Some(inner) = input.option::<Self>(slot)? else { return Ok(None) };
            let value = T::take_into(input, inner)?;
            input.leave();
            Ok(Some(value))
        }
    };
    [T: Portable] Vec<T> = "Vec" [T], Shape::Seq { element: T::TYPE }, {
        const MIN: usize = 1;
        const IS_PLAIN: bool = T::IS_FLAT;
        const IS_DIRECT: bool = true;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            if self.is_empty() { sink.put_empty() } else { put_elements(self, sink) }
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            if input.has_empty() {
                return Ok(Vec::new());
            }
            input.enter::<Self>()?;
            let length = input.length()?;
            let values = match length {
                0 => Vec::new(),
                _ if const { Self::IS_PLAIN && size_of::<T>() <= SMALL || T::IS_CHECKED } => T::take_all(input, length)?,
                _ => input.room(T::STACK, |input| T::take_all(input, length))?,
            };
            input.leave();
            Ok(values)
        }
    };
    [T: Portable] VecDeque<T> = "VecDeque" [T], Shape::Seq { element: T::TYPE }, {
        elements!(0, VecDeque::with_capacity, VecDeque::push_back);
    };
    [T: Portable] LinkedList<T> = "LinkedList" [T], Shape::Seq { element: T::TYPE }, {
        elements!(LINKS, |_| LinkedList::new(), LinkedList::push_back);
    };
    [T: Portable + Ord] BinaryHeap<T> = "BinaryHeap" [T], Shape::Seq { element: T::TYPE }, {
        elements!(0, BinaryHeap::with_capacity, BinaryHeap::push);
    };
    [T: Portable + Ord] BTreeSet<T> = "BTreeSet" [T], Shape::Seq { element: T::TYPE }, {
        elements!(
            PLACE,
            Ascending::<Self, T>::with_capacity,
            |set: &mut Ascending<Self, T>, value| set.add(value, |next, last| next > last),
            Ascending::tree,
            Ascending::<Self, T>::STACK
        );
    };
    [T: Portable + Eq + Hash, S: BuildHasher + Default + Send + Sync + 'static] HashSet<T, S> = "HashSet" [T],
        Shape::Seq { element: T::TYPE }, {
        elements!(
            PLACE,
            |capacity| HashSet::with_capacity_and_hasher(capacity, S::default()),
            |set: &mut Self, value| _ = set.insert(value)
        );
    };
    [K: Portable + Ord, V: Portable] BTreeMap<K, V> = "BTreeMap" [K, V], Shape::Map { key: K::TYPE, value: V::TYPE }, {
        entries!(
            Ascending::<Self, (K, V)>::with_capacity,
            |map: &mut Ascending<Self, (K, V)>, key, value| map.add((key, value), |next, last| next.0 > last.0),
            Ascending::tree,
            Ascending::<Self, (K, V)>::STACK
        );
    };
    [K: Portable + Eq + Hash, V: Portable, S: BuildHasher + Default + Send + Sync + 'static] HashMap<K, V, S> = "HashMap" [K, V],
        Shape::Map { key: K::TYPE, value: V::TYPE }, {
        entries!(
            |capacity| HashMap::with_capacity_and_hasher(capacity, S::default()),
            |map: &mut Self, key, value| _ = map.insert(key, value),
            |map| map,
            0
        );
    };
}

submit! {
    Entry::erased_type::<Option<Erased<0>>>().compared_by(own_traits!(erased Option<Erased<0>>));
    Entry::erased_type::<Vec<Erased<0>>>().compared_by(own_traits!(erased Vec<Erased<0>>));
    Entry::erased_type::<VecDeque<Erased<0>>>().compared_by(own_traits!(erased VecDeque<Erased<0>>));
    Entry::erased_type::<LinkedList<Erased<0>>>().compared_by(own_traits!(erased LinkedList<Erased<0>>));
    Entry::erased_type::<BinaryHeap<Erased<0>>>().compared_by(own_traits!(erased BinaryHeap<Erased<0>>));
    Entry::erased_type::<BTreeSet<Erased<0>>>().compared_by(own_traits!(erased BTreeSet<Erased<0>>));
    Entry::erased_type::<HashSet<Erased<0>>>().compared_by(own_traits!(erased HashSet<Erased<0>>));
    Entry::erased_type::<BTreeMap<Erased<0>, Erased<1>>>().compared_by(own_traits!(erased BTreeMap<Erased<0>, Erased<1>>));
    Entry::erased_type::<HashMap<Erased<0>, Erased<1>>>().compared_by(own_traits!(erased HashMap<Erased<0>, Erased<1>>));
}
