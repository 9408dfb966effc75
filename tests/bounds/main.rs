//! What a decode may use and build: limits, memory, stack, policies, one within another.

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
