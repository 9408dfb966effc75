use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Money", id = "acme::Cash", alias = "acme::Price", alias = "acme::Price")]
struct Money {
    cents: i64,
}

fn main() {}
