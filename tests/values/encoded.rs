//! `Encoded`: bytes that are checked when they come, and decoded when somebody asks.
#![cfg(all(feature = "derive", feature = "postcard"))]

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use typeport::{Encoded, Value};

fn column() -> Vec<u8> {
    typeport::to_vec(&vec!["secret".to_owned()]).unwrap()
}

#[test]
fn bytes_are_opened_as_what_they_are() {
    let encoded = Encoded::new(&vec!["secret".to_owned()]).unwrap();
    assert_eq!(encoded.as_bytes(), column());
    assert_eq!(encoded.open().unwrap(), ["secret"]);
    let any: Encoded<Box<dyn Value>> = column().try_into().unwrap();
    assert_eq!(typeport::to_vec(&any.open().unwrap()).unwrap(), column());
    assert_eq!(Encoded::new(&any.open().unwrap()).unwrap(), any);
    assert_eq!(Vec::<u8>::from(any), column());
    let slice: &[u8] = encoded.as_ref();
    assert_eq!(Encoded::<Vec<String>>::try_from(slice).unwrap(), encoded);
    assert_eq!(HashSet::from([encoded.clone(), encoded]).len(), 1);
}

/// Another type is a mistake of the reader; damage and a half-written column are found when they come.
#[test]
fn what_is_no_envelope_is_refused_at_once_and_another_type_when_it_is_opened() {
    let encoded = Encoded::<Vec<u64>>::try_from(column()).unwrap();
    assert!(encoded.open().unwrap_err().is_mismatch());
    for cut in 0..column().len() {
        assert!(Encoded::<Vec<String>>::try_from(&column()[..cut]).unwrap_err().is_malformed(), "{cut}");
    }
    let two = [column(), column()].concat();
    assert!(Encoded::<Vec<String>>::try_from(two).unwrap_err().is_malformed());
    // The second byte says whether there is a checksum.
    for place in (0..column().len()).filter(|place| *place != 1) {
        let mut damaged = column();
        damaged[place] ^= 1;
        assert!(Encoded::<Vec<String>>::try_from(damaged).is_err(), "{place}");
    }
}

#[test]
fn what_is_printed_says_nothing_of_the_value() {
    let encoded = Encoded::<Vec<String>>::try_from(column()).unwrap();
    assert_eq!(format!("{encoded:?}"), format!("Encoded(Vec<String>, {} bytes)", column().len()));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    id: u8,
    outcome: Encoded<Vec<String>>,
}

#[test]
fn in_other_formats_it_is_bytes() {
    let row = Row { id: 1, outcome: column().try_into().unwrap() };
    let bytes = postcard::to_allocvec(&row).unwrap();
    assert_eq!(postcard::from_bytes::<Row>(&bytes).unwrap(), row);
    assert_eq!(bytes[2..], column());
    let text = serde_json::to_string(&row).unwrap();
    assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    let damaged = text.replacen("215", "214", 1);
    let error = serde_json::from_str::<Row>(&damaged).unwrap_err();
    assert!(error.to_string().contains("not an envelope"), "{error}");
}
