//! The worker: claims one job after the other, runs it and stores its outcome, until none is left. It prints `ack` and the
//! job's id for each outcome on the disk. It names no type of a job or a result: they are `Box<dyn ..>`.
#![forbid(unsafe_code)]

use jobs_store::{State, Store, StoreError};
use jobs_types::Job;
use std::error::Error;
use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;
use typeport::{Failure, Value};

/// Longer than any job takes. The claims of a worker that ends are free at once; this is for one that hangs.
const LEASE: Duration = Duration::from_secs(60);

/// Until the next look at jobs that other workers have.
const PAUSE: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [database] = arguments.as_slice() else {
        eprintln!("usage: jobs-worker DATABASE");
        return ExitCode::from(2);
    };
    // In a line: a panic of a job is an outcome, and no end of this program.
    std::panic::set_hook(Box::new(|panic| eprintln!("jobs-worker: {panic}")));
    match work(Path::new(database)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jobs-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn work(database: &Path) -> Result<(), Box<dyn Error>> {
    let mut store = Store::open(database)?;
    let worker = store.sign_on()?;
    loop {
        if let Some(claim) = store.claim(&worker, LEASE)? {
            let outcome = run(&claim.envelope);
            let is_stored = match store.finish(&claim, &outcome) {
                // A result that is too large, for one: the job is done all the same, and this is what came of it.
                Err(StoreError::Envelope(error)) => store.finish(&claim, &Err(error.into()))?,
                other => other?,
            };
            if is_stored {
                writeln!(stdout(), "ack {}", claim.id)?;
                stdout().flush()?;
            }
        } else if store.count(State::Claimed)? == 0 {
            return Ok(());
        } else {
            thread::sleep(PAUSE);
        }
    }
}

/// Bytes that are no job, and a job that panics, have an outcome as any other: else they would come back for ever.
fn run(envelope: &[u8]) -> Result<Box<dyn Value>, Failure> {
    let job: Box<dyn Job> = typeport::from_slice(envelope)?;
    let result = catch_unwind(AssertUnwindSafe(|| job.run()));
    Ok(result.map_err(|_| format!("{} panicked", job.type_name()))??)
}
