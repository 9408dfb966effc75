//! An error of another crate does not become a failure by itself; a type that is no error does not either.
use serde::{Deserialize, Serialize};
use typeport::{Failure, Portable};

#[derive(Debug, thiserror::Error)]
#[error("foreign")]
struct Foreign;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct NoError;

fn foreign() -> Result<(), Failure> {
    Err(Foreign)?
}

fn no_error() -> Result<(), Failure> {
    Err(NoError)?
}

fn main() {
    let _ = (foreign(), no_error());
}
