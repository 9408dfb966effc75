use typeport::portable;

#[portable]
trait Base {
    fn total(&self) -> i64;
}

struct Money {
    cents: i64,
}

#[portable]
impl Base for Money {
    fn total(&self) -> i64 {
        self.cents
    }
}

fn main() {}
