//! The replay program: reads the typed errors of a store, and decides by their fields. Jobs that may succeed at a second try
//! are queued again, once.
#![forbid(unsafe_code)]

use jobs_store::{Outcome, Store, StoreError, escaped};
use jobs_types::{DownloadFailed, JobResult, Negative};
use std::io::{Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use typeport::{Encoded, Failure};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [database] = arguments.as_slice() else {
        eprintln!("usage: jobs-replay DATABASE");
        return ExitCode::from(2);
    };
    match replay(Path::new(database)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jobs-replay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn replay(database: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut store = Store::open(database)?;
    for row in store.rows()? {
        let Some(outcome) = row.outcome else { continue };
        let line = match Encoded::<Outcome>::try_from(outcome).and_then(|outcome| outcome.open()) {
            Ok(Ok(value)) => match value.decode::<Box<dyn JobResult>>() {
                Ok(result) => format!("result: {}", result.summary()),
                Err(error) => format!("skipped: {error}"),
            },
            Ok(Err(failure)) => decide(&mut store, row.id, &failure)?,
            Err(error) => format!("skipped: {error}"),
        };
        writeln!(stdout(), "job {}: {}", row.id, escaped(&line))?;
    }
    Ok(())
}

/// Decides on a failed job by the typed error in its failure, whichever chain that was in.
fn decide(store: &mut Store, id: i64, failure: &Failure) -> Result<String, StoreError> {
    if let Some(DownloadFailed { step, status }) = failure.downcast_ref() {
        if !(500..600).contains(status) {
            return Ok(format!("status {status} at step {step} is for good: given up"));
        }
        let again = match store.retry(id)? {
            Some(retry) => format!("queued again as job {retry}"),
            None => "was queued again before".to_owned(),
        };
        return Ok(format!("status {status} at step {step} may pass: {again}"));
    }
    if let Some(Negative { value }) = failure.downcast_ref::<Negative<i64>>() {
        return Ok(format!("{value} has no root, {} has: given up", value.unsigned_abs()));
    }
    Ok(format!("for a person to look at: {failure:#}"))
}
