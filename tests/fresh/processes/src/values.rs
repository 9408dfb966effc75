//! The values of the matrix, and how they are sent to another process. Imports `program` and the peer.

use crate::run;
use fresh_peer::{Account, Report, Sent};

/// The state formats, as the programs take them on the command line.
pub const FORMATS: [&str; 3] = ["postcard", "bincode", "json"];

/// What is compiled into the worker: types without parameters, a member by name, and listed specializations.
const NATIVE: [&str; 5] = [
    "results::NullContext",
    "results::DateContext",
    "domain::Pair<i64, String>",
    "domain::Sum<i64>",
    "domain::Sum<f64>",
];

/// All values, from a new producer.
#[track_caller]
pub fn matrix(format: &str) -> Vec<Sent> {
    run("fresh-producer", &[format, "matrix"], Vec::new())
}

/// Sends the values to a new process of that program, one envelope behind the other.
#[track_caller]
pub fn exchange<'a>(program: &str, format: &str, values: impl IntoIterator<Item = &'a Sent>) -> Account {
    let (mut arguments, mut input) = (vec![format], Vec::new());
    for value in values {
        arguments.push(&value.interface);
        input.extend(&value.seen.bytes);
    }
    run(program, &arguments, input)
}

/// Checks that a value was the same on the other side, and was erased there if it could be.
#[track_caller]
pub fn check_crossed(sent: &Sent, report: &Report) {
    let resolution = if NATIVE.contains(&&*sent.name) { "Native" } else { "Erased" };
    let expected = Report::Decoded { resolution: resolution.to_owned(), seen: sent.seen.clone() };
    assert_eq!(*report, expected, "{}", sent.name);
}
