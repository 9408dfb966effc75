use typeport::portable;

macro_rules! total {
    () => {
        fn total(&self) -> i64;
    };
}

#[portable]
trait Base {
    total!();
}

fn main() {}
