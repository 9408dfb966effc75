use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    cents: i64,
}

#[portable]
impl From<i64> for Money {
    fn from(cents: i64) -> Self {
        Money { cents }
    }
}

fn main() {}
