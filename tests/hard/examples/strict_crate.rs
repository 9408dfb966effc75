//! A user's crate that denies every lint that it can.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, nonstandard_style, future_incompatible, rust_2018_idioms)]
#![deny(let_underscore, unreachable_pub, unused_qualifications, unused_lifetimes, single_use_lifetimes)]
#![deny(missing_debug_implementations, trivial_casts, trivial_numeric_casts, variant_size_differences)]
#![deny(elided_lifetimes_in_paths, explicit_outlives_requirements, macro_use_extern_crate, meta_variable_misuse)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![allow(clippy::derive_partial_eq_without_eq, clippy::trait_duplication_in_bounds, reason = "both are cases")]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Portable, Value, portable};

/// An interface.
#[portable]
pub trait Base: Send {
    /// Has a default.
    fn total(&self, by: &BTreeMap<String, i64>) -> i64 {
        by.values().sum()
    }

    /// Borrows.
    fn longest<'a>(&'a self, other: &'a str) -> &'a str;

    /// Changes.
    fn set(&mut self, value: i64);
}

/// A type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Money", alias = "acme::Price")]
pub struct Money<T> {
    /// A field.
    pub value: T,
    private: Vec<Option<Box<Self>>>,
}

/// Variants of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Portable)]
pub enum Event<const N: usize> {
    /// A unit.
    Start,
    /// A tuple.
    At(i64, [u8; 2]),
    /// A struct.
    Named {
        /// A field.
        name: String,
    },
}

/// A type under the attribute.
#[portable(alias = "acme::Cent")]
#[derive(Clone, PartialEq)]
pub struct Coin<T: Portable, U> {
    /// A field.
    pub value: T,
    others: Vec<(T, U)>,
}

/// Variants of each kind.
#[portable]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side<T> {
    /// A unit.
    Edge,
    /// A tuple.
    Head(T),
    /// A struct.
    Tail {
        /// A field.
        value: T,
    },
}

#[portable]
impl<T: Portable> Base for Money<T> {
    fn longest<'a>(&'a self, other: &'a str) -> &'a str {
        other
    }

    fn set(&mut self, _: i64) {
        self.private.clear();
    }
}

#[portable(specialize(Event<3>))]
impl<const N: usize> Base for Event<N> {
    fn longest<'a>(&'a self, _: &'a str) -> &'a str {
        match self {
            Self::Named { name } => name,
            _ => "",
        }
    }

    fn set(&mut self, at: i64) {
        *self = Self::At(at, [0; 2]);
    }
}

typeport::specialize!(Money<i64> as dyn Base, Vec<Money<u8>> as dyn Value);

fn main() {
    let money = Money { value: 7_i64, private: Vec::new() };
    let any: Box<dyn Base> = Box::new(money);
    assert_eq!(any.total(&BTreeMap::new()), 0);
}
