//! The values by typetag and the formats' own crates. Imports its parent and these crates.
//!
//! typetag's code for a type works with any format: it is behind `erased_serde`, and these functions name the format, once for
//! all types.

use crate::Job;
use std::error::Error;

/// The bytes of a job.
pub fn encode(job: Box<dyn Job>, format: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    match format {
        "postcard" => Ok(postcard::to_allocvec(&job)?),
        #[cfg(feature = "three-formats")]
        "bincode" => Ok(bincode::serde::encode_to_vec(&job, bincode::config::standard())?),
        #[cfg(feature = "three-formats")]
        "json" => Ok(serde_json::to_vec(&job)?),
        _ => Err("an unknown format".into()),
    }
}

/// The job that bytes hold.
pub fn decode(bytes: &[u8], format: &str) -> Result<Box<dyn Job>, Box<dyn Error>> {
    match format {
        "postcard" => Ok(postcard::from_bytes(bytes)?),
        #[cfg(feature = "three-formats")]
        "bincode" => Ok(bincode::serde::decode_from_slice(bytes, bincode::config::standard())?.0),
        #[cfg(feature = "three-formats")]
        "json" => Ok(serde_json::from_slice(bytes)?),
        _ => Err("an unknown format".into()),
    }
}
