use typeport::portable;

#[portable]
fn total() -> i64 {
    0
}

#[portable]
mod money {}

fn main() {}
