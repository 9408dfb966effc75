//! The rows of this program have the former names; replay and worker read them by their aliases.
#![forbid(unsafe_code)]

use jobs_process::Program;
use jobs_store::{Outcome, Store};
use std::process::Command;
use typeport::Envelope;

#[test]
fn rows_have_the_former_names() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let database = folder.path().join("jobs.sqlite");
    let store = Store::create(&database).expect("the store can be made");
    let former = Program::start(Command::new(env!("CARGO_BIN_EXE_jobs-former")).arg(&database));
    assert!(former.and_then(Program::finish).expect("the program ends").is_success);
    let mut names = Vec::new();
    for row in store.rows().expect("the rows can be read") {
        names.push(Envelope::parse(&row.job).expect("a job").type_name().to_string());
        let Some(outcome) = row.outcome else { continue };
        names.push(match typeport::from_slice::<Outcome>(&outcome).expect("an outcome") {
            Ok(value) => value.type_name().to_string(),
            Err(failure) => failure.type_name().expect("a typed error").to_string(),
        });
    }
    let [fetch, found, failed] = ["jobs_types::Fetch", "jobs_types::Found<Vec<i64>>", "jobs_types::FetchFailed"];
    assert_eq!(names, [fetch, found, fetch, failed, fetch, failed, fetch]);
}
