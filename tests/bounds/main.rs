//! The bounds of a decode: limits, memory, stack, policies, and decodes inside decodes.

mod by_name;
mod later;
mod limits;
mod limits_law;
mod memory;
mod policy;
mod policy_law;
#[path = "../property/mod.rs"]
mod property;
#[path = "../scale/mod.rs"]
mod scale;
mod stack;
mod trials;
mod within;
mod within_encode;

/// Two modules that give their types one id would disable both types.
#[test]
fn no_two_types_have_one_id() {
    typeport::Registry::global().check().unwrap();
}
