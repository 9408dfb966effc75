use typeport::portable;

#[portable]
trait Base: Clone + PartialEq {
    fn total(&self) -> i64;
}

fn main() {}
