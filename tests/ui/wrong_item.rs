use typeport::portable;

#[portable]
fn total() -> i64 {
    0
}

#[portable]
struct Money {
    cents: i64,
}

fn main() {}
