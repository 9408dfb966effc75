//! Options, sequences, sets, maps and arrays. Imports its parent, `codec`, `erased`, `registry`, `shape`.

use super::{portable, submit};
use crate::__own_traits as own_traits;
use crate::codec::Portable;
use crate::erased::{Erased, ErasedArray};
use crate::registry::Entry;
use crate::shape::{ConstValue, Head, Shape, TypeExpr, no_shape};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::hash::Hash;

portable! {
    [T: Portable] Option<T> = "Option" [T], Shape::Option { inner: T::TYPE };
    [T: Portable] Vec<T> = "Vec" [T], Shape::Seq { element: T::TYPE };
    [T: Portable] VecDeque<T> = "VecDeque" [T], Shape::Seq { element: T::TYPE };
    [T: Portable] LinkedList<T> = "LinkedList" [T], Shape::Seq { element: T::TYPE };
    [T: Portable + Ord] BinaryHeap<T> = "BinaryHeap" [T], Shape::Seq { element: T::TYPE };
    [T: Portable + Ord] BTreeSet<T> = "BTreeSet" [T], Shape::Seq { element: T::TYPE };
    [T: Portable + Eq + Hash] HashSet<T> = "HashSet" [T], Shape::Seq { element: T::TYPE };
    [K: Portable + Ord, V: Portable] BTreeMap<K, V> = "BTreeMap" [K, V], Shape::Map { key: K::TYPE, value: V::TYPE };
    [K: Portable + Eq + Hash, V: Portable] HashMap<K, V> = "HashMap" [K, V],
        Shape::Map { key: K::TYPE, value: V::TYPE };
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
    Entry::stand_in::<[Erased<0>; 1], ErasedArray>(&ERASED_ARRAY)
        .compared_by(own_traits!(erased ErasedArray));
}

/// Arrays of any length: element and length are parameters.
static ERASED_ARRAY: TypeExpr = TypeExpr {
    head: Head::Array,
    args: &[<Erased<0>>::TYPE, &TypeExpr { head: Head::ConstParam(1), args: &[], shape: no_shape }],
    shape: <[Erased<0>; 1]>::__shape,
};

/// `arrays! { 0 1 2 }` is `Portable` for arrays of these lengths: those that serde has.
macro_rules! arrays {
    ($($length:literal)*) => {$(
        impl<T: Portable> Portable for [T; $length] {
            const TYPE: &'static TypeExpr = &TypeExpr {
                head: Head::Array,
                args: &[
                    T::TYPE,
                    &TypeExpr { head: Head::Const(ConstValue::Uint($length)), args: &[], shape: no_shape },
                ],
                shape: <Self as Portable>::__shape,
            };

            fn __shape() -> &'static Shape {
                const { &Shape::Array { element: T::TYPE } }
            }
        }
    )*};
}

arrays! { 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 }
