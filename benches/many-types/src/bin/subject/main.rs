//! The program with the types: `subject write|read|idle FORMAT FILE`. Imports the library that a feature selects.
//!
//! `read` and `idle` print a line each, and differ only by the decode.
#![forbid(unsafe_code)]

#[cfg(feature = "typeport")]
#[path = "with_typeport.rs"]
mod codec;
#[cfg(feature = "typetag")]
#[path = "with_typetag.rs"]
mod codec;

#[allow(missing_docs, reason = "the generator writes no comments")]
mod jobs {
    use crate::Job;
    #[cfg(feature = "typetag")]
    use serde::{Deserialize, Serialize};
    #[cfg(feature = "typeport")]
    use typeport::portable;
    include!(concat!(env!("MANY_TYPES"), "/jobs.rs"));
}

use std::error::Error;
use std::fs;

/// The interface of all types.
#[cfg_attr(feature = "typeport", typeport::portable)]
#[cfg_attr(feature = "typetag", typetag::serde)]
pub trait Job {
    /// Something to see that a value has come.
    fn weight(&self) -> u64;
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, format, file] = arguments.as_slice() else { return Err("subject write|read|idle FORMAT FILE".into()) };
    if mode == "write" {
        return Ok(fs::write(file, codec::encode(jobs::last(), format)?)?);
    }
    let bytes = fs::read(file)?;
    let weight = if mode == "read" { codec::decode(&bytes, format)?.weight() } else { 0 };
    println!("{} bytes, weight {weight}", bytes.len());
    Ok(())
}
