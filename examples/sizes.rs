//! Prints encoded sizes beside those of plain postcard with a closed enum: `cargo run --release --example sizes`.
//! Imports typeport, serde and postcard only.
#![forbid(unsafe_code)]

use serde::{Deserialize, Serialize};
use typeport::{Portable, portable};

#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::GenericResult")]
struct GenericResult<T> {
    value: T,
}

#[derive(Clone, Debug, Serialize, Deserialize, Portable)]
#[portable(id = "acme::Scores")]
struct Scores {
    name: String,
    scores: Vec<f64>,
}

#[portable]
trait ResultBase {}

#[portable]
impl<T: Portable> ResultBase for GenericResult<T> {}

#[portable]
impl ResultBase for Scores {}

/// What somebody writes who knows all types beforehand.
#[derive(Serialize)]
enum Closed {
    Integer(GenericResult<i64>),
    Text(GenericResult<String>),
    List(GenericResult<Vec<i64>>),
    Maybe(GenericResult<Option<bool>>),
    Pair(GenericResult<(u8, String)>),
    Nested(GenericResult<GenericResult<i64>>),
    Float(GenericResult<f64>),
    Scores(Scores),
}

/// Value number `at` of the batch, as both.
fn value(at: usize) -> (Closed, Box<dyn ResultBase>) {
    macro_rules! both {
        ($variant:ident, $value:expr) => {{
            let value = $value;
            (Closed::$variant(value.clone()), Box::new(value) as Box<dyn ResultBase>)
        }};
    }
    let number = at as i64 * 37 - 5000;
    match at % 8 {
        0 => both!(Integer, GenericResult { value: number }),
        1 => both!(Text, GenericResult { value: format!("result {at}") }),
        2 => both!(List, GenericResult { value: vec![number, 1, -1] }),
        3 => both!(Maybe, GenericResult { value: Some(number > 0) }),
        4 => both!(Pair, GenericResult { value: (at as u8, "pair".to_owned()) }),
        5 => both!(Nested, GenericResult { value: GenericResult { value: number } }),
        6 => both!(Float, GenericResult { value: number as f64 / 3.0 }),
        _ => both!(Scores, Scores { name: "ada".to_owned(), scores: vec![0.5, 1.5] }),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let one = GenericResult { value: 7_i64 };
    let closed = postcard::to_allocvec(&Closed::Integer(one.clone()))?.len();
    println!("GenericResult<i64>: envelope {} bytes, closed enum {closed}", typeport::to_vec(&one)?.len());
    for count in [100, 10_000] {
        let (closed, open): (Vec<Closed>, Vec<Box<dyn ResultBase>>) = (0..count).map(value).unzip();
        let (closed, open) = (postcard::to_allocvec(&closed)?.len(), typeport::to_vec(&open)?.len());
        println!(
            "{count} values of 8 types: envelope {open} bytes, closed enum {closed}, {:.3} of it",
            open as f64 / closed as f64
        );
    }
    Ok(())
}
