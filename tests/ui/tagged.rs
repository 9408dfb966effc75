use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(tag = "kind")]
enum Event {
    Start { at: u64 },
    Stop,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(tag = "kind", content = "value")]
enum Number {
    Whole(i64),
    Real(f64),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(tag = "kind")]
struct Money {
    cents: i64,
}

fn main() {}
