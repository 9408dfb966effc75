use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    cents: i64,
}

#[portable]
unsafe impl Base for Money {
    fn total(&self) -> i64 {
        self.cents
    }
}

fn main() {}
