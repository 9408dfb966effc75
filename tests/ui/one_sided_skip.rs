use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Order {
    #[serde(default, skip_serializing)]
    draft: bool,
    #[serde(skip_deserializing)]
    total: i64,
}

fn main() {}
