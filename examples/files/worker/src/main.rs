//! The worker: reads jobs from stdin, runs each, writes its answer to stdout, and says farewell when the jobs end.
//! It names no job and no specialization of one: a job is a `Box<dyn Job>`.
#![forbid(unsafe_code)]

use files_answers::{Row, Table, read};
use files_jobs::{Farewell, Job};
use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    match serve(stdin().lock(), stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("files-worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(mut jobs: impl BufRead, mut answers: impl Write) -> Result<(), Box<dyn Error>> {
    let mut finding = Table::new();
    while !jobs.fill_buf()?.is_empty() {
        let job: Box<dyn Job> = typeport::from_reader(&mut jobs)?;
        let answer = match read(job.path()) {
            Ok(text) => {
                Row::add(&mut finding, job.path(), &text);
                job.run(&text)
            }
            Err(failure) => failure,
        };
        typeport::to_writer(&mut answers, &*answer)?;
        answers.flush()?;
    }
    typeport::to_writer(&mut answers, &Farewell { worker: std::process::id(), finding })?;
    answers.flush()?;
    Ok(())
}
