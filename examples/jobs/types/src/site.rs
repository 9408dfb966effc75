//! The server that downloads request: simulated, so that the example needs no network and its answers never change. Imports
//! `errors`, `results`.

use crate::errors::DownloadFailed;
use crate::results::Part;

/// All parts of a download, or the first that failed. `/gone` has nothing, and `/busy` one part.
pub fn download(url: &str, n_steps: u32) -> Result<Vec<Part>, DownloadFailed> {
    (1..=n_steps).map(|step| part(url, step)).collect()
}

fn part(url: &str, step: u32) -> Result<Part, DownloadFailed> {
    match url.rsplit('/').next() {
        Some("gone") => Err(DownloadFailed { step, status: 404 }),
        Some("busy") if step > 1 => Err(DownloadFailed { step, status: 503 }),
        _ => Ok(Part { step, bytes: url.len() as u64 * u64::from(step) }),
    }
}
