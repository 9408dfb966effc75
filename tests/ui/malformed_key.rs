use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = 7)]
struct Money {
    cents: i64,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "postcard")]
struct Price {
    #[portable(opaque = "")]
    cents: i64,
}

fn main() {}
