//! A worker that is killed at any moment loses nothing that it has acknowledged.
#![forbid(unsafe_code)]

use jobs_process::Program;
use jobs_store::{Outcome, Row, State, Store};
use jobs_types::{Download, DownloadFailed, GenericResult, Job, Roots};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const N_KILLS: u32 = 100;

/// More than a worker does before it is killed, as a rule; where it is not, that kill does not count.
const ENOUGH_QUEUED: i64 = 150;

/// A worker is killed at most this long after an acknowledgement: a few times what a job takes.
const MOST_MICROSECONDS: u64 = 4000;

/// The acknowledged outcomes, and the content of their rows right after.
type Acknowledged = BTreeMap<i64, Vec<u8>>;

fn worker(database: &Path) -> Program {
    Program::start(Command::new(env!("CARGO_BIN_EXE_jobs-worker")).arg(database)).expect("the worker can be started")
}

/// Every third job fails.
fn fill(store: &mut Store) {
    let n_missing = ENOUGH_QUEUED - store.count(State::Queued).expect("the jobs can be counted");
    let job = |number: i64| -> Box<dyn Job> {
        match number % 3 {
            0 => Box::new(Download { url: "https://example.org/busy".to_owned(), n_steps: 2 }),
            _ => Box::new(Roots { values: vec![number * number] }),
        }
    };
    store.enqueue(&(0..n_missing).map(job).collect::<Vec<_>>()).expect("the jobs can be queued");
}

/// The ids in the lines, none of them acknowledged before.
fn note(lines: &[String], acknowledged: &mut Acknowledged) {
    for line in lines {
        let id = line.strip_prefix("ack ").and_then(|id| id.parse().ok()).expect("a line is an acknowledgement");
        assert!(acknowledged.insert(id, Vec::new()).is_none(), "job {id} is acknowledged twice");
    }
}

/// Opens the file as any other process would, and compares every acknowledged row with its former content.
fn check(database: &Path, acknowledged: &mut Acknowledged) {
    let store = Store::open(database).expect("the store can be opened");
    store.check().expect("the file is whole");
    let rows = store.rows().expect("the rows can be read");
    // A job with two outcomes would be two rows.
    assert!(rows.windows(2).all(|rows| rows[0].id < rows[1].id), "a job has two outcomes");
    let rows: BTreeMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    for (id, before) in acknowledged {
        let row = rows.get(id).unwrap_or_else(|| panic!("job {id} is lost"));
        let bytes = row.outcome.as_ref().unwrap_or_else(|| panic!("the outcome of job {id} is lost"));
        assert_eq!(row.state, State::Done, "job {id}");
        if before.is_empty() {
            check_outcome(bytes);
            before.clone_from(bytes);
        }
        assert_eq!(before, bytes, "the outcome of job {id} was changed");
    }
}

#[track_caller]
fn check_outcome(bytes: &[u8]) {
    match typeport::from_slice::<Outcome>(bytes).expect("an acknowledged outcome is an envelope") {
        Ok(value) => drop(value.decode::<GenericResult<Vec<i64>>>().expect("roots")),
        Err(failure) => assert_eq!(failure.downcast_ref(), Some(&DownloadFailed { step: 2, status: 503 })),
    }
}

#[test]
fn a_worker_that_is_killed_loses_no_acknowledged_row() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("jobs.sqlite");
    let mut store = Store::create(&database).expect("the store can be made");
    let mut acknowledged = Acknowledged::new();
    let (mut n_amid, mut state) = (0, 0x2545_f491_4f6c_dd1d_u64);
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    };
    for _ in 0..N_KILLS {
        fill(&mut store);
        let mut worker = worker(&database);
        // Some are killed as they start, others amid their work, at any point of a job.
        let first = (0..random(8)).map_while(|_| worker.next_line()).collect::<Vec<_>>();
        worker.leave(Duration::from_micros(random(MOST_MICROSECONDS))).expect("the worker can be waited for");
        let ended = worker.kill().expect("the worker can be killed");
        let lines = [first, ended.lines].concat();
        n_amid += u32::from(!lines.is_empty() && !ended.is_success);
        note(&lines, &mut acknowledged);
        check(&database, &mut acknowledged);
    }
    assert!(n_amid >= N_KILLS / 2, "only {n_amid} workers were killed amid their work");

    let last = worker(&database).finish().expect("the last worker ends");
    assert!(last.is_success);
    note(&last.lines, &mut acknowledged);
    check(&database, &mut acknowledged);
    let rows = store.rows().expect("the rows can be read");
    assert!(rows.iter().all(|row| row.state == State::Done && row.outcome.is_some()), "a job is left");
    // Between the commit and the acknowledgement a kill leaves a row that nobody has heard of, and no worker leaves two.
    let n_silent = rows.len() - acknowledged.len();
    println!("{n_amid} kills amid work; {} outcomes acknowledged, {n_silent} not", acknowledged.len());
    assert!(n_silent <= N_KILLS as usize, "{n_silent} outcomes were not acknowledged");
    let files = std::fs::read_dir(folder.path()).expect("the folder can be read");
    let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| name.contains("-worker-")).collect();
    assert_eq!(left, Vec::<String>::new(), "the files of killed workers are taken away");
}
