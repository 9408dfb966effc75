//! An error gives its path in the value, by names and positions of the program, never by content of the input.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{Codec, Format, Portable, portable};

#[portable]
trait Task {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Queue {
    name: String,
    jobs: Vec<Job>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "places::Job")]
struct Job {
    id: u32,
    value: State,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum State {
    Waiting,
    Running(bool),
    Moved(u8, bool),
    Failed { by_step: BTreeMap<bool, (u8, Option<bool>)> },
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct One<T> {
    inner: T,
}

#[portable]
impl<T: Portable> Task for One<T> {}

#[portable]
impl Task for Job {}

/// Damages the last `true`, and checks the error.
#[track_caller]
fn check<T: Portable>(value: &T, path: &str) {
    for &format in Format::ALL {
        let mut bytes = Codec::default().format(format).checksum(false).to_vec(value).unwrap();
        let end = typeport::Envelope::parse(&bytes).unwrap().state();
        let end = end.as_ptr().addr() + end.len() - bytes.as_ptr().addr();
        match format {
            Format::Json => {
                let at = bytes[..end].windows(4).rposition(|four| four == b"true").unwrap();
                bytes[at..at + 4].copy_from_slice(b"9   ");
            }
            _ => {
                let at = bytes[..end].iter().rposition(|byte| *byte == 1).unwrap();
                bytes[at] = 9;
            }
        }
        let error = typeport::from_slice::<T>(&bytes).unwrap_err();
        assert_eq!(error.path().as_deref(), Some(path), "{format}: {error}");
        assert!(error.to_string().starts_with(&format!("{path}: ")), "{format}: {error}");
    }
}

fn queue(value: State) -> Queue {
    Queue { name: "q".to_owned(), jobs: vec![Job { id: 5, value: State::Waiting }, Job { id: 6, value }] }
}

#[test]
fn fields_elements_and_variants_stand_in_the_path() {
    check(&queue(State::Running(true)), "jobs[1].value.Running");
    check(&queue(State::Moved(8, true)), "jobs[1].value.Moved.1");
    check(
        &queue(State::Failed { by_step: BTreeMap::from([(false, (2, None)), (true, (3, Some(true)))]) }),
        "jobs[1].value.Failed.by_step[1].1",
    );
    check(&BTreeMap::from([(true, 5_u8)]), "[key 0]");
    check(&(2_u8, true), "1");
}

#[test]
fn the_path_goes_through_trait_objects_and_erased_arguments() {
    let task: Box<dyn Task> = Box::new(Job { id: 5, value: State::Running(true) });
    check(&One { inner: vec![task] }, "inner[0].value.Running");
    for format in [Format::Postcard, Format::Bincode] {
        let value = One { inner: One { inner: vec![(7_u8, true)] } };
        let mut bytes = Codec::default().format(format).checksum(false).to_vec(&value).unwrap();
        *bytes.last_mut().unwrap() = 9;
        let error = typeport::from_slice::<Box<dyn Task>>(&bytes).unwrap_err();
        assert_eq!(error.path().as_deref(), Some("inner.inner[0].1"), "{error}");
    }
}

#[test]
fn an_error_about_the_whole_has_no_path() {
    assert_eq!(typeport::from_slice::<Queue>(b"nothing").unwrap_err().path(), None);
}
