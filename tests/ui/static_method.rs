use typeport::portable;

#[portable]
trait Base {
    fn name() -> String;

    fn is_allowed() -> String
    where
        Self: Sized;
}

fn main() {}
