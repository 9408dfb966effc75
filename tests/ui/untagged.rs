use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Real(f64),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Text {
    Plain(String),
    #[serde(untagged)]
    Raw(Vec<u8>),
}

fn main() {}
