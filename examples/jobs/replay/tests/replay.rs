//! The reaction of replay to each outcome.
#![forbid(unsafe_code)]

use jobs_process::Program;
use jobs_store::Store;
use jobs_types::{DownloadFailed, GenericResult, Negative};
use std::process::Command;
use typeport::{Failure, Value};

/// What replay says of the outcomes in its first run and in a second one, and the envelopes of the jobs that it queued.
fn replay(outcomes: &[Vec<u8>]) -> [Vec<String>; 3] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("jobs.sqlite");
    let mut store = Store::create(&database).expect("the store can be made");
    for (number, outcome) in outcomes.iter().enumerate() {
        store.import(format!("job {number}").as_bytes(), Some(outcome)).expect("the row can be stored");
    }
    let run = || {
        let replay = Program::start(Command::new(env!("CARGO_BIN_EXE_jobs-replay")).arg(&database));
        let ended = replay.and_then(Program::finish).expect("replay ends");
        assert!(ended.is_success);
        ended.lines
    };
    let (first, second) = (run(), run());
    let rows = store.rows().expect("the rows can be read");
    let queued = rows.iter().filter(|row| row.outcome.is_none());
    [first, second, queued.map(|row| String::from_utf8_lossy(&row.job).into_owned()).collect()]
}

fn encoded(outcome: Result<Box<dyn Value>, Failure>) -> Vec<u8> {
    typeport::to_vec(&outcome).expect("the outcome can be encoded")
}

#[test]
fn the_fields_of_an_error_decide() {
    let failed = |step, status| encoded(Err(DownloadFailed { step, status }.into()));
    let outcomes = [
        failed(1, 404),
        failed(2, 500),
        failed(3, 599),
        failed(4, 600),
        failed(5, 499),
        encoded(Err(Negative { value: i64::MIN }.into())),
        encoded(Err(Negative { value: -1.5 }.into())),
        encoded(Err("\u{7}text".into())),
    ];
    let [first, second, queued] = replay(&outcomes);
    let expected = [
        "job 1: status 404 at step 1 is for good: given up",
        "job 2: status 500 at step 2 may pass: queued again as job 9",
        "job 3: status 599 at step 3 may pass: queued again as job 10",
        "job 4: status 600 at step 4 is for good: given up",
        "job 5: status 499 at step 5 is for good: given up",
        "job 6: -9223372036854775808 has no root, 9223372036854775808 has: given up",
        "job 7: for a person to look at: -1.5 is negative",
        "job 8: for a person to look at: \\u{7}text",
    ];
    assert_eq!(first, expected);
    assert_eq!(second[1], "job 2: status 500 at step 2 may pass: was queued again before");
    assert_eq!(queued, ["job 1", "job 2"], "each once, in two runs");
}

#[test]
fn results_are_trait_objects_and_the_rest_is_skipped() {
    let bytes = encoded(Ok(Box::new(GenericResult { value: vec![Some("x".to_owned())] })));
    let cut = bytes[..bytes.len() - 1].to_vec();
    let [lines, ..] = replay(&[bytes.clone(), encoded(Ok(Box::new(7_u8))), b"{}".to_vec(), cut]);
    assert_eq!(lines[0], "job 1: result: [Some(\"x\")]");
    assert!(
        lines[1].starts_with("job 2: skipped: `u8` is not a member of `dyn jobs_types::JobResult`"),
        "{}",
        lines[1]
    );
    assert!(lines[2].starts_with("job 3: skipped: not an envelope: "), "{}", lines[2]);
    let n_bytes = bytes.len();
    let expected =
        format!("job 4: skipped: the envelope is truncated: {n_bytes} bytes needed, {} available", n_bytes - 1);
    assert_eq!(lines[3], expected);
}
