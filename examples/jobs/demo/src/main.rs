//! The whole example: fills a store, starts workers that run the jobs and kills one of them, plants rows of every kind, and
//! compares the output of `admin` and `replay` with `expected/`. `TYPEPORT_BLESS=1` updates the expected output.
#![forbid(unsafe_code)]

mod jobs;
mod strange;

use jobs_process::{Ended, Program, sibling};
use jobs_store::{State, Store};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Those that run at once.
const N_WORKERS: usize = 3;

fn main() -> ExitCode {
    match demonstrate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("jobs-demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn demonstrate() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("jobs.sqlite");
    let mut store = Store::create(&database)?;
    store.enqueue(&jobs::all())?;
    run("jobs-former", &database)?;
    store.import(b"{\"run\": \"this\"}", None)?;
    work(&database, store.count(State::Queued)?)?;
    strange::plant(&mut store)?;

    println!("admin links none of the types, and lists all:\n");
    compare("admin.txt", &run("jobs-admin", &database)?)?;
    println!("\nreplay links the types, and acts on them:\n");
    compare("replay.txt", &run("jobs-replay", &database)?)?;
    let n_retries = store.count(State::Queued)?;
    run("jobs-replay", &database)?;
    ensure(n_retries > 0 && store.count(State::Queued)? == n_retries, "a second replay queues nothing")?;
    store.check()?;
    println!("\n{n_retries} jobs are queued again; a second replay queues none of them twice.");
    Ok(())
}

/// Lets workers run all jobs. The first worker is killed after its first acknowledgement, and others finish its jobs.
fn work(database: &Path, n_jobs: i64) -> Result<(), Box<dyn Error>> {
    println!("one of the jobs has a bug: the panic that is printed is its");
    let killed = worker(database)?;
    let mut acknowledged: Vec<String> = killed.next_line().into_iter().collect();
    acknowledged.extend(killed.kill()?.lines);
    println!("a worker is killed when it has acknowledged an outcome");
    let workers: Vec<Program> = (0..N_WORKERS).map(|_| worker(database)).collect::<Result<_, _>>()?;
    for worker in workers {
        let Ended { lines, is_success } = worker.finish()?;
        ensure(is_success, "a worker ends well")?;
        acknowledged.extend(lines);
    }
    let different: BTreeSet<&String> = acknowledged.iter().collect();
    println!("{N_WORKERS} workers did the rest: {} outcomes, {n_jobs} jobs\n", acknowledged.len());
    // The killed one may have stored an outcome and not come to say so.
    let n_missing = n_jobs - acknowledged.len() as i64;
    ensure(different.len() == acknowledged.len() && (0..=1).contains(&n_missing), "each job is done once")
}

fn worker(database: &Path) -> Result<Program, Box<dyn Error>> {
    Ok(Program::start(Command::new(sibling("jobs-worker")?).arg(database))?)
}

/// Runs a program to its end and returns its output.
fn run(name: &str, database: &Path) -> Result<String, Box<dyn Error>> {
    let Ended { lines, is_success } = Program::start(Command::new(sibling(name)?).arg(database))?.finish()?;
    ensure(is_success, &format!("{name} ends well"))?;
    Ok(lines.iter().map(|line| format!("{line}\n")).collect())
}

/// Prints the text, which has to be the expected one.
fn compare(name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    print!("{text}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("expected").join(name);
    if std::env::var_os("TYPEPORT_BLESS").is_some() {
        fs::write(&path, text)?;
    }
    let expected = fs::read_to_string(&path)?;
    let differs = text.lines().zip(expected.lines()).find(|(line, expected)| line != expected);
    if let Some((line, expected)) = differs {
        return Err(format!("{name} has another line\nexpected: {expected}\n   found: {line}").into());
    }
    ensure(text == expected, &format!("as many lines as in {name}"))
}

fn ensure(is_so: bool, what: &str) -> Result<(), Box<dyn Error>> {
    if is_so { Ok(()) } else { Err(format!("not as expected: {what}").into()) }
}
