//! Errors and their paths, panics, and portable errors.

mod error_places;
mod errors;
mod failure;
mod failure_bounds;
mod failure_formats;
mod foreign_panics;
mod panics;
mod places;
mod refusals;
mod reports;
#[path = "../scale/mod.rs"]
mod scale;

/// What eyre's feature `auto-install` does, which the library has not: reports cannot be made without it.
#[cfg(all(feature = "derive", feature = "postcard", feature = "eyre"))]
fn install_eyre() {
    // Another test may have been first.
    let _ = eyre::set_hook(Box::new(eyre::DefaultHandler::default_with));
}
