use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "Money", alias = "acme.Price")]
struct Money {
    cents: i64,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Größe {
    metres: f64,
}

fn main() {}
