//! The values by typeport. Imports its parent and typeport.

use crate::Job;
use std::error::Error;
use typeport::{Codec, Format};

/// The bytes of a job.
pub fn encode(job: Box<dyn Job>, format: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(codec(format)?.to_vec(&job)?)
}

/// The job that bytes hold, in whatever format.
pub fn decode(bytes: &[u8], format: &str) -> Result<Box<dyn Job>, Box<dyn Error>> {
    Ok(codec(format)?.from_slice(bytes)?)
}

fn codec(format: &str) -> Result<Codec, Box<dyn Error>> {
    let found = Format::ALL.iter().copied().find(|known| known.name() == format);
    Ok(Codec::default().format(found.ok_or("an unknown format")?))
}
