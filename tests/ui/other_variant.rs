use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Event {
    Start,
    #[serde(other)]
    Unknown,
}

fn main() {}
