use typeport::portable;

#[portable]
trait Base<'a, T> {
    fn total(&self) -> T;
}

fn main() {}
