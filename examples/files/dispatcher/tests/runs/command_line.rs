//! What the command line accepts, and how the dispatcher ends. Imports `folder`, `run`.

use crate::folder::Folder;
use crate::run::{Run, dispatcher};

#[track_caller]
fn check_refused(arguments: &[&str], code: i32, message: &str) {
    let run = Run::of(dispatcher().args(arguments));
    assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""));
    let message = format!("files-dispatcher: {message}");
    assert!(run.stderr.starts_with(&message) && run.stderr.lines().count() == 1, "{}", run.stderr);
}

#[test]
fn a_folder_that_is_none_is_exit_code_2() {
    check_refused(&["no/such/folder"], 2, "cannot list no/such/folder: ");
    check_refused(&["Cargo.toml"], 2, "cannot list Cargo.toml: ");
}

#[test]
fn a_wrong_option_is_exit_code_2() {
    check_refused(&["--wrokers", "2"], 2, "unknown option --wrokers; --help shows the options");
    check_refused(&["--workers"], 2, "--workers needs a value");
    check_refused(&["--workers", "0"], 2, "--workers needs a number from 1, not `0`");
    check_refused(&["here", "there"], 2, "more than one folder given");
}

#[test]
fn a_worker_that_cannot_be_started_is_exit_code_1() {
    let folder = Folder::new("a_worker_that_cannot_be_started").with("a.txt", "text");
    let folder = folder.path().to_str().expect("the folders of tests have plain names");
    check_refused(&["--worker", "no/such/worker", folder], 1, "cannot start no/such/worker: ");
}

#[test]
fn an_empty_folder_is_no_failure() {
    let folder = Folder::new("an_empty_folder_is_no_failure");
    let run = Run::new(&[folder.path().as_ref()]);
    run.check(&[]);
    assert_eq!((run.number("  files read"), run.number("  failures")), (0, 0));
}

#[test]
fn help_lists_every_option() {
    let run = Run::of(dispatcher().arg("--help"));
    run.check(&["Usage: files-dispatcher [OPTIONS] [FOLDER]"]);
    assert!(["--workers", "--worker", "--help"].iter().all(|option| run.stdout.contains(option)));
}

#[test]
#[cfg(unix)]
fn a_reader_that_has_seen_enough_is_no_failure() {
    use std::process::{Command, Stdio};
    let mut reader = Command::new("true").stdin(Stdio::piped()).spawn().expect("`true` can be started");
    let pipe = reader.stdin.take().expect("it is piped");
    reader.wait().expect("`true` ends");
    let run = Run::of(dispatcher().arg("--help").stdout(pipe));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}
