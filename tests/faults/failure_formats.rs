//! Failures that are received in one format and written in another: their messages always, their types if the other format can
//! represent them. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::error::Error;
use typeport::{Codec, Failure, Format, Portable, Value};

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "failure_formats::DownloadFailed")]
#[error("step {step} failed with status {status}")]
struct DownloadFailed {
    step: u32,
    status: u16,
    #[source]
    cause: Option<Timeout>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "failure_formats::Timeout")]
#[error("no answer after {0} s")]
struct Timeout(u32);

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

/// `bytes`, without a checksum, of a type that is not linked.
fn of_nowhere(bytes: &[u8]) -> Vec<u8> {
    let (name, other) = (b"failure_formats::DownloadFailed", b"nowhere_formats::DownloadFailed");
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    places.into_iter().for_each(|at| bytes[at..at + name.len()].copy_from_slice(other));
    bytes
}

/// A server takes from workers in one format and answers clients in another one, ours or not.
#[test]
fn a_failure_that_came_in_one_format_goes_out_in_another() {
    let result = || Err::<u8, Failure>(download_failed().into());
    for (from, to) in Format::ALL.iter().copied().flat_map(|from| Format::ALL.iter().map(move |to| (from, *to))) {
        let codec = Codec::default().format(to);
        let bytes = Codec::default().format(from).checksum(false).to_vec(&result()).unwrap();
        let came: Result<u8, Failure> = typeport::from_slice(&bytes).unwrap();
        assert_eq!(codec.to_vec(&came).unwrap(), codec.to_vec(&result()).unwrap(), "{from} to {to}");
        assert_eq!(serde_json::to_string(&came).unwrap(), serde_json::to_string(&result()).unwrap(), "{from}");
        let postcard: Result<u8, Failure> = postcard::from_bytes(&postcard::to_allocvec(&came).unwrap()).unwrap();
        assert_eq!(postcard.unwrap_err().downcast_ref::<DownloadFailed>(), Some(&download_failed()), "{from}");

        let came: Result<u8, Failure> = typeport::from_slice(&of_nowhere(&bytes)).unwrap();
        let again: Result<u8, Failure> = typeport::from_slice(&codec.to_vec(&came).unwrap()).unwrap();
        let (came, again) = (came.unwrap_err(), again.unwrap_err());
        assert_eq!(messages(&again), messages(&download_failed()), "{from} to {to}");
        assert_eq!(came.type_name().unwrap().as_str(), "nowhere_formats::DownloadFailed");
        assert_eq!(again.type_name().is_some(), from == to, "{from} to {to}");
        let text: Failure = serde_json::from_str(&serde_json::to_string(&came).unwrap()).unwrap();
        assert_eq!(messages(&text), messages(&download_failed()), "{from}");
    }
    // A value from another crate's format has no type hash; its type is linked here.
    let by_name: Failure = serde_json::from_str(&serde_json::to_string(&result().unwrap_err()).unwrap()).unwrap();
    assert_eq!(by_name.opaque().unwrap().type_hash(), None);
    for codec in codecs() {
        assert_eq!(codec.to_vec(&by_name).unwrap(), codec.to_vec(&result().unwrap_err()).unwrap());
    }
}

/// Copies in memory, and envelopes in binary formats of others, take the state format that leaves nothing out.
#[test]
fn a_copy_keeps_the_typed_error_whatever_format_it_came_in() {
    #[derive(Debug, Clone, Serialize, Deserialize, Portable)]
    struct Holds<T> {
        value: T,
    }
    for &format in Format::ALL {
        let bytes = Codec::default().format(format).checksum(false).to_vec(&Failure::from(download_failed())).unwrap();
        let failure: Failure = typeport::from_slice(&of_nowhere(&bytes)).unwrap();
        let holder: Box<dyn Value> = Box::new(Holds { value: failure });
        let copy: Holds<Failure> = typeport::to_exact(&*holder).unwrap();
        assert_eq!(copy.value.type_name().unwrap().as_str(), "nowhere_formats::DownloadFailed", "{format}");
        let foreign: Box<dyn Value> = postcard::from_bytes(&postcard::to_allocvec(&holder).unwrap()).unwrap();
        let foreign: Holds<Failure> = typeport::downcast(foreign).unwrap();
        assert_eq!(foreign.value.type_name().unwrap().as_str(), "nowhere_formats::DownloadFailed", "{format}");
    }
}
