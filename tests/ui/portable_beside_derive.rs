use serde::{Deserialize, Serialize};

#[typeport::portable(id = "acme::Money")]
#[derive(Clone, typeport::Portable)]
struct Money {
    cents: i64,
}

#[derive(Clone, typeport::Portable)]
#[typeport::portable(id = "acme::Event")]
struct Event {
    at: i64,
}

#[derive(Debug, Serialize, Deserialize, typeport::Portable)]
#[portable(id = "acme::Key", skip(Debug))]
struct Key {
    key: i64,
}

fn main() {}
