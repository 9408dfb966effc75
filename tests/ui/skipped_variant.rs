use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Event {
    Start,
    #[serde(skip)]
    Hidden,
    Stop,
}

fn main() {}
