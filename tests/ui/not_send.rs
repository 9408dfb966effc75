use serde::{Deserialize, Serialize};
use std::rc::Rc;
use typeport::Portable;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Shared {
    #[portable(opaque = "std::rc::Rc<i64>")]
    value: Rc<i64>,
}

fn main() {}
