use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(crate = "nowhere::typeport")]
struct Money {
    cents: i64,
}

fn main() {}
