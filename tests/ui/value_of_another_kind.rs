use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = acme::Money, alias = 7)]
struct Money {
    #[portable(opaque)]
    cents: i64,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(bound = "T: ", specialize(Sum<i64>), crate = 3)]
struct Sum<T>(T);

fn main() {}
