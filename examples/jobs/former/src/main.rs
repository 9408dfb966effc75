//! A program that was built before the types of the example were renamed: it stores rows under their former names. It stands
//! for last year's rows, and so links none of the current types.
#![forbid(unsafe_code)]

use jobs_store::Store;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use typeport::{Failure, Portable, Value};

/// `Download` today.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "jobs_types::Fetch")]
struct Fetch {
    url: String,
    n_steps: u32,
}

/// `GenericResult` today.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "jobs_types::Found")]
struct Found<T> {
    value: T,
}

/// `DownloadFailed` today.
#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "jobs_types::FetchFailed")]
#[error("fetch: step {step}, status {status}")]
struct FetchFailed {
    step: u32,
    status: u16,
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [database] = arguments.as_slice() else {
        eprintln!("usage: jobs-former DATABASE");
        return ExitCode::from(2);
    };
    match store(Path::new(database)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jobs-former: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A job with a result, two that failed, and one that nobody has claimed.
fn store(database: &Path) -> Result<(), Box<dyn Error>> {
    let mut store = Store::open(database)?;
    let job = |name: &str| typeport::to_vec(&Fetch { url: format!("https://example.org/{name}"), n_steps: 2 });
    let outcomes: [Result<Box<dyn Value>, Failure>; 3] = [
        Ok(Box::new(Found { value: vec![7_i64, 11] })),
        Err(FetchFailed { step: 2, status: 503 }.into()),
        Err(FetchFailed { step: 1, status: 410 }.into()),
    ];
    for outcome in &outcomes {
        store.import(&job("former")?, Some(&typeport::to_vec(outcome)?))?;
    }
    store.import(&job("waiting")?, None)?;
    Ok(())
}
