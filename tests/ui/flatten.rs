use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Order {
    number: u64,
    #[serde(flatten)]
    price: Price,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Price {
    cents: i64,
}

fn main() {}
