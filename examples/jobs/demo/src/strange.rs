//! Rows that no worker of the example stores: damage, and bytes of other programs. Imports jobs-store, jobs-types, typeport.

use jobs_store::Store;
use jobs_types::{Download, DownloadFailed, JobResult};
use std::error::Error;
use typeport::{Envelope, Failure};

/// Plants done jobs with outcomes that are none.
pub fn plant(store: &mut Store) -> Result<(), Box<dyn Error>> {
    let job = typeport::to_vec(&Download { url: "https://example.org/data".to_owned(), n_steps: 1 })?;
    let failed: Result<Box<dyn JobResult>, Failure> = Err(DownloadFailed { step: 9, status: 502 }.into());
    let envelope = typeport::to_vec(&failed)?;
    let mut damaged = envelope.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x20;
    let outcomes: [&[u8]; 9] = [
        b"",
        b"\x00\x01\x02\xfe\xff\x80\x00abc\x07",
        b"\x1b[2J\x1b]0;owned\x07 user=ann \xff\xfe",
        "{\"error\": \"größer als erlaubt\", \"status\": 500}".as_bytes(),
        // A bare state of postcard: what a program writes that knows serde only.
        Envelope::parse(&job)?.state(),
        &envelope[..envelope.len() / 2],
        &damaged,
        // Envelopes, and not of what an outcome is: the second names an interface that admin does not link.
        &typeport::to_vec(&vec![1_i64, 2])?,
        &envelope,
    ];
    for outcome in outcomes {
        store.import(&job, Some(outcome))?;
    }
    store.import(b"\x00\x00\x00", Some(b"GIF89a-and-so-on\x00\x01"))?;
    Ok(())
}
