//! Values that are read or rewritten by a schema, without their types.

mod anew;
mod reformat;
#[path = "../scale/mod.rs"]
mod scale;
mod schema;
mod schema_bytes;
mod targets;
mod unread;

/// Two modules that give their types one id would disable both types. `anew` has one former id twice: a sender's and a receiver's.
#[test]
#[cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]
fn no_two_types_have_one_id() {
    let conflicts = typeport::Registry::global().check().unwrap_err();
    let ids: Vec<&str> = conflicts.iter().map(|conflict| conflict.id()).collect();
    assert_eq!(ids, ["anew::Mid"]);
}
