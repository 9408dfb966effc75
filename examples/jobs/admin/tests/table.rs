//! The output of admin for rows whose types this test links, and admin does not.
#![forbid(unsafe_code)]

use jobs_process::Program;
use jobs_store::Store;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::process::Command;
use typeport::{Failure, Portable, Value};

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "elsewhere::Job")]
struct Job(u8);

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "elsewhere::Answer")]
struct Answer<T> {
    value: T,
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "elsewhere::Lost")]
#[error("{place} is lost")]
struct Lost {
    place: String,
    #[source]
    cause: Option<Box<Lost>>,
}

type Outcome = Result<Box<dyn Value>, Failure>;

fn lost(place: &str, cause: Option<Lost>) -> Lost {
    Lost { place: place.to_owned(), cause: cause.map(Box::new) }
}

fn encoded(outcome: Outcome) -> Vec<u8> {
    typeport::to_vec(&outcome).expect("the outcome can be encoded")
}

/// What admin says of each outcome.
fn says(outcomes: &[&[u8]]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("jobs.sqlite");
    let mut store = Store::create(&database).expect("the store can be made");
    let job = typeport::to_vec(&Job(1)).expect("the job can be encoded");
    for outcome in outcomes {
        store.import(&job, Some(outcome)).expect("the row can be stored");
    }
    let admin = Program::start(Command::new(env!("CARGO_BIN_EXE_jobs-admin")).arg(&database));
    let ended = admin.and_then(Program::finish).expect("admin ends");
    assert!(ended.is_success);
    let mut lines = ended.lines.into_iter();
    let header = lines.next().expect("a header");
    let at = header.find("outcome").expect("a column of outcomes");
    assert_eq!(header[..at].split_whitespace().collect::<Vec<_>>(), ["job", "state", "bytes", "type"]);
    let lines: Vec<String> = lines.collect();
    for ((id, outcome), line) in (1..).zip(outcomes).zip(&lines) {
        let (id, bytes) = (format!("{id}"), outcome.len().to_string());
        assert_eq!(line[..at].split_whitespace().collect::<Vec<_>>(), [&*id, "done", &*bytes, "elsewhere::Job"]);
    }
    lines.iter().map(|line| line[at..].to_owned()).collect()
}

#[track_caller]
fn check(outcome: &[u8], expected: &str) {
    assert_eq!(says(&[outcome]), [expected]);
}

#[test]
fn results_have_their_type() {
    check(&encoded(Ok(Box::new(Answer { value: vec![Job(1)] }))), "a elsewhere::Answer<Vec<elsewhere::Job>>");
}

#[test]
fn failures_have_their_exact_messages() {
    let failure = lost("the key", Some(lost("the bag", Some(lost("größe `x` \"y\"", None)))));
    let expected = "failed with elsewhere::Lost: the key is lost: the bag is lost: größe `x` \"y\" is lost";
    check(&encoded(Err(failure.into())), expected);
    check(&encoded(Err("no type".into())), "failed with text: no type");
}

#[test]
fn messages_cannot_steer_the_terminal() {
    let failure = lost("\u{1b}[2J\r\n9  done \u{202e}", None);
    check(&encoded(Err(failure.into())), "failed with elsewhere::Lost: \\u{1b}[2J\\r\\n9  done \\u{202e} is lost");
}

#[test]
fn what_is_no_envelope_is_shown_as_far_as_it_can_be_read() {
    check(b"", "not an envelope; no text in it");
    check(b"\x00\xff\x1bab", "not an envelope; no text in it");
    check(b" {\"user\": 1}", "not an envelope (starts like JSON); text in it: \" {\"user\": 1}\"");
    check(b"\x05\x00some words\x1b[0m", "not an envelope; text in it: \"some words\"");
    let bytes = encoded(Err(lost("the key", None).into()));
    let mut damaged = bytes.clone();
    let late = bytes.len() - 20;
    damaged[late] ^= 1;
    let (cut, damaged) = (&bytes[..late], damaged.as_slice());
    for (bytes, reason) in [(cut, "the envelope is truncated"), (damaged, "checksum mismatch")] {
        let says = says(&[bytes]).concat();
        assert!(says.starts_with(&format!("{reason}; text in it: \"")), "{says}");
        assert!(says.contains(".. the key is lost .."), "{says}");
    }
}

#[test]
fn an_envelope_of_something_else_is_no_outcome() {
    let bytes = typeport::to_vec(&Answer { value: 1_u8 }).expect("the value can be encoded");
    let expected = "no outcome: wrong type: expected `Result<Box<dyn typeport::Value>, typeport::Failure>`, found \
                    `elsewhere::Answer<u8>`";
    check(&bytes, expected);
}

/// All packages that a package is built of, by the lock file; those of its tests are among them.
fn built_of(package: &str) -> BTreeSet<String> {
    let lock = include_str!("../../Cargo.lock");
    let mut found = BTreeSet::from([package.to_owned()]);
    let mut open = vec![package.to_owned()];
    while let Some(package) = open.pop() {
        let start = format!("\nname = \"{package}\"\n");
        let section = lock.split("[[package]]").find(|section| section.starts_with(&start)).expect("a package");
        let dependencies = section.split("dependencies = [").nth(1).unwrap_or_default();
        for name in dependencies.split('"').skip(1).step_by(2) {
            let name = name.split(' ').next().unwrap_or_default().to_owned();
            if found.insert(name.clone()) {
                open.push(name);
            }
        }
    }
    found
}

#[test]
fn admin_links_none_of_the_types() {
    let packages = built_of("jobs-admin");
    assert!(packages.contains("typeport") && packages.contains("rusqlite"), "{packages:?}");
    assert!(!packages.contains("jobs-types") && !packages.contains("jobs-former"), "{packages:?}");
    assert!(built_of("jobs-replay").contains("jobs-types"));
}
