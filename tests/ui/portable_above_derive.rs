use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable(id = "acme::Money")]
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    cents: i64,
}

fn main() {}
