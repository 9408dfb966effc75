//! The crate under another path, as in a facade crate that re-exports it.
#![allow(dead_code)]

mod facade {
    pub mod portable_types {
        pub use typeport::*;
    }
}

use facade::portable_types::{Portable, portable};
use serde::{Deserialize, Serialize};

mod typeport {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(crate = "crate::facade::portable_types")]
struct Pair<T, const N: usize> {
    value: T,
}

#[portable(crate = "crate::facade::portable_types", id = "acme::Attributed")]
#[derive(Clone)]
struct Attributed<T, U: Portable> {
    value: Vec<(T, U)>,
}

#[portable(crate = "crate::facade::portable_types", bound = "T: Portable")]
enum Conditional<T> {
    Value(#[cfg_attr(all(), serde(rename = "v"))] T),
}

#[portable(crate = "crate::facade::portable_types", id = "acme::Base", alias = "acme::OldBase")]
trait Base {
    fn total(&self) -> i64;
}

#[portable(crate = "crate::facade::portable_types", specialize(Pair<i64, 2>))]
impl<T, const N: usize> Base for Pair<T, N> {
    fn total(&self) -> i64 {
        0
    }
}

fn main() {}
