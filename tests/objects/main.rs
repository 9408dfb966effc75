//! Trait objects: interfaces and their members, native and erased, nested in other values, and the stand-ins for unlinked ones.

mod erasure_law;
mod fallback;
mod interface_matrix;
mod interfaces;
mod leaving;
mod nested;
mod opaque;
#[path = "../property/mod.rs"]
mod property;
#[path = "../scale/mod.rs"]
mod scale;
mod stand_ins;

/// Two modules that give their types one id would disable both types.
#[test]
fn no_two_types_have_one_id() {
    typeport::Registry::global().check().unwrap();
}
