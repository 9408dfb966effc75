//! Values are sent to processes that never name their types, and downcast to exactly those types in a process that does.

use fresh_peer::{Account, Equality, Report, Sent};
use fresh_processes::{FORMATS, check_crossed, exchange, matrix, run};

/// What has to be among the values; further ones are there for what users add.
const REQUIRED: [&str; 12] = [
    "results::GenericResult<i64>",
    "results::GenericContext<String>",
    "results::ListResult<i64>",
    "results::DictResult<String, f64>",
    "results::ArrayResult<f64>",
    "results::GenericResult<results::ListResult<i64>>",
    "results::GenericResult<Vec<results::ListResult<i64>>>",
    "results::GenericResult<Option<results::ListResult<i64>>>",
    "results::GenericResult<BTreeMap<String, results::GenericContext<i64>>>",
    "results::GenericResult<Result<results::GenericContext<i64>, String>>",
    "results::GenericResult<(i64, Vec<domain::Foo>)>",
    "results::GenericResult<Box<dyn results::ResultBase>>",
];

#[track_caller]
fn check_account(sent: &[&Sent], account: &Account) {
    assert_eq!(account.conflicts, None);
    assert_eq!(account.reports.len(), sent.len());
    sent.iter().zip(&account.reports).for_each(|(sent, report)| check_crossed(sent, report));
}

#[track_caller]
fn check_each_alone(format: &str) {
    for sent in &matrix(format) {
        check_account(&[sent], &exchange("fresh-worker", format, [sent]));
    }
}

#[test]
fn each_value_crosses_alone_as_postcard() {
    check_each_alone("postcard");
}

#[test]
fn each_value_crosses_alone_as_bincode() {
    check_each_alone("bincode");
}

#[test]
fn each_value_crosses_alone_as_json() {
    check_each_alone("json");
}

#[test]
fn all_values_cross_in_one_process_in_two_orders() {
    for format in FORMATS {
        let sent = matrix(format);
        let forward: Vec<&Sent> = sent.iter().collect();
        let backward: Vec<&Sent> = sent.iter().rev().collect();
        for order in [forward, backward] {
            check_account(&order, &exchange("fresh-worker", format, order.iter().copied()));
        }
    }
}

#[test]
fn the_values_are_what_the_catalogue_says() {
    for format in FORMATS {
        let sent = matrix(format);
        for Sent { name, says, seen, .. } in &sent {
            assert_eq!((name, says), (&seen.type_name, &seen.answers[0]));
        }
        let missing: Vec<&str> =
            REQUIRED.into_iter().filter(|name| !sent.iter().any(|sent| sent.name == *name)).collect();
        assert_eq!(missing, [""; 0]);
    }
}

/// The worker's bytes, not the producer's: the value has been erased once.
#[test]
fn a_process_that_names_the_types_gets_equal_values_back() {
    for format in FORMATS {
        let account = exchange("fresh-worker", format, &matrix(format));
        let bytes = account.reports.into_iter().flat_map(|report| match report {
            Report::Decoded { seen, .. } => seen.bytes,
            Report::Refused { message, .. } => panic!("{message}"),
        });
        let equalities: Vec<Equality> = run("fresh-exact", &[], bytes.collect());
        for Equality { name, downcast, to_exact, from_slice } in equalities {
            assert_eq!([downcast, to_exact, from_slice], [true; 3], "{name} as {format}");
        }
    }
}
