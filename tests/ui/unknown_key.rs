use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(name = "acme::Money")]
struct Money {
    #[portable(id = "acme::Cents")]
    cents: i64,
}

fn main() {}
