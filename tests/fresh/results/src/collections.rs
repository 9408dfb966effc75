//! Results of many values: a list, a dictionary, and an array of a foreign crate. Imports `interfaces`.

use crate::ResultBase;
use ndarray::Array1;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Portable, portable};

/// Values in order.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct ListResult<T> {
    /// The values.
    pub items: Vec<T>,
}

#[portable]
impl<T: Portable> ResultBase for ListResult<T> {
    fn summary(&self) -> String {
        format!("{:?}", self.items)
    }

    fn count(&self) -> usize {
        self.items.len()
    }

    fn keep(&mut self, limit: usize) {
        self.items.truncate(limit);
    }
}

/// Values by key, in the order of the keys.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct DictResult<K: Ord, V> {
    /// The values.
    pub entries: BTreeMap<K, V>,
}

#[portable]
impl<K: Portable + Ord, V: Portable> ResultBase for DictResult<K, V> {
    fn summary(&self) -> String {
        format!("{:?}", self.entries)
    }

    fn count(&self) -> usize {
        self.entries.len()
    }

    fn keep(&mut self, limit: usize) {
        while self.entries.len() > limit {
            self.entries.pop_last();
        }
    }
}

/// Values in an array of `ndarray`, a generic type that knows nothing of typeport.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct ArrayResult<T> {
    /// The values.
    #[portable(opaque = "ndarray::Array1<T>")]
    pub values: Array1<T>,
}

#[portable]
impl<T: Portable + Clone> ResultBase for ArrayResult<T> {
    fn summary(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|value| format!("{value:?}")).collect();
        values.join(" ")
    }

    fn count(&self) -> usize {
        self.values.len()
    }

    fn keep(&mut self, limit: usize) {
        self.values = self.values.iter().take(limit).cloned().collect();
    }
}
