//! The tests, in one program, so that the others are built once. Imports the harness of this package.
#![forbid(unsafe_code)]

mod conflict;
mod forward;
mod matrix;
mod stranger;
