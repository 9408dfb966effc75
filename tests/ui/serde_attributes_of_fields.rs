use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(tag = "type", from = "Raw")]
struct Money {
    #[serde(skip_serializing_if = "Option::is_none", skip_deserializing)]
    cents: Option<i64>,
    #[serde(serialize_with = "write")]
    currency: String,
    #[serde(rename(deserialize = "of"))]
    owner: String,
}

fn main() {}
