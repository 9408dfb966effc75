//! The demonstration, with the built programs beside it.
#![forbid(unsafe_code)]

use jobs_process::Program;
use std::process::Command;

#[test]
fn all_is_as_expected() {
    let demo = Program::start(&mut Command::new(env!("CARGO_BIN_EXE_jobs-demo")));
    let ended = demo.and_then(Program::finish).expect("the demonstration ends");
    assert!(ended.is_success);
    assert!(ended.lines.iter().any(|line| line.contains("step 2 failed with status 503")), "{:?}", ended.lines);
}
