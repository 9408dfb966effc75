//! The built worker, driven over its pipes: it runs jobs of types that none of its lines names.
#![forbid(unsafe_code)]

use files_answers::Unreadable;
use files_jobs::{Answer, Failure, Hit, Job, LongerThan, Report, Search};
use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;
use wait_timeout::ChildExt;

/// Far more than any run takes; a worker that hangs fails its test.
const TIME_LIMIT: Duration = Duration::from_secs(30);

const THIS_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol.rs");

/// Gives the worker its whole input, and returns its output.
fn run(input: Vec<u8>) -> (ExitStatus, Vec<u8>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_files-worker"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut worker = command.spawn().expect("the worker can be started");
    let (mut stdin, mut stdout) = (worker.stdin.take().expect("piped"), worker.stdout.take().expect("piped"));
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let reader = thread::spawn(move || {
        let mut answers = Vec::new();
        stdout.read_to_end(&mut answers).map(|_| answers)
    });
    let status = worker.wait_timeout(TIME_LIMIT).expect("a child can be waited for");
    if status.is_none() {
        worker.kill().expect("a child can be killed");
    }
    let mut errors = String::new();
    worker.stderr.take().expect("piped").read_to_string(&mut errors).expect("errors are text");
    writer.join().expect("the writer does not panic");
    let answers = reader.join().expect("the reader does not panic").expect("answers can be read");
    (status.expect("the worker ends in time"), answers, errors)
}

/// The answer to one job; the farewell follows it.
#[track_caller]
fn ask(job: &dyn Job) -> Box<dyn Answer> {
    let (status, answers, errors) = run(typeport::to_vec(job).expect("the job can be encoded"));
    assert!(status.success(), "{errors}");
    let (answer, rest) = typeport::take_from_slice(&answers).expect("the first answer");
    let farewell: Box<dyn Answer> = typeport::from_slice(rest).expect("the farewell, and nothing else");
    let name = farewell.type_name().to_string();
    assert_eq!(name, "files_jobs::Farewell<BTreeMap<String, files_answers::Row>>");
    answer
}

#[test]
fn a_specialization_that_only_this_test_names_is_run() {
    let pattern = vec![vec![LongerThan(1000)], vec![LongerThan(118), LongerThan(119)]];
    let answer = ask(&Search { path: THIS_FILE.to_owned(), pattern });
    let text = include_str!("protocol.rs");
    let expected = (1..).zip(text.lines()).filter(|(_, line)| line.len() > 118).map(|(line, _)| Hit { line });
    let report: Report<Vec<Hit>> = typeport::downcast(answer).expect("the hits");
    assert_eq!(report.finding, expected.collect::<Vec<_>>());
    assert_eq!((report.path.as_str(), report.size.bytes), (THIS_FILE, text.len() as u64));
}

#[test]
fn a_missing_file_is_an_answer() {
    let answer = ask(&Search { path: "no/such/file".to_owned(), pattern: "text".to_owned() });
    let failure: Failure<Unreadable> = typeport::downcast(answer).expect("the failure");
    assert_eq!(failure.path, "no/such/file");
}

#[test]
fn no_jobs_are_answered_by_a_farewell() {
    let (status, answers, _) = run(Vec::new());
    assert!(status.success());
    assert!(typeport::from_slice::<Box<dyn Answer>>(&answers).is_ok());
}

#[test]
fn bytes_that_are_no_job_end_the_worker() {
    let (status, answers, errors) = run(b"text".to_vec());
    assert_eq!((status.code(), answers), (Some(1), Vec::new()));
    assert!(errors.starts_with("files-worker: "), "{errors}");
}
