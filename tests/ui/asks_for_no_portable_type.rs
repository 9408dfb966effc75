use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Money {
    cents: i64,
}

trait Base {}

fn main() {
    let money: Money = typeport::from_slice(&[]).unwrap();
    let _ = typeport::to_vec(&money);
    let _: Box<dyn Base> = typeport::from_slice(&[]).unwrap();
}
