use typeport::portable;

#[portable]
trait Base {
    fn __total(&self) -> i64;
}

fn main() {}
