use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    cents: i64,
}

#[portable]
impl Money {
    fn total(&self) -> i64 {
        self.cents
    }
}

fn main() {}
