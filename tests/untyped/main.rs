//! Values that are read or written anew by a schema, without their types.

mod anew;
mod reformat;
#[path = "../scale/mod.rs"]
mod scale;
mod schema;
mod schema_bytes;
mod targets;
mod unread;

/// Two modules that give their types one id would disable both types.
#[test]
fn no_two_types_have_one_id() {
    typeport::Registry::global().check().unwrap();
}
