use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Serialize, Deserialize, Portable)]
struct Money {
    cents: i64,
}

fn main() {}
