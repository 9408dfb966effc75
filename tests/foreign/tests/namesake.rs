//! A serializer is known by what it does: one that has the name of serde_json's gets what any other one of its format gets. May
//! use any public item.
#![forbid(unsafe_code)]

use namesake::ser::Serializer;
use serde::Serialize;
use std::any::type_name;
use typeport::{Carried, Codec, Format, Opaque, Value};

/// A value that is carried as JSON text.
fn carried() -> Opaque {
    let codec = Codec::default().format(Format::Json);
    codec.from_slice(&codec.to_vec(&vec![Some(1_u8), None]).unwrap()).unwrap()
}

fn check<T: Serialize>(value: &T) {
    let (mut alone, mut named) = (serde_json::Serializer::new(Vec::new()), serde_json::Serializer::new(Vec::new()));
    value.serialize(&mut alone).unwrap();
    value.serialize(Serializer(&mut named)).unwrap();
    let (alone, named) = [alone, named].map(|text| String::from_utf8(text.into_inner()).unwrap()).into();
    assert_eq!(named, alone);
    assert!(alone.contains("\"value\":[1,null]"), "{alone}");

    let in_ron = |is_named: bool| {
        let mut text = String::new();
        let mut ron = ron::Serializer::new(&mut text, None).unwrap();
        if is_named {
            value.serialize(Serializer(&mut ron)).unwrap()
        } else {
            value.serialize(&mut ron).unwrap()
        }
        text
    };
    assert_eq!(in_ron(true), in_ron(false));
    assert!(!in_ron(true).contains("private"), "{}", in_ron(true));

    let tree = serde_json::to_value(value).unwrap();
    assert_eq!(value.serialize(Serializer(serde_json::value::Serializer)).unwrap(), tree);
}

#[test]
fn a_name_decides_nothing() {
    let real = type_name::<serde_json::Serializer<Vec<u8>>>();
    let (path, _) = real.split_once('<').unwrap();
    assert!(type_name::<Serializer<()>>().starts_with(path), "{real}");
    check(&carried());
    check(&Carried::<dyn Value>::Opaque(carried()));
    check(&vec![Box::new(carried()) as Box<dyn Value>]);
}
