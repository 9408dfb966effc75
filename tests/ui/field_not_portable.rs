use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    cents: Cents,
}

fn main() {}
