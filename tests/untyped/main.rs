//! Values that are read or written anew by a schema, without their types.

mod anew;
mod reformat;
#[path = "../scale/mod.rs"]
mod scale;
mod schema;
mod schema_bytes;
mod targets;
mod unread;
