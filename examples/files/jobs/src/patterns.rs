//! The patterns of a search. Imports `interfaces`.

use crate::interfaces::Pattern;
use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

/// Matches the lines of more characters than this.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct LongerThan(pub usize);

#[portable]
impl Pattern for LongerThan {
    fn matches(&self, line: &str) -> bool {
        line.chars().count() > self.0
    }
}

#[portable]
impl Pattern for String {
    fn matches(&self, line: &str) -> bool {
        line.contains(self.as_str())
    }
}

/// Matches where one of the patterns does.
#[portable]
impl<T: Pattern> Pattern for Vec<T> {
    fn matches(&self, line: &str) -> bool {
        self.iter().any(|pattern| pattern.matches(line))
    }
}
