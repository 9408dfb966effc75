//! Nested values in texts that our encode did not write: their forms, and the errors about them. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Portable, Value, portable};

#[portable]
trait Node: Debug {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Leaf<T> {
    value: T,
}

#[portable]
impl<T: Portable> Node for Leaf<T> {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Branch {
    left: Box<dyn Node>,
    others: Vec<Box<dyn Node>>,
}

#[portable]
impl Node for Branch {}

#[test]
fn a_readable_nested_value_is_type_and_value_and_nothing_else() {
    for json in [
        r#"{"type":"typeport::Leaf<i64>","value":{"value":5}}"#,
        r#"{"value":{"value":5},"type":"typeport::Leaf<i64>"}"#,
        r#"{"type":"typeport::Leaf<i64>","json":"{\"value\":5}"}"#,
        r#"["typeport::Leaf<i64>",{"value":5}]"#,
        r#"["{\"value\":5}","typeport::Leaf<i64>"]"#,
    ] {
        let node: Box<dyn Node> = serde_json::from_str(json).unwrap();
        assert_eq!(format!("{node:?}"), "Leaf { value: 5 }", "{json}");
    }
    for (json, message) in [
        (r#"{"value":{"value":5},"type":"typeport::Leaf<i64>","value":1}"#, "must have exactly"),
        (r#"{"type":"typeport::Leaf<i64>"}"#, "has no `value`"),
        (r#"{}"#, "has no `type`"),
        (r#"{"type":"typeport::Leaf<i64>","value":{"value":5},"more":1}"#, "must have exactly"),
        (r#"{"type":"typeport::Leaf<i64>","type":"typeport::Leaf<i64>","value":{"value":5}}"#, "must have exactly"),
        (r#"{"type":"typeport::Leaf< i64>","value":{"value":5}}"#, "invalid type name"),
        (r#"{"type":"i64","value":5}"#, "not a member"),
        (r#"{"type":"nowhere::Leaf","value":5}"#, "unknown type `nowhere::Leaf`"),
        (r#"5"#, "invalid type: integer"),
    ] {
        let error = serde_json::from_str::<Box<dyn Node>>(json).unwrap_err().to_string();
        assert!(error.contains(message), "{json}: {error}");
    }
}

/// A trait object in a trait object, in a format of another crate, which knows nothing of our errors but their text.
#[test]
fn an_error_in_a_foreign_format_says_its_place_and_what_is_wrong_once() {
    let wrong = r#"{"type":"typeport::Leaf<u8>","value":{"value":300}}"#;
    let branch = |leaf: &str| format!(r#"{{"type":"typeport::Branch","value":{{"left":{leaf},"others":[]}}}}"#);
    let said = |json: &str| {
        let error = serde_json::from_str::<Box<dyn Node>>(json).unwrap_err().to_string();
        error.split(" at line").next().unwrap().to_owned()
    };
    assert_eq!(said(wrong), "value: invalid state: invalid value: an integer, expected u8");
    assert_eq!(said(&branch(wrong)), "left.value: invalid state: invalid value: an integer, expected u8");
    assert_eq!(said(&branch(&branch(wrong))), "left.left.value: invalid state: invalid value: an integer, expected u8");
    let text = r#"{"type":"typeport::Leaf<u8>","value":{"value":"secret"}}"#;
    assert!(!said(&branch(text)).contains("secret"), "{}", said(&branch(text)));
}

/// A format that leaves out what is `None`, and a text that somebody wrote by hand: native and erased read it alike.
#[test]
fn an_option_that_is_not_there_is_none_in_an_erased_value_too() {
    for (text, says) in [
        (r#"{"type":"typeport::Leaf<Option<i64>>","value":{}}"#, "Leaf { value: None }"),
        (r#"{"type":"typeport::Leaf<Option<Option<u8>>>","value":{}}"#, "Leaf { value: None }"),
        (r#"{"type":"typeport::Leaf<Option<i64>>","value":{"value":7}}"#, "Leaf { value: Some(7) }"),
        (r#"{"type":"typeport::Leaf<Vec<Option<i64>>>","value":{"value":[null]}}"#, "Leaf { value: [None] }"),
    ] {
        let node: Box<dyn Node> = serde_json::from_str(text).unwrap();
        assert_eq!(format!("{node:?}"), says, "{text}");
    }
    for text in [
        r#"{"type":"typeport::Leaf<i64>","value":{}}"#,
        r#"{"type":"typeport::Leaf<Vec<Option<i64>>>","value":{}}"#,
        r#"{"type":"typeport::Leaf<Option<i64>>"}"#,
    ] {
        let error = serde_json::from_str::<Box<dyn Node>>(text).unwrap_err().to_string();
        assert!(error.contains("missing field `value`") || error.contains("has no `value`"), "{text}: {error}");
    }
    let any: Box<dyn Value> = serde_json::from_str(r#"{"type":"Option<i64>"}"#).unwrap();
    assert_eq!(format!("{any:?}"), "None");
}
