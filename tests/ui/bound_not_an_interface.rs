use serde::{Deserialize, Serialize};
use typeport::Portable;

trait Unit {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Amount<T: Unit> {
    unit: T,
}

fn main() {}
