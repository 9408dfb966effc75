//! The dispatcher: sends one job per file of a folder to worker processes, which run another program. It sees each answer as a
//! `Box<dyn Answer>`; the types of the workers' findings are linked, and named only in the last line of the report.
#![forbid(unsafe_code)]

mod args;
mod jobs;
mod ledger;
mod pool;
mod progress;
mod reasons;
mod report;
mod table;
mod worker;

use args::{Options, Request};
use files_jobs::{Answer, Counts, Report};
use jobs::Found;
use ledger::Ledger;
use progress::Progress;
use std::io::{self, Write, stdout};
use std::process::ExitCode;
use std::time::Instant;
use worker::Arrival;

// Linked, so that its types can be decoded; without this line the linker drops a crate that nothing names.
use files_answers as _;

// The one type that this program names takes the native path. It would work as well without this line.
typeport::specialize!(Report<Counts> as dyn Answer);

/// The command line or the folder is wrong; any other failure is 1.
const WRONG_USE: u8 = 2;

fn main() -> ExitCode {
    let request = match args::parse(std::env::args_os().skip(1)) {
        Ok(request) => request,
        Err(message) => return fail(WRONG_USE, &format!("{message}; --help shows the options")),
    };
    match request {
        Request::Help => finish(stdout().write_all(args::HELP.as_bytes())),
        Request::Run(options) => run(&options),
    }
}

fn run(options: &Options) -> ExitCode {
    let start = Instant::now();
    let Found { jobs, failures } = match jobs::jobs_for(&options.folder) {
        Ok(found) => found,
        Err(error) => return fail(WRONG_USE, &format!("cannot list {}: {error}", options.folder.display())),
    };
    let (n_files, n_workers) = (jobs.len(), options.n_workers.min(jobs.len()));
    let mut ledger = Ledger::new(&jobs);
    failures.into_iter().for_each(|answer| ledger.add(Arrival { answer, n_sent: 0, n_received: 0 }));
    let mut progress = Progress::new(n_files);
    let done = pool::run(&options.worker, n_workers, jobs, |arrival| {
        ledger.add(arrival);
        progress.step();
    });
    progress.clear();
    if let Err(error) = done {
        return fail(1, &format!("cannot start {}: {error}", options.worker.display()));
    }
    let (folder, seconds) = (options.folder.display(), start.elapsed().as_secs_f64());
    let title = format!("files in {folder}: {n_files}, worker processes: {n_workers}, seconds: {seconds:.2}");
    finish(report::print(&mut stdout().lock(), &title, ledger))
}

/// A reader of our output that has seen enough is no failure.
fn finish(printed: io::Result<()>) -> ExitCode {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => fail(1, &format!("cannot print: {error}")),
        _ => ExitCode::SUCCESS,
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    eprintln!("files-dispatcher: {message}");
    ExitCode::from(code)
}
