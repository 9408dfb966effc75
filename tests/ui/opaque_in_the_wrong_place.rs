use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(opaque = "acme::Event")]
enum Event {
    #[portable(opaque = "acme::Start")]
    Start,
    At {
        #[portable(alias = "acme::Time")]
        time: i64,
    },
}

fn main() {}
