use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize(Money))]
struct Money {
    cents: i64,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(specialize())]
struct Sum<T> {
    value: T,
}

fn main() {}
