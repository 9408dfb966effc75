use serde::{Deserialize, Serialize};
use typeport::Portable;

#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[serde(from = "i64", into = "u64")]
struct Money {
    cents: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[serde(from = "i64")]
struct Price {
    cents: i64,
}

impl From<i64> for Money {
    fn from(cents: i64) -> Self {
        Money { cents }
    }
}

impl From<Money> for u64 {
    fn from(money: Money) -> Self {
        money.cents.unsigned_abs()
    }
}

impl From<i64> for Price {
    fn from(cents: i64) -> Self {
        Price { cents }
    }
}

fn main() {}
