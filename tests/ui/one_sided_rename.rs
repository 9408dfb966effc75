use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(rename_all(serialize = "camelCase"))]
struct Money {
    #[serde(rename(serialize = "c", deserialize = "cents"))]
    cents: i64,
}

fn main() {}
