//! Values that serde buffers when it reads JSON: numbers in tagged, flattened and untagged types. CI runs this with each
//! feature of serde_json that another crate of a user's build may enable; none may change a value or a byte.
#![cfg(all(feature = "derive", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Codec, Envelope, Format, Portable, Value};

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Numbers {
    small: u8,
    signed: i64,
    large: u64,
    single: f32,
    double: f64,
    maybe: Option<i16>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "t")]
enum Internal {
    Unit,
    Struct { id: u8, ratio: f64 },
    Newtype(Numbers),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "unified::Adjacent", format = "json")]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Newtype(Numbers),
    Tuple(u64, f64),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "unified::Untagged", format = "json")]
#[serde(untagged)]
enum Untagged {
    Signed(i64),
    Float(f64),
    Struct(Numbers),
    Text(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "unified::Flat", format = "json")]
struct Flat<T> {
    id: u32,
    #[serde(flatten)]
    numbers: Numbers,
    value: T,
}

fn numbers() -> Numbers {
    Numbers { small: 7, signed: -5, large: u64::MAX, single: 0.1, double: 1e300, maybe: Some(3) }
}

/// Checks both decodes of `json`, which is what the value is written as.
#[track_caller]
fn check<T: Portable + PartialEq>(value: T, json: &str) {
    let codec = Codec::default().format(Format::Json);
    let bytes = codec.to_vec(&value).unwrap();
    assert_eq!(String::from_utf8_lossy(Envelope::parse(&bytes).unwrap().state()), json);
    assert_eq!(codec.from_slice::<T>(&bytes).unwrap(), value);
    let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
    assert_eq!(codec.to_vec(&any).unwrap(), bytes);
    assert_eq!(typeport::downcast::<T, _>(any).unwrap(), value);
}

const NUMBERS: &str = r#""small":7,"signed":-5,"large":18446744073709551615,"single":0.1,"double":1e+300,"maybe":3"#;

#[test]
fn every_buffered_number_comes_back() {
    let arbitrary = serde_json::from_str::<serde_json::Value>("1e1000").is_ok();
    let ordered =
        serde_json::from_str::<serde_json::Value>(r#"{"b":1,"a":2}"#).unwrap().to_string().starts_with("{\"b");
    println!("serde_json has arbitrary_precision: {arbitrary}, preserve_order: {ordered}");
    check(numbers(), &format!("{{{NUMBERS}}}"));
    check((u128::MAX, i128::MIN), &format!("[{},{}]", u128::MAX, i128::MIN));
    check(Internal::Unit, r#"{"t":"Unit"}"#);
    check(Adjacent::Newtype(numbers()), &format!(r#"{{"t":"Newtype","c":{{{NUMBERS}}}}}"#));
    check(Adjacent::Tuple(1, -0.5), r#"{"t":"Tuple","c":[1,-0.5]}"#);
    check(vec![Untagged::Signed(-1), Untagged::Text("1".to_owned())], r#"[-1,"1"]"#);
    check(Internal::Struct { id: 1, ratio: 0.5 }, r#"{"t":"Struct","id":1,"ratio":0.5}"#);
    check(Internal::Newtype(numbers()), &format!(r#"{{"t":"Newtype",{NUMBERS}}}"#));
    check(Flat { id: 1, numbers: numbers(), value: 2.5_f64 }, &format!(r#"{{"id":1,{NUMBERS},"value":2.5}}"#));
    check(vec![Untagged::Float(0.5)], "[0.5]");
    check(Untagged::Struct(numbers()), &format!("{{{NUMBERS}}}"));
}
