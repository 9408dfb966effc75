//! Workers that die, and programs that are not workers. Imports `folder`, `run`.
#![cfg(unix)]

use crate::folder::Folder;
use crate::run::{Run, dispatcher, worker};

fn ten_files(name: &str) -> Folder {
    (0..10).fold(Folder::new(name), |folder, number| folder.with(format!("{number}.txt"), "one two\n"))
}

/// A run in which the first worker that is started dies; those after it work.
fn run_with_a_death(name: &str, n_workers: &str) -> Run {
    let (folder, place) = (ten_files(name), Folder::new(&format!("{name}-marker")));
    let mut command = dispatcher();
    command.env("WORKER", worker()).env("MARKER", place.path().join(name));
    command.args(["--workers", n_workers, "--worker", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/runs/dies_once")]);
    Run::of(command.arg(folder.path()))
}

#[track_caller]
fn check_one_death(run: &Run, status: &str) {
    run.check(&["failures by files_dispatcher::WorkerDied: 1"]);
    assert_eq!((run.number("  files read"), run.number("  failures"), run.number("  words")), (9, 1, 18));
    assert!(run.stdout.contains(&format!(".txt: its worker died: {status}")), "{}", run.stdout);
}

#[test]
fn a_dead_worker_costs_one_job_and_its_exit_status_is_named() {
    check_one_death(&run_with_a_death("a_dead_worker", "2"), "exit status: 7");
}

#[test]
fn a_dead_worker_is_replaced_where_it_was_the_only_one() {
    check_one_death(&run_with_a_death("the_only_worker", "1"), "exit status: 7");
}

#[test]
fn a_worker_that_was_killed_is_told_by_its_signal() {
    check_one_death(&run_with_a_death("killed_by_signal", "2"), "signal: 9 (SIGKILL)");
}

#[test]
fn each_job_fails_by_itself_where_no_worker_lives() {
    let folder = ten_files("each_job_fails_by_itself");
    let run = Run::of(dispatcher().args(["--worker", "false"]).arg(folder.path()));
    run.check(&["failures by files_dispatcher::WorkerDied: 10"]);
    assert_eq!(run.number("  files read"), 0);
}

#[test]
fn a_program_that_is_no_worker_gives_no_answers() {
    let folder = ten_files("a_program_that_is_no_worker");
    for program in ["cat", "yes"] {
        let run = Run::of(dispatcher().args(["--worker", program]).arg(folder.path()));
        run.check(&["failures by files_dispatcher::NoAnswer: 10"]);
    }
}
