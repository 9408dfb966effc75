use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Name<'a> {
    text: &'a str,
}

fn main() {}
