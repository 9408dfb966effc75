use typeport::portable;

#[portable]
trait Base {
    fn merge(&mut self, other: &Self);

    fn copy(&self) -> Self;
}

fn main() {}
