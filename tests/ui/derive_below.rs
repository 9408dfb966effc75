use serde::Serialize;
use typeport::portable;

#[portable]
#[derive(Debug, Clone, Serialize)]
#[derive(PartialEq, serde::Deserialize)]
struct Money {
    cents: i64,
}

#[portable(skip(Serialize))]
#[derive(Serialize, Debug)]
enum Event {
    Start,
}

fn main() {
    let _ = format!("{:?}", Event::Start);
    let _ = Money { cents: 1 }.clone();
}
