//! The admin program: lists the jobs of a store with their outcomes. It links no type of a job, a result or an error, and
//! prints all that their envelopes reveal without the types.
#![forbid(unsafe_code)]

mod describe;
mod table;

use jobs_store::Store;
use std::error::Error;
use std::io::{ErrorKind, Write, stdout};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [database] = arguments.as_slice() else {
        eprintln!("usage: jobs-admin DATABASE");
        return ExitCode::from(2);
    };
    let text = match list(Path::new(database)) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("jobs-admin: {error}");
            return ExitCode::FAILURE;
        }
    };
    match stdout().write_all(text.as_bytes()) {
        // A reader of our output that has seen enough is no failure.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

fn list(database: &Path) -> Result<String, Box<dyn Error>> {
    let mut rows = vec![["job", "state", "bytes", "type", "outcome"].map(str::to_owned)];
    for row in Store::open(database)?.rows()? {
        let (bytes, mut outcome) = match &row.outcome {
            Some(bytes) => (bytes.len().to_string(), describe::outcome(bytes)),
            None => (String::new(), String::new()),
        };
        let job = describe::job(&row.job).unwrap_or_else(|reason| {
            outcome = format!("[the job: {reason}] {outcome}");
            "?".to_owned()
        });
        rows.push([row.id.to_string(), row.state.name().to_owned(), bytes, job, outcome]);
    }
    Ok(table::print(&rows))
}
