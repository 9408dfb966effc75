use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money {
    cents: i64,
}

fn boxed(money: Money) -> Box<dyn Base> {
    Box::new(money)
}

fn main() {}
