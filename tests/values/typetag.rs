//! Trait objects of typetag as fields of a portable state, in all formats; and the example of `docs/from-typetag.md`.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Codec, Format, Portable, portable};

/// What stays with typetag.
#[typetag::serde]
trait Neighbour: Debug + Send + Sync {
    fn name(&self) -> String;
}

#[derive(Debug, Serialize, Deserialize)]
struct Plain {
    name: String,
}

#[typetag::serde]
impl Neighbour for Plain {
    fn name(&self) -> String {
        self.name.clone()
    }
}

#[derive(Debug, Serialize, Deserialize)]
enum Choice {
    Unit,
    Pair(u8, Option<String>),
}

#[typetag::serde]
impl Neighbour for Choice {
    fn name(&self) -> String {
        format!("{self:?}")
    }
}

/// A tag among the fields: typetag supports it where the format describes itself.
#[typetag::serde(tag = "type")]
trait Tagged: Debug + Send + Sync {
    fn number(&self) -> i64;
}

#[derive(Debug, Serialize, Deserialize)]
struct Number {
    number: i64,
}

#[typetag::serde]
impl Tagged for Number {
    fn number(&self) -> i64 {
        self.number
    }
}

#[portable(id = "typetag::Job")]
trait Job {
    fn report(&self) -> String;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Task<T> {
    input: T,
    #[portable(opaque = "Box<dyn acme::Neighbour>")]
    neighbour: Box<dyn Neighbour>,
    #[portable(opaque = "Vec<Box<dyn acme::Neighbour>>")]
    more: Vec<Box<dyn Neighbour>>,
}

#[portable]
impl<T: Portable> Job for Task<T> {
    fn report(&self) -> String {
        let more: Vec<String> = self.more.iter().map(|neighbour| neighbour.name()).collect();
        format!("{:?} {} {more:?}", self.input, self.neighbour.name())
    }
}

#[test]
fn an_externally_tagged_object_works_inside_of_a_state_in_every_format() {
    let plain = || Box::new(Plain { name: "plain".to_owned() });
    let more: Vec<Box<dyn Neighbour>> =
        vec![plain(), Box::new(Choice::Unit), Box::new(Choice::Pair(1, Some("x".into())))];
    let task = Task { input: vec![1_u8], neighbour: plain(), more };
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&task).unwrap();
        let any: Box<dyn Job> = codec.from_slice(&bytes).unwrap();
        assert_eq!(any.report(), task.report(), "{format}");
        assert_eq!(codec.to_vec(&any).unwrap(), bytes, "{format}");
        let exact: Task<Vec<u8>> = typeport::downcast(any).unwrap();
        assert_eq!(exact.report(), task.report());
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct JsonTask {
    #[portable(opaque = "Box<dyn acme::Tagged>")]
    tagged: Box<dyn Tagged>,
}

#[test]
fn an_internally_tagged_object_works_in_json() {
    let codec = Codec::default().format(Format::Json);
    let bytes = codec.to_vec(&JsonTask { tagged: Box::new(Number { number: 7 }) }).unwrap();
    let again: JsonTask = codec.from_slice(&bytes).unwrap();
    assert_eq!(again.tagged.number(), 7);
}

/// The trait objects of both crates in one value: ours inside of theirs inside of ours.
#[test]
fn an_interface_of_ours_works_inside_of_an_object_of_typetag() {
    #[derive(Debug, Serialize, Deserialize)]
    struct Holds {
        job: Box<dyn Job>,
    }
    #[typetag::serde]
    impl Neighbour for Holds {
        fn name(&self) -> String {
            self.job.report()
        }
    }
    let inner = Task { input: 1_u8, neighbour: Box::new(Choice::Unit), more: vec![] };
    let task = Task { input: (), neighbour: Box::new(Holds { job: Box::new(inner) }), more: vec![] };
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&task).unwrap();
        let any: Box<dyn Job> = codec.from_slice(&bytes).unwrap();
        assert_eq!(any.report(), task.report(), "{format}");
        assert_eq!(codec.to_vec(&any).unwrap(), bytes, "{format}");
    }
}

/// Reading what a program with typetag wrote: the page's last step.
#[test]
fn data_of_typetag_is_read_by_a_twin_of_its_trait() {
    let old = serde_json::to_string(&(Box::new(Plain { name: "old".to_owned() }) as Box<dyn Neighbour>)).unwrap();
    assert_eq!(old, r#"{"Plain":{"name":"old"}}"#);
    let neighbour: Box<dyn Neighbour> = serde_json::from_str(&old).unwrap();
    let task = Task { input: (), neighbour, more: vec![] };
    let bytes = typeport::to_vec(&task).unwrap();
    assert_eq!(typeport::from_slice::<Box<dyn Job>>(&bytes).unwrap().report(), "() old []");
}
