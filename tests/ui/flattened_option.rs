use serde::{Deserialize, Serialize};
use typeport::{Failure, Portable, portable};

#[portable]
trait Job {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Task {
    id: u64,
    #[serde(flatten)]
    job: Option<Box<dyn Job>>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
enum Outcome {
    Failed {
        #[serde(flatten)]
        error: std::option::Option<Failure>,
    },
}

fn main() {}
