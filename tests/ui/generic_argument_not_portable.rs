use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[portable]
trait Base {}

#[derive(Debug, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder<T> {
    value: T,
}

#[portable]
impl<T: Portable> Base for Holder<T> {}

fn boxed(cents: Cents) -> Box<dyn Base> {
    Box::new(Holder { value: cents })
}

fn main() {}
