use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sum<T>(T);

typeport::specialize!(Sum<i64> as dyn Base);

fn main() {}
