//! `Codec::verify`: an encode that decodes its own output. May use any public item.

use crate::scale::{formats, scaled};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use typeport::{Codec, Format, Portable, Value, portable};

#[portable]
trait Step {
    fn label(&self) -> String;
}

#[derive(Serialize, Deserialize, Debug, Portable)]
struct Sparse<T> {
    rows: Vec<Option<[[u64; 32]; 2]>>,
    extra: T,
}

#[portable]
impl<T: Portable> Step for Sparse<T> {
    fn label(&self) -> String {
        format!("{} rows and {:?}", self.rows.len(), self.extra)
    }
}

/// Forgets the last element each time that it is written.
#[derive(Serialize, Deserialize, Debug, Portable)]
struct Shrinking {
    #[serde(with = "without_last")]
    list: Vec<u8>,
}

mod without_last {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(list: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        list[..list.len().saturating_sub(1)].serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        Vec::deserialize(deserializer)
    }
}

/// A type that cannot read its own output.
#[derive(Serialize, Deserialize, Debug, Portable)]
struct Choosy {
    #[serde(with = "only_even")]
    number: u8,
}

mod only_even {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        number.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        let number = u8::deserialize(deserializer)?;
        if number % 2 == 0 { Ok(number) } else { Err(D::Error::custom("an odd number")) }
    }
}

fn verifying(format: Format) -> Codec {
    Codec::default().format(format).verify(true)
}

#[test]
fn what_does_not_come_back_as_it_was_is_refused() {
    for &format in Format::ALL {
        let codec = verifying(format);
        let error = codec.to_vec(&Shrinking { list: vec![1, 2, 3] }).unwrap_err();
        let message = error.to_string();
        assert_eq!(error.code(), 27, "{format}: {message}");
        assert!(message.contains("Shrinking") && message.contains("Serialize and Deserialize"), "{format}: {message}");
        assert!(codec.to_vec(&Shrinking { list: Vec::new() }).is_ok(), "{format}");

        let error = codec.to_vec(&vec![Choosy { number: 2 }, Choosy { number: 3 }]).unwrap_err();
        assert!(error.is_malformed(), "{format}: {error}");
        assert!(error.to_string().contains("[1].number: invalid state: an odd number"), "{format}: {error}");
        assert!(codec.to_vec(&Choosy { number: 4 }).is_ok(), "{format}");
    }
}

#[test]
fn memory_is_seen_through_trait_objects_and_erased_values() {
    let make = |rows| Sparse { rows: vec![None; rows], extra: "x".to_owned() };
    for format in formats() {
        let plain = Codec::default().format(format);
        let small = verifying(format).to_vec(&make(10)).unwrap();
        assert_eq!(small, plain.to_vec(&make(10)).unwrap(), "{format}: verified bytes are the bytes");
        let erased: Box<dyn Step> = verifying(format).from_slice(&small).unwrap();
        assert_eq!(erased.label(), "10 rows and \"x\"");
        assert_eq!(verifying(format).to_vec(&erased).unwrap(), small, "{format}: of an erased value");

        let large = make(scaled(100_000, 3_000));
        assert!(plain.to_vec(&large).is_ok(), "{format}: not seen without");
        assert!(verifying(format).to_vec(&large).unwrap_err().is_limit(), "{format}");
        let boxed: Box<dyn Step> = Box::new(large);
        assert!(verifying(format).to_vec(&boxed).unwrap_err().is_limit(), "{format}");
        assert!(verifying(format).to_vec(&vec![boxed]).unwrap_err().is_limit(), "{format}");
    }
}

#[test]
fn what_has_no_order_or_shares_or_is_empty_passes() {
    for &format in Format::ALL {
        let codec = verifying(format);
        let map: HashMap<u32, HashSet<String>> =
            (0..scaled(50, 5) as u32).map(|key| (key, (0..key).map(|i| i.to_string()).collect())).collect();
        codec.to_vec(&map).unwrap();
        codec.to_vec(&()).unwrap();
        let shared = Arc::new("text".to_owned());
        codec.to_vec(&vec![Arc::clone(&shared), shared]).unwrap();
        let any: Vec<Box<dyn Value>> = vec![Box::new(1_u8), Box::new(map)];
        codec.to_vec(&any).unwrap();
    }
}
