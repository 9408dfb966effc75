//! A panic of user code while another crate's format reads a trait object, in each form, or while a carried value is rewritten:
//! an error, and nothing else.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::Display;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use typeport::{Carried, Codec, Failure, Format, Opaque, Portable, Value};

/// What is read of a nine panics.
#[derive(Debug, thiserror::Error, Serialize, Portable)]
#[portable(id = "panics::Read")]
#[error("read")]
struct Read(u8);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        assert!(number != 9, "it is read");
        Ok(Read(number))
    }
}

/// A nine panics when it is dropped.
#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "panics::Dropped")]
#[error("dropped")]
struct Dropped(u8);

impl Drop for Dropped {
    fn drop(&mut self) {
        if self.0 == 9 && !std::thread::panicking() {
            self.0 = 0;
            panic!("it is dropped");
        }
    }
}

type Place = Box<dyn Value>;

/// Runs it, and then what has to work as before.
#[track_caller]
fn is_contained<T, E: Display>(run: impl FnOnce() -> Result<T, E>) {
    let found = catch_unwind(AssertUnwindSafe(|| run().map(ManuallyDrop::new)));
    let text = found.expect("the panic is contained").err().expect("it is an error").to_string();
    // The crate postcard reports only that there is an error.
    let is_silent = ["Serde Deserialization Error", "Serde Serialization Error"].contains(&text.as_str());
    assert!(is_silent || text.contains("panicked during a decode"), "{text}");
    let again: Vec<Place> = serde_json::from_str(r#"[{"type":"panics::Read","value":1},["i64",5]]"#).unwrap();
    assert_eq!(format!("{again:?}"), "[Read(1), 5]");
}

/// The forms of a nested value in JSON.
fn forms(name: &str) -> Vec<String> {
    let json = |codec: Codec, bytes: Vec<u8>| {
        let opaque: Opaque = codec.from_slice(&bytes).unwrap();
        let envelope = postcard::to_allocvec(&opaque).unwrap();
        let (length, bytes) = envelope.split_at(if envelope.len() < 129 { 1 } else { 2 });
        assert!(length.len() < 3);
        format!(r#"{{"envelope":{}}}"#, serde_json::to_string(bytes).unwrap())
    };
    let bytes = match name {
        "panics::Read" => typeport::to_vec(&Read(9)).unwrap(),
        _ => typeport::to_vec(&*ManuallyDrop::new(Dropped(9))).unwrap(),
    };
    vec![
        format!(r#"{{"type":"{name}","value":9}}"#),
        format!(r#"{{"value":9,"type":"{name}"}}"#),
        format!(r#"["{name}",9]"#),
        format!(r#"{{"type":"{name}","json":"9"}}"#),
        format!(r#"{{"json":"9","type":"{name}"}}"#),
        format!(r#"["9","{name}"]"#),
        json(Codec::default(), bytes),
    ]
}

#[test]
fn a_panic_in_deserialize_is_an_error_in_each_form() {
    for form in forms("panics::Read") {
        is_contained(|| serde_json::from_str::<Place>(&form));
        is_contained(|| serde_json::from_value::<Place>(serde_json::from_str(&form).unwrap()));
        is_contained(|| serde_json::from_str::<Vec<Option<Place>>>(&format!("[null,{form}]")));
        is_contained(|| serde_json::from_str::<Carried<dyn Value>>(&form));
        is_contained(|| {
            serde_json::from_str::<Vec<Place>>(&format!(
                r#"[{{"type":"Vec<Box<dyn typeport::Value>>","value":[{form}]}}]"#
            ))
        });
        // Undecoded it panics when it is asked for, and that is an error as well.
        let opaque: Opaque = serde_json::from_str(&form).unwrap();
        is_contained(|| {
            typeport::to_vec(&vec![opaque.clone()]).and_then(|bytes| typeport::from_slice::<Vec<Place>>(&bytes))
        });
    }
    let envelope = typeport::to_vec(&Read(9)).unwrap();
    let opaque: Opaque = typeport::from_slice(&envelope).unwrap();
    let bytes = postcard::to_allocvec(&opaque).unwrap();
    is_contained(|| postcard::from_bytes::<Place>(&bytes));
}

/// The data after it is invalid, so that it is dropped.
#[test]
fn a_panic_in_drop_is_an_error_in_each_form() {
    for form in forms("panics::Dropped").iter().filter(|form| form.starts_with('{')) {
        let more = format!(r#"{},"more":1}}"#, &form[..form.len() - 1]);
        is_contained(|| serde_json::from_str::<Place>(&more));
        is_contained(|| serde_json::from_str::<Vec<Place>>(&format!("[{more}]")));
        let list = format!(r#"{{"type":"Vec<Box<dyn typeport::Value>>","value":[{form},3]}}"#);
        is_contained(|| serde_json::from_str::<Place>(&list));
    }
}

/// Each way to write a carried value that has another format, or no type hash.
#[test]
fn a_panic_in_a_value_that_is_written_anew_is_an_error() {
    let dropped = ManuallyDrop::new(Dropped(9));
    for &from in Format::ALL {
        let codec = Codec::default().format(from);
        for bytes in [codec.to_vec(&Read(9)).unwrap(), codec.to_vec(&*dropped).unwrap()] {
            let opaque: Opaque = typeport::from_slice(&bytes).unwrap();
            for to in Format::ALL.iter().copied().filter(|to| *to != from) {
                let codec = Codec::default().format(to);
                is_contained(|| codec.to_vec(&vec![opaque.clone()]));
                is_contained(|| codec.clone().schema(true).to_vec(&Some(Carried::<dyn Value>::Opaque(opaque.clone()))));
            }
            if from != Format::Json {
                is_contained(|| serde_json::to_string(&opaque));
                is_contained(|| serde_json::to_value(vec![&opaque]));
            }
        }
    }
    for form in forms("panics::Dropped").iter().take(6) {
        let opaque: Opaque = serde_json::from_str(form).unwrap();
        is_contained(|| typeport::to_vec(&vec![opaque.clone()]));
        is_contained(|| postcard::to_allocvec(&opaque));
    }
}

/// A failure keeps its messages where its typed error cannot go out.
#[test]
fn a_failure_with_such_an_error_goes_out_as_text() {
    let bytes = typeport::to_vec(&vec![Failure::from(Read(9))]).unwrap();
    let came: Vec<Failure> = typeport::from_slice(&bytes).unwrap();
    let text = serde_json::to_string(&came).unwrap();
    assert_eq!(text, r#"[{"messages":["read"],"value":null}]"#);
}
