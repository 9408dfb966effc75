//! Two versions of one package in one program: the error names them, their types are refused, and other types are unaffected.

use fresh_peer::{Account, Report, Seen};
use fresh_processes::{FORMATS, run};

const CLAIMS: &str =
    "claimed by twin 1.0.0 (tests/fresh/twin-1/src/lib.rs:9) and by twin 2.0.0 (tests/fresh/twin-2/src/lib.rs:9)";

/// Values from a process that links one version, and what a process that links both says of them. The last value is
/// none of the twin's.
#[track_caller]
fn exchange(program: &str, format: &str) -> (Vec<Seen>, Account) {
    let sent: Vec<Seen> = run("fresh-one-version", &[format], Vec::new());
    let input = sent.iter().flat_map(|seen| seen.bytes.iter().copied()).collect();
    let arguments = [&[format][..], &vec!["ResultBase"; sent.len()]].concat();
    let account: Account = run(program, &arguments, input);
    assert_eq!(account.reports.len(), sent.len());
    (sent, account)
}

#[test]
fn a_check_names_both_versions_with_file_and_line() {
    let (_, account) = exchange("fresh-two-versions", "postcard");
    let conflicts = account.conflicts.expect("there is a conflict");
    assert!(conflicts.contains(&format!("`twin::Twin` is {CLAIMS}")), "{conflicts}");
}

#[test]
fn every_use_of_an_ambiguous_id_is_refused() {
    for format in FORMATS {
        let (_, account) = exchange("fresh-two-versions", format);
        for report in account.reports.split_last().expect("there are reports").1 {
            let Report::Refused { code: 14, message } = report else { panic!("{report:?}") };
            assert!(message.contains(&format!("id `twin::Twin` is ambiguous: {CLAIMS}")), "{message}");
        }
    }
}

#[test]
fn other_types_still_cross() {
    for format in FORMATS {
        let (mut sent, mut account) = exchange("fresh-two-versions", format);
        let expected = Report::Decoded { resolution: "Erased".to_owned(), seen: sent.pop().expect("there are values") };
        assert_eq!(account.reports.pop(), Some(expected));
    }
}

#[test]
fn the_link_order_of_the_versions_changes_nothing() {
    for format in FORMATS {
        let (_, one) = exchange("fresh-two-versions", format);
        let (_, other) = exchange("fresh-two-versions-swapped", format);
        assert_eq!((one.conflicts, one.reports), (other.conflicts, other.reports));
    }
}
