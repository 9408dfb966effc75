use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Event<T> {
    Start,
    #[serde(untagged)]
    Other(T),
    #[serde(skip_serializing)]
    Hidden,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(tag = "kind", content = "content")]
enum Kind {
    #[serde(rename(serialize = "a", deserialize = "b"))]
    One {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<u8>,
        #[serde(flatten)]
        rest: Vec<(String, u8)>,
    },
}

fn main() {}
