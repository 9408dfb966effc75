//! Results of one value, and of values under a bound. Imports `interfaces`.

use crate::{ResultBase, Scorable};
use serde::{Deserialize, Serialize};
use typeport::{Portable, Value, portable};

/// One value.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct GenericResult<T> {
    /// The value.
    pub value: T,
}

#[portable]
impl<T: Portable> ResultBase for GenericResult<T> {
    fn summary(&self) -> String {
        format!("{:?} as {}", self.value, self.value.type_name())
    }
}

/// Values that are ranked; only the impl needs the bound.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
pub struct Scores<T> {
    /// The values, in any order.
    pub items: Vec<T>,
}

#[portable]
impl<T: Scorable> ResultBase for Scores<T> {
    fn summary(&self) -> String {
        let scores: Vec<String> = self.items.iter().map(|item| item.score().to_string()).collect();
        scores.join(" ")
    }

    fn count(&self) -> usize {
        self.items.len()
    }

    fn keep(&mut self, limit: usize) {
        self.items.sort_by(|left, right| right.score().total_cmp(&left.score()));
        self.items.truncate(limit);
    }
}
