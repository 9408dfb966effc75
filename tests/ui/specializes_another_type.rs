use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Other<T>(T);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sum<T: Copy>(T);

#[portable(specialize(Other<i64>))]
impl<T: Copy> Base for Sum<T> {
    fn total(&self) -> i64 {
        0
    }
}

fn main() {}
