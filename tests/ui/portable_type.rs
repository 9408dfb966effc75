// What the derive refuses, the attribute refuses on a type.
use typeport::portable;

#[portable(id = "Money", opaque = "x", skip(Clone))]
struct Money<'a> {
    #[portable(id = "acme::Cents")]
    cents: &'a str,
}

#[portable]
union Either {
    int: u8,
    float: f32,
}

#[portable]
#[serde(untagged)]
enum Event {
    At(i64),
}

#[portable]
#[derive(PartialEq)]
struct Conditional {
    #[cfg_attr(all(), serde(flatten))]
    event: Vec<u8>,
}

fn main() {}
