//! `as_failure` stands alone, on a type that is an error.
use typeport::Portable;

#[derive(Debug, thiserror::Error, Portable)]
#[portable(as_failure, id = "acme::Named", format = "json")]
#[error("named")]
struct Named;

#[derive(Debug, Portable)]
#[portable(as_failure)]
struct NoError;

#[derive(Debug, thiserror::Error, Portable)]
#[portable(as_failure)]
#[error("{0}")]
struct Borrowed<'a>(&'a str);

fn main() {}
