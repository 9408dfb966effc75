use typeport::{Portable, portable};

#[portable]
trait Base {
    fn total(&self) -> i64;
}

#[portable]
impl<T: Portable> Base for T {
    fn total(&self) -> i64 {
        0
    }
}

fn main() {}
