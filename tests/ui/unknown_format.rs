use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "xml")]
struct Money {
    cents: i64,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = json)]
struct Price {
    cents: i64,
}

fn main() {}
