use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[portable]
trait Named {
    fn name(&self) -> String;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Sum<T> {
    value: T,
}

#[portable]
impl<T: Base + Named> Base for Sum<T> {
    fn total(&self) -> i64 {
        self.value.total()
    }
}

fn main() {}
