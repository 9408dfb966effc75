//! What contains values that may be unsettled, and how the macro finds out which types do. Imports `codec`, `error` and its
//! siblings.

use super::carried::Carried;
use super::settle::{Passage, Settle, is_unsettled};
use crate::codec::{Interface, Opaque, Value};
use crate::error::Error;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::marker::PhantomData;

/// A list that is longer is not looked at.
const LONG: usize = 1024;

impl Settle for Box<dyn Value> {
    fn settle(self, passage: &mut Passage) -> Self {
        passage.settle(self)
    }

    fn is_unsettled(&self) -> bool {
        is_unsettled(&**self)
    }

    fn settle_in_place(&mut self, passage: &mut Passage) {
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

    fn is_unsettled(&self) -> bool {
        self.known().is_some_and(is_unsettled)
    }

    fn settle_in_place(&mut self, passage: &mut Passage) {
        if let Carried::Known(value) = self {
            passage.settle_in_place(value);
        }
    }
}

impl<T: Settle> Settle for Box<T> {
    const MAY: bool = T::MAY;

    fn settle(mut self, passage: &mut Passage) -> Self {
        self.settle_in_place(passage);
        self
    }

    fn is_unsettled(&self) -> bool {
        (**self).is_unsettled()
    }

    fn settle_in_place(&mut self, passage: &mut Passage) {
        (**self).settle_in_place(passage);
    }
}

impl<T: Settle> Settle for Option<T> {
    const MAY: bool = T::MAY;

    fn settle(self, passage: &mut Passage) -> Self {
        self.map(|value| value.settle(passage))
    }

    fn is_unsettled(&self) -> bool {
        self.as_ref().is_some_and(T::is_unsettled)
    }

    fn settle_in_place(&mut self, passage: &mut Passage) {
        if self.is_unsettled() {
            *self = self.take().settle(passage);
        }
    }
}

impl<T: Settle, E: Settle> Settle for Result<T, E> {
    const MAY: bool = T::MAY || E::MAY;

    fn settle(self, passage: &mut Passage) -> Self {
        match self {
            Ok(value) => Ok(value.settle(passage)),
            Err(error) => Err(error.settle(passage)),
        }
    }

    fn is_unsettled(&self) -> bool {
        self.as_ref().map_or_else(E::is_unsettled, T::is_unsettled)
    }

    fn settle_in_place(&mut self, passage: &mut Passage) {
        match self {
            Ok(value) => value.settle_in_place(passage),
            Err(error) => error.settle_in_place(passage),
        }
    }
}

/// Lists: those whose elements are settled are not built anew.
macro_rules! lists {
    ($($list:ident),*) => {$(
        impl<T: Settle> Settle for $list<T> {
            const MAY: bool = T::MAY;

            fn settle(self, passage: &mut Passage) -> Self {
                if !T::MAY {
                    return self;
                }
                self.into_iter().map(|element| element.settle(passage)).collect()
            }

            fn is_unsettled(&self) -> bool {
                T::MAY && self.len() <= LONG && self.iter().any(T::is_unsettled)
            }

            fn settle_in_place(&mut self, passage: &mut Passage) {
                if self.is_unsettled() {
                    *self = std::mem::take(self).settle(passage);
                }
            }
        }
    )*};
}

lists!(Vec, VecDeque);

impl<T: Settle, const N: usize> Settle for [T; N] {
    const MAY: bool = T::MAY;

    fn settle(self, passage: &mut Passage) -> Self {
        if T::MAY { self.map(|element| element.settle(passage)) } else { self }
    }

    fn is_unsettled(&self) -> bool {
        T::MAY && self.iter().any(T::is_unsettled)
    }

    fn settle_in_place(&mut self, passage: &mut Passage) {
        if T::MAY {
            self.iter_mut().for_each(|element| element.settle_in_place(passage));
        }
    }
}

/// Maps, whose keys are no trait objects.
macro_rules! maps {
    ($($map:ident: $($bound:ident)+;)*) => {$(
        impl<K: $($bound +)+, T: Settle> Settle for $map<K, T> {
            const MAY: bool = T::MAY;

            fn settle(self, passage: &mut Passage) -> Self {
                if !self.is_unsettled() {
                    return self;
                }
                self.into_iter().map(|(key, value)| (key, value.settle(passage))).collect()
            }

            fn is_unsettled(&self) -> bool {
                T::MAY && self.len() <= LONG && self.values().any(T::is_unsettled)
            }

            fn settle_in_place(&mut self, passage: &mut Passage) {
                if self.is_unsettled() {
                    *self = std::mem::take(self).settle(passage);
                }
            }
        }
    )*};
}

maps! {
    BTreeMap: Ord;
    HashMap: Eq Hash;
}

/// Types without a trait object inside, for the parts of those above.
macro_rules! settled {
    ($($ty:ty)*) => {$(
        impl Settle for $ty {
            const MAY: bool = false;

            fn settle(self, _: &mut Passage) -> Self {
                self
            }

            fn is_unsettled(&self) -> bool {
                false
            }

            fn settle_in_place(&mut self, _: &mut Passage) {}
        }
    )*};
}

settled! {
    () bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize String std::path::PathBuf std::time::Duration
    std::time::SystemTime std::io::Error std::fmt::Error std::num::ParseIntError Error Opaque
}

/// Tuples of a few parts.
macro_rules! tuples {
    ($(($($part:ident $index:tt),+))*) => {$(
        impl<$($part: Settle),+> Settle for ($($part,)+) {
            const MAY: bool = false $(|| $part::MAY)+;

            fn settle(self, passage: &mut Passage) -> Self {
                ($(self.$index.settle(passage),)+)
            }

            fn is_unsettled(&self) -> bool {
                false $(|| self.$index.is_unsettled())+
            }

            fn settle_in_place(&mut self, passage: &mut Passage) {
                $(self.$index.settle_in_place(passage);)+
            }
        }
    )*};
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) }

/// Asks for the kind of a type that the macro sees only as tokens: `(&&&&kind).__kind()` finds the first of the traits below that
/// holds, as each is one reference nearer than the next.
pub struct KindOf<T>(PhantomData<T>);

impl<T> KindOf<T> {
    /// Of the type of a value.
    pub fn value(_: &T) -> Self {
        KindOf(PhantomData)
    }
}

/// `kind! { MaySettle Settled: &&& of T; .. }`
macro_rules! kinds {
    ($($(#[$doc:meta])* $trait:ident $kind:ident [$($param:ident: $($bound:ident)?),+] $of:ty;)*) => {$(
        $(#[$doc])*
        pub struct $kind;

        /// What has the kind.
        pub trait $trait {
            /// The kind.
            fn __kind(&self) -> $kind {
                $kind
            }
        }

        impl<$($param $(: $bound)?),+> $trait for $of {}
    )*};
}

kinds! {
    /// The kind of what implements [`Settle`].
    MaySettle Settled [T: Settle] &&&KindOf<T>;
    /// The kind of a result whose value implements it.
    MaySettleOk SettledOk [T: Settle, E: ] &&KindOf<Result<T, E>>;
    /// The kind of a result whose error implements it.
    MaySettleErr SettledErr [T: , E: Settle] &KindOf<Result<T, E>>;
    /// The kind of any other value.
    NeedsNothing AsItIs [T: ] KindOf<T>;
}

impl Settled {
    /// See [`Settle::settle`].
    pub fn settle<T: Settle>(self, value: T, passage: &mut Passage) -> T {
        value.settle(passage)
    }

    /// See [`Settle::settle_in_place`].
    pub fn settle_in_place<T: Settle>(self, value: &mut T, passage: &mut Passage) {
        value.settle_in_place(passage);
    }
}

impl SettledOk {
    /// See [`Settle::settle`].
    pub fn settle<T: Settle, E>(self, value: Result<T, E>, passage: &mut Passage) -> Result<T, E> {
        value.map(|value| value.settle(passage))
    }

    /// See [`Settle::settle_in_place`].
    pub fn settle_in_place<T: Settle, E>(self, value: &mut Result<T, E>, passage: &mut Passage) {
        if let Ok(value) = value {
            value.settle_in_place(passage);
        }
    }
}

impl SettledErr {
    /// See [`Settle::settle`].
    pub fn settle<T, E: Settle>(self, value: Result<T, E>, passage: &mut Passage) -> Result<T, E> {
        value.map_err(|error| error.settle(passage))
    }

    /// See [`Settle::settle_in_place`].
    pub fn settle_in_place<T, E: Settle>(self, value: &mut Result<T, E>, passage: &mut Passage) {
        if let Err(error) = value {
            error.settle_in_place(passage);
        }
    }
}

impl AsItIs {
    /// The value, as it is.
    pub fn settle<T>(self, value: T, _: &mut Passage) -> T {
        value
    }

    /// Nothing.
    pub fn settle_in_place<T>(self, _: &mut T, _: &mut Passage) {}
}
