//! The outcomes that workers store: one for every job, whatever the job is, and however many workers there are.
#![forbid(unsafe_code)]

use jobs_process::Program;
use jobs_store::{Outcome, State, Store};
use jobs_types::{Configure, Download, DownloadFailed, GenericResult, Job, Negative, Publish, Roots, Share};
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

fn store() -> (TempDir, PathBuf, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("jobs.sqlite");
    let store = Store::create(&database).expect("the store can be made");
    (folder, database, store)
}

fn worker(database: &PathBuf) -> Program {
    Program::start(Command::new(env!("CARGO_BIN_EXE_jobs-worker")).arg(database)).expect("the worker can be started")
}

/// Lets one worker run the job, and returns the stored outcome.
#[track_caller]
fn outcome_of(job: &[u8]) -> Outcome {
    let (_folder, database, mut store) = store();
    let id = store.import(job, None).expect("the job can be queued");
    let ended = worker(&database).finish().expect("the worker ends");
    assert!(ended.is_success);
    assert_eq!(ended.lines, [format!("ack {id}")]);
    let rows = store.rows().expect("the rows can be read");
    let [row] = rows.as_slice() else { panic!("{} rows", rows.len()) };
    assert_eq!(row.state, State::Done);
    typeport::from_slice(row.outcome.as_ref().expect("an outcome")).expect("the outcome is an envelope")
}

#[track_caller]
fn outcome(job: &dyn Job) -> Outcome {
    outcome_of(&typeport::to_vec(job).expect("the job can be encoded"))
}

#[test]
fn results_and_errors_are_stored_typed() {
    let value = outcome(&Roots { values: vec![4, 10] }).expect("roots");
    assert_eq!(value.decode::<GenericResult<Vec<i64>>>().expect("that type"), GenericResult { value: vec![2, 3] });

    let failure = outcome(&Roots { values: vec![4, -10] }).expect_err("a negative number");
    assert_eq!(failure.downcast::<Negative<i64>>().expect("that type"), Negative { value: -10 });

    let failure = outcome(&Publish { url: "https://example.org/gone".to_owned() }).expect_err("no report");
    let messages = ["https://example.org/gone is not published", "step 1 failed with status 404"];
    assert_eq!(failure.messages().collect::<Vec<_>>(), messages);
    assert_eq!(failure.downcast_ref(), Some(&DownloadFailed { step: 1, status: 404 }));

    let failure = outcome(&Configure { text: "a=b".to_owned() }).expect_err("no number");
    assert_eq!(format!("{failure:#}"), "no configuration: cannot read `a=b`: invalid digit found in string");
    assert!(failure.value().is_none());
}

#[test]
fn what_cannot_be_run_has_an_outcome() {
    let failure = outcome(&Share { amount: 1, among: 0 }).expect_err("a panic");
    assert_eq!(failure.to_string(), "jobs_types::Share panicked");
    let failure = outcome_of(b"no job").expect_err("no envelope");
    assert!(failure.to_string().starts_with("not an envelope: "), "{failure}");
    let failure = outcome_of(&typeport::to_vec(&7_u8).expect("a number can be encoded")).expect_err("no job");
    assert!(failure.to_string().starts_with("`u8` is not a member of `dyn jobs_types::Job`"), "{failure}");
    // A small job with a large result.
    let failure = outcome(&Download { url: String::new(), n_steps: 2_000_000 }).expect_err("too large");
    assert!(failure.to_string().starts_with("limit exceeded: "), "{failure}");
}

#[test]
fn workers_side_by_side_do_each_job_once() {
    let (_folder, database, mut store) = store();
    let jobs: Vec<Box<dyn Job>> =
        (0..60).map(|value| Box::new(Roots { values: vec![value] }) as Box<dyn Job>).collect();
    let mut expected: Vec<String> =
        store.enqueue(&jobs).expect("the jobs can be queued").iter().map(|id| format!("ack {id}")).collect();
    let workers: Vec<Program> = (0..4).map(|_| worker(&database)).collect();
    let ended = workers.into_iter().map(|worker| worker.finish().expect("the worker ends"));
    let mut lines: Vec<String> = ended.flat_map(|ended| ended.lines).collect();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
}
