//! Comparison of the values of a compiled form, by the type's own traits if it has them. Imports nothing.
//!
//! An erased argument has to compare like its real type, or a `BTreeMap` of erased keys would have another order than the native
//! map. We would like to write `if T: Ord`. Instead we use that an inherent constant takes precedence over a trait's: `Probe<T>`
//! has inherent constants if `T` has the trait, and [`Fallback`] gives `None` otherwise. That works for concrete types only, so
//! the macros evaluate it where they write a registration.

use std::any::Any;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

type Compare<R> = Option<fn(&dyn Any, &dyn Any) -> Option<R>>;
type Digest = Option<fn(&dyn Any, &mut dyn Hasher) -> bool>;

/// A type's own comparisons; each function returns `None` for values of other types.
#[derive(Clone, Copy)]
pub struct OwnTraits {
    /// `PartialEq`.
    pub eq: Compare<bool>,
    /// `PartialOrd`; the outer option is about the types.
    pub partial_cmp: Compare<Option<Ordering>>,
    /// `Ord`.
    pub cmp: Compare<Ordering>,
    /// `Hash`; returns whether the value was of the type.
    pub hash: Digest,
}

impl OwnTraits {
    /// The traits of a type that has none.
    pub const NONE: OwnTraits = OwnTraits { eq: None, partial_cmp: None, cmp: None, hash: None };
}

/// Detects which of the traits `T` has.
pub struct Probe<T>(PhantomData<T>);

/// The constants of types without the traits.
pub trait Fallback {
    /// See [`OwnTraits`].
    const EQ: Compare<bool> = None;
    /// See [`OwnTraits`].
    const PARTIAL_CMP: Compare<Option<Ordering>> = None;
    /// See [`OwnTraits`].
    const CMP: Compare<Ordering> = None;
    /// See [`OwnTraits`].
    const HASH: Digest = None;
}

impl<T> Fallback for Probe<T> {}

impl<T: PartialEq + 'static> Probe<T> {
    /// See [`OwnTraits`].
    pub const EQ: Compare<bool> = Some(eq::<T>);
}

impl<T: PartialOrd + 'static> Probe<T> {
    /// See [`OwnTraits`].
    pub const PARTIAL_CMP: Compare<Option<Ordering>> = Some(partial_cmp::<T>);
}

impl<T: Ord + 'static> Probe<T> {
    /// See [`OwnTraits`].
    pub const CMP: Compare<Ordering> = Some(cmp::<T>);
}

impl<T: Hash + 'static> Probe<T> {
    /// See [`OwnTraits`].
    pub const HASH: Digest = Some(hash::<T>);
}

// Named functions, because a closure behind a pointer compiles to two functions: together with those of `decode_plan` they were
// a thirtieth of the code that the compiler processes for this crate.

fn eq<T: PartialEq + 'static>(a: &dyn Any, b: &dyn Any) -> Option<bool> {
    Some(a.downcast_ref::<T>()? == b.downcast_ref::<T>()?)
}

fn partial_cmp<T: PartialOrd + 'static>(a: &dyn Any, b: &dyn Any) -> Option<Option<Ordering>> {
    Some(a.downcast_ref::<T>()?.partial_cmp(b.downcast_ref::<T>()?))
}

fn cmp<T: Ord + 'static>(a: &dyn Any, b: &dyn Any) -> Option<Ordering> {
    Some(a.downcast_ref::<T>()?.cmp(b.downcast_ref::<T>()?))
}

fn hash<T: Hash + 'static>(value: &dyn Any, mut hasher: &mut dyn Hasher) -> bool {
    let value = value.downcast_ref::<T>();
    if let Some(value) = value {
        value.hash(&mut hasher);
    }
    value.is_some()
}
