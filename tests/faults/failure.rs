//! Portable errors: as text everywhere, typed where their type is linked.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use typeport::{Codec, Failure, Format, Opaque, Policy, Portable, Registry, Value, entry, portable};

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("step {step} failed with status {status}")]
struct DownloadFailed {
    step: u32,
    status: u16,
    #[source]
    cause: Option<Timeout>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("no answer after {0} s\nsecond line: \u{202e}é")]
struct Timeout(u32);

#[derive(Debug, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("{value:?} is negative")]
struct Negative<T: fmt::Debug> {
    value: T,
}

/// An error without serde impls, which is not portable.
#[derive(Debug, thiserror::Error)]
#[error("foreign: {0}")]
struct Foreign(&'static str, #[source] Option<Box<dyn Error + Send + Sync>>);

fn download_failed() -> DownloadFailed {
    DownloadFailed { step: 3, status: 503, cause: Some(Timeout(30)) }
}

/// All that an error prints, its sources' messages included.
fn messages(error: &(dyn Error + 'static)) -> Vec<String> {
    let below = error.source().map(messages).unwrap_or_default();
    [vec![error.to_string()], below].concat()
}

fn codecs() -> impl Iterator<Item = Codec> {
    Format::ALL.iter().map(|&format| Codec::default().format(format).verify(true))
}

/// Sends a failure through a codec and asserts that it prints the same there.
#[track_caller]
fn sent(codec: &Codec, failure: &Failure) -> Failure {
    let bytes = codec.to_vec(failure).unwrap();
    let again: Failure = codec.from_slice(&bytes).unwrap();
    assert_eq!(messages(&again), messages(failure));
    assert_eq!(again.messages().collect::<Vec<_>>(), messages(&again));
    assert_eq!([format!("{again}"), format!("{again:#}")], [format!("{failure}"), format!("{failure:#}")]);
    assert_eq!(format!("{again:?}"), format!("{failure:?}"));
    assert_eq!(codec.to_vec(&again).unwrap(), bytes, "what was carried goes out as it came");
    again
}

#[test]
fn a_typed_error_comes_back_typed() {
    for codec in codecs() {
        let failure = Failure::from(download_failed());
        assert_eq!(messages(&failure), messages(&download_failed()));
        assert_eq!(failure.downcast_ref::<DownloadFailed>(), Some(&download_failed()), "before it is sent");
        let sent = sent(&codec, &failure);
        assert_eq!(sent.type_name().unwrap().as_str(), "typeport::DownloadFailed");
        assert_eq!(sent.downcast_ref::<Timeout>(), None);
        assert_eq!(sent.downcast_ref::<DownloadFailed>().unwrap().status, 503);
        assert!(std::ptr::eq(sent.downcast_ref::<DownloadFailed>().unwrap(), sent.downcast_ref().unwrap()));
        assert_eq!(sent.downcast::<DownloadFailed>().unwrap(), download_failed());
        assert_eq!(failure.downcast::<DownloadFailed>().unwrap(), download_failed());
    }
}

#[test]
fn a_generic_error_comes_back_typed() {
    for codec in codecs() {
        let sent = sent(&codec, &Failure::from(Negative { value: vec![-5_i64] }));
        assert_eq!(sent.to_string(), "[-5] is negative");
        let sent = sent.downcast::<Negative<i64>>().unwrap_err();
        let error = sent.to_exact::<Negative<i64>>().unwrap_err();
        assert!(error.is_mismatch(), "{error}");
        assert_eq!(sent.downcast::<Negative<Vec<i64>>>().unwrap(), Negative { value: vec![-5] });
    }
}

#[test]
fn a_result_with_a_failure_travels() {
    fn root(text: &str) -> Result<i64, Failure> {
        let value: i64 = text.parse()?;
        if value < 0 {
            Err(Negative { value })?;
        }
        Ok(value.isqrt())
    }
    for codec in codecs() {
        let send = |result: Result<i64, Failure>| -> Result<i64, Failure> {
            codec.from_slice(&codec.to_vec(&result).unwrap()).unwrap()
        };
        assert_eq!(send(root("9")).unwrap(), 3);
        assert_eq!(send(root("-9")).unwrap_err().downcast::<Negative<i64>>().unwrap().value, -9);
        assert_eq!(send(root("x")).unwrap_err().to_string(), "invalid digit found in string");
        // A receiver that names only the root interface, and so decodes it erased.
        let any: Box<dyn Value> = codec.from_slice(&codec.to_vec(&vec![root("-9")]).unwrap()).unwrap();
        assert_eq!(any.type_name().as_str(), "Vec<Result<i64, typeport::Failure>>");
        let exact: Vec<Result<i64, Failure>> = typeport::downcast(any).unwrap();
        assert_eq!(exact[0].as_ref().unwrap_err().downcast_ref::<Negative<i64>>().unwrap().value, -9);
    }
}

#[test]
fn a_process_without_the_type_prints_and_forwards_it() {
    for codec in codecs() {
        // It knows numbers and nothing else.
        let stranger = codec.clone().verify(false).registry(Registry::empty().with(entry!(Failure as dyn Value)));
        let bytes = codec.to_vec(&Failure::from(download_failed())).unwrap();
        let failure: Failure = stranger.from_slice(&bytes).unwrap();
        assert_eq!(messages(&failure), messages(&download_failed()));
        assert_eq!(failure.type_name().unwrap().as_str(), "typeport::DownloadFailed");
        assert!(failure.value().is_some());
        assert_eq!(stranger.to_vec(&failure).unwrap(), bytes);
        let opaque: Opaque = stranger.from_slice(&stranger.to_vec(failure.value().unwrap()).unwrap()).unwrap();
        assert_eq!(opaque.decode::<DownloadFailed>().unwrap(), download_failed());
    }
}

/// A result of which only the failure is known here.
#[test]
fn the_failure_of_a_result_of_any_type_is_read() {
    for codec in codecs() {
        let stranger = codec.clone().registry(Registry::empty());
        let send = |result: &Result<Vec<DownloadFailed>, Failure>| codec.to_vec(result).unwrap();
        let failed = send(&Err(Failure::from(download_failed())));
        let failure = stranger.failure_in(&failed).unwrap().unwrap();
        assert_eq!(messages(&failure), messages(&download_failed()));
        assert_eq!(failure.opaque().unwrap().decode::<DownloadFailed>().unwrap(), download_failed());
        assert!(stranger.failure_in(&send(&Ok(vec![download_failed()]))).unwrap().is_none());
        assert!(stranger.failure_in(&send(&Ok(vec![]))).unwrap().is_none());
        let error = stranger.failure_in(&codec.to_vec(&Err::<u8, _>("text".to_owned())).unwrap()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "wrong type: expected `Result<_, typeport::Failure>`, found `Result<u8, String>`"
        );
        assert!(stranger.failure_in(&codec.to_vec(&Failure::from("text")).unwrap()).unwrap_err().is_mismatch());
        let denying = codec.clone().policy(Policy::deny_all().allow_std());
        assert!(denying.failure_in(&failed).unwrap_err().is_denied());
        assert!(denying.policy(Policy::deny_all().allow::<Failure>()).failure_in(&failed).is_ok());
        // The state is read to its end, and nothing but a result is one.
        let bare = codec.clone().checksum(false).verify(false);
        let damaged = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = bare.to_vec(&Err::<u8, _>(Failure::from("text"))).unwrap();
            change(&mut bytes);
            let length = u32::try_from(bytes.len()).unwrap();
            bytes[3..7].copy_from_slice(&length.to_le_bytes());
            stranger.failure_in(&bytes)
        };
        assert!(damaged(&|_| {}).unwrap().is_some());
        let at = 7 + 8 + 1 + "Result<u8, typeport::Failure>".len();
        assert!(damaged(&|bytes| bytes.push(0)).unwrap_err().is_malformed());
        assert!(damaged(&|bytes| bytes[at] = 2).unwrap_err().is_malformed());
        assert!(damaged(&|bytes| bytes.truncate(at)).unwrap_err().is_malformed());
    }
}

#[test]
fn any_error_keeps_its_messages() {
    let parse = || "x".parse::<i64>().unwrap_err();
    let chain = || Foreign("outer", Some(Box::new(Foreign("inner", Some(Box::new(parse()))))));
    let failure = Failure::new(chain());
    assert_eq!(messages(&failure), messages(&chain()));
    assert!(failure.value().is_none() && failure.type_name().is_none());
    let error = failure.to_exact::<DownloadFailed>().unwrap_err();
    assert_eq!(error.to_string(), "wrong type: expected `typeport::DownloadFailed`, found `text`");
    assert_eq!(failure.downcast::<Timeout>().unwrap_err().to_string(), "foreign: outer");
    let boxed = Failure::from(Box::new(chain()) as Box<dyn Error + Send + Sync>);
    assert_eq!(messages(&boxed), messages(&chain()));
    assert_eq!(messages(&Failure::from(parse())), messages(&parse()));
    assert_eq!(Failure::from("plain text").to_string(), "plain text");
    assert_eq!(Failure::from("owned".to_owned()).to_string(), "owned");
    let error = || typeport::from_slice::<i64>(b"x").unwrap_err();
    assert_eq!(messages(&Failure::from(error())), messages(&error()));
    for codec in codecs() {
        sent(&codec, &boxed);
        sent(&codec, &Failure::from(error()));
    }
}

#[test]
fn a_typed_error_is_found_in_a_chain_of_any() {
    let wrapped = || Foreign("around", Some(Box::new(download_failed())));
    let io = std::io::Error::other(download_failed());
    let in_a_failure = Foreign("twice", Some(Box::new(Failure::from(Negative { value: 1_i8 }))));
    let boxed: Box<dyn Error + Send + Sync> = Box::new(download_failed());
    for codec in codecs() {
        let found = sent(&codec, &Failure::new(wrapped()));
        assert_eq!(found.to_string(), "foreign: around");
        assert_eq!(found.downcast::<DownloadFailed>().unwrap(), download_failed());
    }
    let local = Failure::new(wrapped());
    assert_eq!(local.downcast_ref::<DownloadFailed>(), Some(&download_failed()));
    assert_eq!(local.downcast::<DownloadFailed>().unwrap(), download_failed());
    assert_eq!(Failure::from(io).downcast::<DownloadFailed>().unwrap(), download_failed());
    assert_eq!(Failure::from(boxed).downcast::<DownloadFailed>().unwrap(), download_failed());
    assert_eq!(Failure::new(in_a_failure).downcast::<Negative<i8>>().unwrap().value, 1);
}

#[test]
fn a_failure_that_was_boxed_comes_back_as_it_was() {
    let boxed: Box<dyn Error + Send + Sync> = Failure::from(Negative { value: 1_i8 }).into();
    let failure = Failure::from(boxed);
    assert_eq!(messages(&failure), ["1 is negative"]);
    assert_eq!(failure.downcast_ref::<Negative<i8>>().unwrap().value, 1);
    let other = failure.clone();
    assert_eq!(other.downcast::<Negative<i8>>().unwrap().value, 1, "a copy, as the first still holds it");
    assert_eq!(failure.downcast::<Negative<i8>>().unwrap().value, 1);
}

#[derive(Debug, thiserror::Error, Portable)]
#[portable(as_failure)]
#[error("startup")]
enum Startup<T: fmt::Debug + 'static> {
    Failed(#[source] DownloadFailed),
    #[allow(dead_code, reason = "it only has to compile")]
    Other(PhantomData<T>),
}

#[test]
fn only_the_text_of_a_type_travels_that_says_so() {
    fn start() -> Result<(), Failure> {
        Err(Startup::<*const u8>::Failed(download_failed()))?
    }
    let failure = start().unwrap_err();
    assert_eq!(messages(&failure), messages(&Startup::<u8>::Failed(download_failed())));
    assert!(failure.value().is_none());
}

#[portable]
trait Job {
    fn run(&self) -> Result<(), Failure>;
    fn deferred(&self) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + '_>>;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Check<A, B> {
    limit: A,
    found: B,
}

#[portable]
impl<A: Portable, B: Portable + Clone> Job for Check<A, B> {
    fn run(&self) -> Result<(), Failure> {
        Err(Negative { value: vec![self.found.clone()] })?
    }

    fn deferred(&self) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + '_>> {
        Box::pin(async { Job::run(self) })
    }
}

fn poll<T>(mut future: std::pin::Pin<Box<dyn Future<Output = T> + '_>>) -> T {
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("nothing in it waits"),
    }
}

#[test]
fn a_generic_error_of_an_erased_job_leaves_it_with_its_type() {
    for codec in codecs() {
        let bytes = codec.to_vec(&Check { limit: true, found: Timeout(7) }).unwrap();
        let job: Box<dyn Job> = codec.from_slice(&bytes).unwrap();
        let failure = job.run().unwrap_err();
        assert_eq!(failure.type_name().unwrap().as_str(), "typeport::Negative<Vec<typeport::Timeout>>");
        assert!(format!("{:?}", failure.value().unwrap()).contains("Timeout(7)"));
        let expected = Negative { value: vec![Timeout(7)] };
        assert_eq!(failure.downcast_ref::<Negative<Vec<Timeout>>>(), Some(&expected), "it left the scope");
        let native = Failure::from(expected);
        let careful = codec.clone().verify(true).schema(true);
        let [erased_value, native_value] = [&failure, &native].map(|it| careful.to_vec(it.value().unwrap()).unwrap());
        assert_eq!(erased_value, native_value, "native = erased");
        assert_eq!(serde_json::to_value(&failure).unwrap(), serde_json::to_value(&native).unwrap(), "native = erased");
        assert_eq!(codec.to_vec(&failure).unwrap(), codec.to_vec(&native).unwrap(), "native = erased");
        assert_eq!(sent(&codec, &failure).downcast::<Negative<Vec<Timeout>>>().unwrap().value, [Timeout(7)]);
        assert_eq!(failure.downcast::<Negative<Vec<Timeout>>>().unwrap().value, [Timeout(7)]);
        // A future that is returned by hand enters the scope of the value again.
        let failure = poll(job.deferred()).unwrap_err();
        assert_eq!(failure.type_name().unwrap().as_str(), "typeport::Negative<Vec<typeport::Timeout>>");
    }
}

#[portable]
#[async_trait::async_trait]
trait AsyncJob {
    async fn run(&self, yields: usize) -> Result<(), Failure>;
}

#[portable]
#[async_trait::async_trait]
impl<A: Portable, B: Portable + Clone> AsyncJob for Check<A, B> {
    async fn run(&self, yields: usize) -> Result<(), Failure> {
        for _ in 0..yields {
            let mut is_ready = false;
            std::future::poll_fn(|_| match std::mem::replace(&mut is_ready, true) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            })
            .await;
        }
        Err(Negative { value: vec![self.found.clone()] })?
    }
}

#[test]
fn an_async_method_of_an_erased_job_knows_its_type_each_time_it_runs() {
    let bytes = typeport::to_vec(&Check { limit: true, found: Timeout(7) }).unwrap();
    let job: Box<dyn AsyncJob> = typeport::from_slice(&bytes).unwrap();
    let mut future = job.run(3);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let failure = loop {
        // Between two polls nothing is in scope.
        assert_eq!(Failure::from(Negative { value: 1_u8 }).type_name().unwrap().as_str(), "typeport::Negative<u8>");
        if let std::task::Poll::Ready(result) = future.as_mut().poll(&mut context) {
            break result.unwrap_err();
        }
    };
    assert_eq!(failure.downcast::<Negative<Vec<Timeout>>>().unwrap().value, [Timeout(7)]);
}

#[cfg(feature = "anyhow")]
#[test]
fn an_anyhow_chain_keeps_its_messages_and_its_typed_error() {
    use anyhow::Context;
    let report = || Err::<(), _>(download_failed()).context("while fetching").context("job 7").unwrap_err();
    let failure = Failure::from(report());
    assert_eq!(messages(&failure), report().chain().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(format!("{failure:#}"), format!("{:#}", report()));
    for codec in codecs() {
        assert_eq!(sent(&codec, &failure).downcast::<DownloadFailed>().unwrap(), download_failed());
    }
    assert_eq!(messages(&Failure::from(anyhow::anyhow!("text {}", 1))), ["text 1"]);
    // A generic error keeps its type in a report if it is a failure before.
    let report = anyhow::Error::from(Failure::from(Negative { value: 1_i8 })).context("around");
    let failure = Failure::from(report);
    assert_eq!(messages(&failure), ["around", "1 is negative"]);
    assert_eq!(failure.downcast::<Negative<i8>>().unwrap().value, 1);
}

#[cfg(feature = "eyre")]
#[test]
fn an_eyre_report_keeps_its_messages_and_its_typed_error() {
    use eyre::WrapErr;
    crate::install_eyre();
    let report = || Err::<(), _>(download_failed()).wrap_err("while fetching").unwrap_err();
    let failure = Failure::from(report());
    assert_eq!(messages(&failure), report().chain().map(ToString::to_string).collect::<Vec<_>>());
    for codec in codecs() {
        assert_eq!(sent(&codec, &failure).downcast::<DownloadFailed>().unwrap(), download_failed());
    }
}
