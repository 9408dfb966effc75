use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "Event", name = "acme::Event")]
#[serde(tag = "kind")]
enum Event {
    Start {
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    #[serde(skip)]
    Hidden,
    Stop,
}

fn main() {}
