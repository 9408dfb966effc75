//! The portable types, whose values are read back in each format, with the bytes of the format's own crate.

mod bulk;
mod derive;
mod direct;
mod encoded;
mod floats;
mod foreign_types;
mod keys;
mod oracle;
mod portable_types;
#[path = "../property/mod.rs"]
mod property;
mod round_trip;
#[path = "../scale/mod.rs"]
mod scale;
mod std_types;
mod text_bytes;
mod type_names;
mod typetag;
mod verify;
mod wire_format;
mod wrong_shape;

/// Two modules that give their types one id would disable both types. These ids are claimed twice by one module, on purpose.
#[test]
#[cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]
fn no_two_types_have_one_id() {
    let conflicts = typeport::Registry::global().check().unwrap_err();
    let ids: Vec<&str> = conflicts.iter().map(|conflict| conflict.id()).collect();
    assert_eq!(ids, ["acme::Gone", "acme::Same", "rows::Reached", "rows::Same"]);
}
