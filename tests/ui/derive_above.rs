use serde::{Deserialize, Serialize};
use typeport::portable;

#[derive(Debug)]
#[portable]
struct Money {
    cents: i64,
}

#[derive(Clone, Serialize, Deserialize)]
#[portable]
enum Event<T> {
    At(T),
}

fn main() {}
