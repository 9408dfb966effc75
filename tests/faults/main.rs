//! What is wrong and how it is told: errors and their places, panics, and errors that travel.

mod error_places;
mod errors;
mod failure;
mod failure_bounds;
mod failure_formats;
mod foreign_panics;
mod panics;
mod places;
mod reports;
#[path = "../scale/mod.rs"]
mod scale;
