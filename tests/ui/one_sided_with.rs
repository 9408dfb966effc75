use serde::{Deserialize, Serialize};
use typeport::Portable;

fn leniently<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    i64::deserialize(deserializer)
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    #[serde(deserialize_with = "leniently")]
    cents: i64,
}

fn main() {}
