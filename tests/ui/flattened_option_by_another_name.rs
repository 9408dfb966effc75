use serde::{Deserialize, Serialize};
use typeport::Portable;

type Maybe<T> = Option<T>;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Price {
    cents: i64,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Order {
    number: u64,
    #[serde(flatten)]
    price: Box<Maybe<Price>>,
}

fn main() {}
