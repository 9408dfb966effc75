use typeport::portable;

#[portable]
#[serde_with::serde_as]
struct Money {
    cents: Vec<u8>,
}

fn main() {}
