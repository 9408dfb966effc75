//! What contains values that may be unsettled, and how the macro finds out which types do. Imports `codec` and its siblings.

use super::carried::Carried;
use super::settle::{Passage, Settle};
use crate::codec::{Interface, Value};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::marker::PhantomData;

impl Settle for Box<dyn Value> {
    fn settle(self, passage: &mut Passage) -> Self {
        passage.settle(self)
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        passage.settle_in_place(self);
    }
}

impl<I: Interface + ?Sized> Settle for Carried<I> {
    fn settle(self, passage: &mut Passage) -> Self {
        match self {
            Carried::Known(value) => Carried::Known(passage.settle(value)),
            opaque @ Carried::Opaque(_) => opaque,
        }
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        if let Carried::Known(value) = self {
            passage.settle_in_place(value);
        }
    }
}

impl<T: Settle> Settle for Box<T> {
    fn settle(mut self, passage: &mut Passage) -> Self {
        self.settle_in_place(passage, 0);
        self
    }

    fn settle_in_place(&mut self, passage: &mut Passage, parts: usize) {
        (**self).settle_in_place(passage, parts);
    }
}

impl<T: Settle> Settle for Option<T> {
    fn settle(self, passage: &mut Passage) -> Self {
        self.map(|value| value.settle(passage))
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        *self = self.take().settle(passage);
    }
}

impl<T: Settle, E: Settle> Settle for Result<T, E> {
    fn settle(self, passage: &mut Passage) -> Self {
        match self {
            Ok(value) => Ok(value.settle(passage)),
            Err(error) => Err(error.settle(passage)),
        }
    }

    fn settle_in_place(&mut self, passage: &mut Passage, parts: usize) {
        match self {
            Ok(value) => value.settle_in_place(passage, parts),
            Err(error) => error.settle_in_place(passage, parts),
        }
    }
}

/// A list, whose parts are its elements: those that were there before have been settled then, or were made elsewhere.
macro_rules! lists {
    ($($list:ident),*) => {$(
        impl<T: Settle> Settle for $list<T> {
            fn settle(self, passage: &mut Passage) -> Self {
                self.into_iter().map(|element| element.settle(passage)).collect()
            }

            fn parts(&self) -> usize {
                self.len()
            }

            fn settle_in_place(&mut self, passage: &mut Passage, parts: usize) {
                let new = self.split_off(parts.min(self.len()));
                self.extend(new.into_iter().map(|element| element.settle(passage)));
            }
        }
    )*};
}

lists!(Vec, VecDeque);

impl<T: Settle, const N: usize> Settle for [T; N] {
    fn settle(self, passage: &mut Passage) -> Self {
        self.map(|element| element.settle(passage))
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        self.iter_mut().for_each(|element| element.settle_in_place(passage, 0));
    }
}

impl<K: Ord, T: Settle> Settle for BTreeMap<K, T> {
    fn settle(self, passage: &mut Passage) -> Self {
        self.into_iter().map(|(key, value)| (key, value.settle(passage))).collect()
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        self.values_mut().for_each(|value| value.settle_in_place(passage, 0));
    }
}

impl<K: Eq + Hash, T: Settle> Settle for HashMap<K, T> {
    fn settle(self, passage: &mut Passage) -> Self {
        self.into_iter().map(|(key, value)| (key, value.settle(passage))).collect()
    }

    fn settle_in_place(&mut self, passage: &mut Passage, _: usize) {
        self.values_mut().for_each(|value| value.settle_in_place(passage, 0));
    }
}

/// The kind of a value that may be unsettled.
pub struct Settled;

/// The kind of any other value.
pub struct AsItIs;

/// Asks for the kind of a type that the macro sees only as tokens: `(&probe).__kind()` finds [`MaySettle`] before [`NeedsNothing`],
/// as the latter is one reference further away.
pub struct KindOf<T>(PhantomData<T>);

impl<T> KindOf<T> {
    /// Of the type of a value.
    pub fn value(_: &T) -> Self {
        KindOf(PhantomData)
    }
}

/// The kind of what implements [`Settle`].
pub trait MaySettle {
    /// The kind.
    fn __kind(&self) -> Settled {
        Settled
    }
}

impl<T: Settle> MaySettle for KindOf<T> {}

/// The kind of all types.
pub trait NeedsNothing {
    /// The kind.
    fn __kind(&self) -> AsItIs {
        AsItIs
    }
}

impl<T> NeedsNothing for &KindOf<T> {}

impl Settled {
    /// See [`Settle::settle`].
    pub fn settle<T: Settle>(self, value: T, passage: &mut Passage) -> T {
        value.settle(passage)
    }

    /// See [`Settle::parts`].
    pub fn parts<T: Settle>(self, value: &T) -> usize {
        value.parts()
    }

    /// See [`Settle::settle_in_place`].
    pub fn settle_in_place<T: Settle>(self, value: &mut T, passage: &mut Passage, parts: usize) {
        value.settle_in_place(passage, parts);
    }
}

impl AsItIs {
    /// The value, as it is.
    pub fn settle<T>(self, value: T, _: &mut Passage) -> T {
        value
    }

    /// No parts.
    pub fn parts<T>(self, _: &T) -> usize {
        0
    }

    /// Nothing.
    pub fn settle_in_place<T>(self, _: &mut T, _: &mut Passage, _: usize) {}
}
