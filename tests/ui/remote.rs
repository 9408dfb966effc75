use serde::{Deserialize, Serialize};
use typeport::Portable;

mod foreign {
    pub struct Clock {
        pub ticks: u64,
    }
}

#[derive(Serialize, Deserialize, Portable)]
#[serde(remote = "foreign::Clock")]
struct Clock {
    ticks: u64,
}

fn main() {}
