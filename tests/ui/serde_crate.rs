use typeport::portable;

#[portable]
#[serde(crate = "serde", rename_all = "camelCase")]
struct Money {
    in_cents: i64,
}

fn main() {}
