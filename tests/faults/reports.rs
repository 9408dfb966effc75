//! Typed errors in the reports of `anyhow` and `eyre`: the outermost portable error of a report is sent, contexts included.
#![cfg(all(feature = "derive", feature = "postcard", feature = "anyhow", feature = "eyre"))]

use serde::{Deserialize, Serialize};
use typeport::{Failure, Portable, from_slice, to_vec};

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable, thiserror::Error)]
#[error("status {status}")]
struct FetchError {
    status: u16,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable, thiserror::Error)]
#[error("task {task} failed")]
struct TaskFailed {
    task: u32,
}

/// Without a size, as it may stand where another one begins.
#[derive(Debug, PartialEq, Serialize, Deserialize, Portable, thiserror::Error)]
#[portable(id = "reports::Timeout")]
#[error("timeout")]
struct Timeout;

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable, thiserror::Error)]
#[error("outer")]
struct Outer;

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable, thiserror::Error)]
#[portable(id = "reports::Generic")]
#[error("generic {0:?}")]
struct Generic<T: std::fmt::Debug>(T);

/// An error that only text is left of.
#[derive(Debug, thiserror::Error)]
#[error("plain")]
struct Plain(#[source] FetchError);

const FETCH: FetchError = FetchError { status: 503 };
const TASK: TaskFailed = TaskFailed { task: 7 };

/// Checks the content of a report's failure, here and in another process, and that it prints like the report.
#[track_caller]
fn check<E: std::error::Error + Portable + PartialEq>(report: impl Into<Failure>, messages: &[&str], expected: E) {
    let failure: Failure = report.into();
    assert_eq!(failure.messages().collect::<Vec<_>>(), messages);
    assert_eq!(failure.downcast_ref::<E>(), Some(&expected), "here");
    let failure: Failure = from_slice(&to_vec(&failure).unwrap()).unwrap();
    assert_eq!(failure.messages().collect::<Vec<_>>(), messages);
    assert_eq!(failure.downcast_ref::<E>(), Some(&expected), "elsewhere");
}

/// `reports! { name Report: method }` checks the reports of one crate, whose contexts are added by `method`.
macro_rules! reports {
    ($($test:ident $report:ty: $context:ident)*) => {$(
        #[test]
        fn $test() {
            type Report = $report;
            crate::install_eyre();
            let report = |error: FetchError| Report::new(error);
            check(report(FETCH), &["status 503"], FETCH);
            check(report(FETCH).$context("a"), &["a", "status 503"], FETCH);
            check(report(FETCH).$context(TASK), &["task 7 failed", "status 503"], TASK);
            check(report(FETCH).$context(TASK).$context("a"), &["a", "task 7 failed", "status 503"], TASK);
            check(report(FETCH).$context("a").$context(TASK), &["task 7 failed", "a", "status 503"], TASK);
            check(Report::new(TASK).$context(FETCH), &["status 503", "task 7 failed"], FETCH);
            check(Report::new(Timeout).$context(Outer), &["outer", "timeout"], Outer);
            check(Report::new(Outer).$context(Timeout), &["timeout", "outer"], Timeout);
            check(report(FETCH).$context(Timeout), &["timeout", "status 503"], Timeout);
            check(Report::new(Timeout).$context(TASK), &["task 7 failed", "timeout"], TASK);
            let two = report(FETCH).$context(TaskFailed { task: 1 }).$context(TASK);
            check(two, &["task 7 failed", "task 1 failed", "status 503"], TASK);
            check(Report::new(Plain(FETCH)).$context("a"), &["a", "plain", "status 503"], FETCH);
            check(Report::new(Plain(FETCH)).$context(TASK), &["task 7 failed", "plain", "status 503"], TASK);
            let other = std::io::Error::other(FETCH);
            check(Report::new(other).$context(Timeout), &["timeout", "status 503"], Timeout);
            // A generic one is a failure before, and keeps its type.
            let generic = Failure::from(Generic(vec![1_u8]));
            check(report(FETCH).$context(generic), &["generic [1]", "status 503"], Generic(vec![1_u8]));
            let text = Failure::from(Report::msg("a").$context("b"));
            assert_eq!((text.messages().collect::<Vec<_>>(), text.value().is_none()), (vec!["b", "a"], true));
        }
    )*};
}

reports! {
    the_outermost_portable_error_of_an_anyhow_report_travels anyhow::Error: context
    the_outermost_portable_error_of_an_eyre_report_travels eyre::Report: wrap_err
}

/// As `?` in a function that collects errors does it.
#[test]
fn a_context_of_a_result_is_found() {
    use anyhow::Context as _;
    let failed = || Err::<(), _>(FETCH).context(TASK).unwrap_err();
    check(failed(), &["task 7 failed", "status 503"], TASK);
    assert_eq!(failed().downcast_ref::<TaskFailed>(), Some(&TASK));
    let none = None::<u8>.context(TASK).unwrap_err();
    check(none, &["task 7 failed"], TASK);
}
