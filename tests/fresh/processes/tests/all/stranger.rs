//! The error of a process for a value of an unknown type, after which it continues.

use fresh_peer::{Report, Sent};
use fresh_processes::{FORMATS, check_crossed, exchange, matrix, run};

/// Hides a type of `domain` behind a trait object, so its own name has none.
const HIDING: &str = "results::ListResult<Box<dyn results::ResultBase>>";

/// The first type of `domain` that a value needs.
fn missing_type(sent: &Sent) -> Option<&str> {
    if sent.name == HIDING {
        return Some("domain::Sum");
    }
    let from = &sent.name[sent.name.find("domain::")?..];
    from.split(['<', '>', ',', ';', ')']).next()
}

/// Checks the error that names the missing type, the value, and the line that would link the type.
#[track_caller]
fn check_refused(sent: &Sent, missing: &str, report: &Report) {
    let Report::Refused { code, message } = report else { panic!("{} was decoded: {report:?}", sent.name) };
    let is_argument = !sent.name.starts_with(missing) && sent.name != HIDING;
    assert_eq!(*code, if is_argument { 11 } else { 10 }, "{message}");
    let remedy = format!(
        "no linked crate registers `{missing}`; link the crate that defines it (perhaps `domain`: `use domain as _;` keeps it"
    );
    assert!(message.contains(&remedy), "{message}");
    assert!(message.contains(&format!("`{}`", sent.name)) || sent.name == HIDING, "{message}");
}

#[test]
fn the_stranger_names_the_missing_type_and_the_line_to_add() {
    for format in FORMATS {
        let sent = matrix(format);
        let account = exchange("fresh-stranger", format, &sent);
        assert_eq!(account.reports.len(), sent.len());
        for (sent, report) in sent.iter().zip(&account.reports) {
            match missing_type(sent) {
                Some(missing) => check_refused(sent, missing, report),
                None => check_crossed(sent, report),
            }
        }
    }
}

#[test]
fn the_stranger_says_the_same_of_each_value_alone() {
    let sent = matrix("postcard");
    let together = exchange("fresh-stranger", "postcard", &sent).reports;
    for (sent, report) in sent.iter().zip(together).filter(|(sent, _)| missing_type(sent).is_some()) {
        assert_eq!(exchange("fresh-stranger", "postcard", [sent]).reports, [report]);
    }
}

/// The manifest of the forgetful worker has `domain`, but its source never mentions the crate.
#[test]
fn a_crate_that_is_never_mentioned_is_not_linked() {
    for format in FORMATS {
        let sent = matrix(format);
        let [stranger, forgetful] =
            ["fresh-stranger", "fresh-forgetful"].map(|program| exchange(program, format, &sent).reports);
        assert_eq!(forgetful, stranger);
    }
}

#[test]
fn what_can_neither_be_erased_nor_is_listed_is_refused() {
    for format in FORMATS {
        let sent: Vec<Sent> = run("fresh-producer", &[format, "unlisted"], Vec::new());
        let account = exchange("fresh-worker", format, &sent);
        assert_eq!(account.reports.len(), sent.len());
        for (sent, report) in sent.iter().zip(&account.reports) {
            let Report::Refused { code: 12, message } = report else { panic!("{}: {report:?}", sent.name) };
            assert!(
                message.contains(&format!("`{}` is not a member of `dyn results::ResultBase`", sent.name)),
                "{message}"
            );
        }
    }
}
