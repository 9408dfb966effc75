//! Every kind of variant and of struct, with the serde attributes that positional formats support.
#![allow(dead_code)]

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use typeport::Portable;

struct NotPortable;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Unit;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Braces {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Newtype(i64);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Tuple(i64, String);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(transparent)]
struct Transparent<T> {
    value: Vec<T>,
    marker: PhantomData<T>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(rename_all = "camelCase")]
struct Named {
    first_name: String,
    #[serde(rename = "family", alias = "surname")]
    last_name: String,
    #[serde(default)]
    r#type: u8,
    #[serde(skip)]
    seen: Option<PhantomData<fn() -> NotPortable>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[serde(try_from = "(i64, i64)", into = "(i64, i64)")]
struct Ratio {
    over: i64,
    under: i64,
}

impl TryFrom<(i64, i64)> for Ratio {
    type Error = String;

    fn try_from((over, under): (i64, i64)) -> Result<Self, String> {
        if under == 0 { Err("division by zero".to_owned()) } else { Ok(Ratio { over, under }) }
    }
}

impl From<Ratio> for (i64, i64) {
    fn from(ratio: Ratio) -> Self {
        (ratio.over, ratio.under)
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(rename_all = "snake_case", rename_all_fields = "UPPERCASE")]
enum Event<T> {
    Unit,
    Empty {},
    Nothing(),
    Newtype(T),
    Tuple(T, u8),
    #[serde(rename = "struct")]
    Struct {
        value: T,
        at: u64,
    },
    #[serde(with = "seconds")]
    With(std::time::Instant),
    #[serde(skip)]
    Skipped(Option<PhantomData<T>>),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Foreign {
    #[portable(opaque = "std::num::NonZeroU8")]
    opaque: std::num::NonZeroU8,
    #[serde(with = "seconds")]
    instant: std::time::Instant,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind")]
enum Json {
    Start {
        #[serde(flatten)]
        price: Price,
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Price {
    cents: i64,
    #[serde(skip_deserializing)]
    shown: String,
}

mod seconds {
    use std::time::Instant;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(_: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        0u64.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        u64::deserialize(deserializer).map(|_| Instant::now())
    }
}

fn main() {}
