use typeport::portable;

#[portable]
trait Base {
    type Total;

    fn total(&self) -> i64;
}

fn main() {}
