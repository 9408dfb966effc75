use typeport::portable;

#[portable]
trait Base {
    const NAME: &'static str;

    fn total(&self) -> i64;
}

fn main() {}
