//! Values that serde buffers, in our JSON: they are read back equal, or the encode is an error.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use typeport::{Carried, Codec, Failure, Format, Opaque, Policy, Portable, Value, portable};

#[portable(id = "buffered::Job")]
trait Job: Debug {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
struct Holds<T> {
    value: T,
}

#[portable]
impl<T: Portable> Job for Holds<T> {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Raw {
    #[portable(opaque = "json")]
    raw: Box<serde_json::value::RawValue>,
}

#[portable]
impl Job for Raw {}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[portable(id = "buffered::Short")]
#[error("{need:?} needed")]
struct Short<T> {
    need: T,
}

/// Every attribute by which a type is buffered, around `P`.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "buffered::Tagged", format = "json")]
#[serde(tag = "kind")]
enum Tagged<P> {
    Field { before: u8, job: P },
    Many { jobs: Vec<P> },
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind")]
enum Merged<P> {
    It(P),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind", content = "it")]
enum Adjacent<P> {
    It(P),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(untagged)]
enum Untagged<P> {
    Number(u8),
    It(P),
    Many(Vec<P>),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Flattened<P> {
    id: u8,
    #[serde(flatten)]
    jobs: BTreeMap<String, P>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Flat<P> {
    id: u8,
    #[serde(flatten)]
    job: P,
}

fn json() -> Codec {
    Codec::default().format(Format::Json)
}

/// A codec of a process that does not have the members of `Job`.
fn forwarder() -> Codec {
    json().policy(Policy::deny_all().allow_std())
}

/// The decoded value, or the refusal of the encode; nothing else may happen.
#[track_caller]
fn check<T: Portable>(value: &T) -> Option<T> {
    let bytes = match json().to_vec(value) {
        Ok(bytes) => bytes,
        Err(error) => {
            assert!(error.is_format(), "{value:?}: {error}");
            return None;
        }
    };
    let back: T = json().from_slice(&bytes).unwrap_or_else(|error| panic!("{value:?}: {error}"));
    let shown = format!("{value:?}");
    // What is only carried comes back as itself, since its type is linked here.
    assert!(shown.contains("Opaque(") || format!("{back:?}") == shown, "{shown}: {back:?}");
    // A carried value that is merged with others may stand there as text, and a linked one does not.
    let is_text = bytes.windows(8).any(|window| window == b"\"json\":\"");
    assert!(is_text || json().to_vec(&back).is_ok_and(|again| again == bytes), "{shown}");
    Some(back)
}

/// The place comes back behind each attribute that keeps it whole; behind those that merge it with others, or is refused.
#[track_caller]
fn check_place<P: Portable>(place: impl Fn() -> P) {
    let is_back = [
        check(&Tagged::Field { before: 1, job: place() }).is_some(),
        check(&Tagged::Many { jobs: vec![place(), place()] }).is_some(),
        check(&Adjacent::It(place())).is_some(),
        check(&Untagged::It(place())).is_some(),
        check(&Untagged::Many(vec![place(), place()])).is_some(),
        check(&Flattened { id: 1, jobs: [("x".to_owned(), place())].into() }).is_some(),
        check(&Tagged::Many { jobs: vec![Untagged::It(place())] }).is_some(),
    ];
    assert_eq!(is_back, [true; 7], "{:?}", place());
    check(&Merged::It(place()));
    check(&Flat { id: 1, job: place() });
}

fn boxed<T: Portable + Clone>(value: &T) -> Box<dyn Job> {
    Box::new(Holds { value: value.clone() })
}

/// All kinds of place, natively and carried.
#[track_caller]
fn check_value<T: Portable + Clone + PartialEq>(value: T) {
    check_place(|| boxed(&value));
    check_place(|| Carried::<dyn Job>::Known(boxed(&value)));
    check_place(|| Failure::from(Short { need: value.clone() }));
    let (job, failure) = (json().to_vec(&boxed(&value)).unwrap(), Failure::from(Short { need: value.clone() }));
    check_place(|| -> Opaque { typeport::from_slice(&job).unwrap() });
    check_place(|| -> Carried<dyn Job> { forwarder().from_slice(&job).unwrap() });
    let failure = json().to_vec(&failure).unwrap();
    check_place(|| -> Failure { typeport::from_slice(&failure).unwrap() });
    // Within another one, which is buffered itself.
    check_place(|| -> Box<dyn Job> { Box::new(Holds { value: Tagged::Field { before: 2, job: boxed(&value) } }) });
}

#[test]
fn what_is_in_a_trait_object_comes_back_whatever_buffers_it() {
    check_value("text".to_owned());
    check_value(7_u64);
    check_value(u64::MAX);
    check_value(5_u128);
    check_value(u128::MAX);
    check_value(i128::MIN);
    check_value(0.1_f32);
    check_value(1e300);
    check_value(1e20);
    check_value(-0.0);
    check_value(BTreeMap::from([(1_u32, -2_i64)]));
    check_value(BTreeMap::from([(true, 1_u8)]));
    check_value(vec![Some(1_u8), None]);
    check_value(('c', vec![0_u8, 255]));
    check_value(BTreeMap::from([("type".to_owned(), "value".to_owned())]));
}

#[test]
fn raw_json_comes_back_as_it_stood() {
    let raw = || serde_json::value::RawValue::from_string("[1.0,  2e0, 18446744073709551616]".to_owned()).unwrap();
    check_place(|| -> Box<dyn Job> { Box::new(Raw { raw: raw() }) });
    assert!(check(&Tagged::Many { jobs: vec![Raw { raw: raw() }] }).is_none(), "serde's buffer has no raw JSON");
}

/// What is in no trait object is serde's alone: what its buffer loses is refused when it is written.
#[test]
fn what_the_buffer_loses_is_refused_when_it_is_written() {
    #[track_caller]
    fn check_plain<T: Portable + Clone + PartialEq>(value: T, comes_back: bool) {
        assert_eq!(check(&Tagged::Field { before: 1, job: value.clone() }).is_some(), comes_back, "{value:?}");
        assert_eq!(check(&Flattened { id: 1, jobs: [("x".to_owned(), value.clone())].into() }).is_some(), comes_back);
        let within: Box<dyn Job> = Box::new(Holds { value: Tagged::Many { jobs: vec![value.clone()] } });
        assert_eq!(check(&vec![within]).is_some(), comes_back, "{value:?}");
        // Where nothing is buffered, nothing is lost.
        assert!(check(&Holds { value }).is_some());
    }
    check_plain("text".to_owned(), true);
    check_plain(u64::MAX, true);
    check_plain(1e300, true);
    check_plain(BTreeMap::from([("1".to_owned(), 2_u8)]), true);
    check_plain(5_u128, false);
    check_plain(i128::MIN, false);
    check_plain(BTreeMap::from([(1_u32, 2_u64)]), false);
    check_plain(BTreeMap::from([(true, 2_u64)]), false);
    let error = json().to_vec(&Tagged::Field { before: 1, job: BTreeMap::from([(1_u8, 2_u8)]) }).unwrap_err();
    assert_eq!(error.code(), 31);
    assert!(error.to_string().contains("put the value behind a `Box<dyn Value>`"), "{error}");
    // The way out works.
    let value = || -> Box<dyn Value> { Box::new(BTreeMap::from([(1_u8, 2_u8)])) };
    assert!(check(&Tagged::Field { before: 1, job: value() }).is_some());
}

/// Names that meet in one map: the reader would have the one or the other.
#[test]
fn names_that_meet_are_refused_when_they_are_written() {
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
    struct Kinds {
        kind: u8,
        id: u8,
        r#type: u8,
    }
    #[portable]
    impl Job for Kinds {}
    let kinds = || Kinds { kind: 1, id: 2, r#type: 3 };
    let map = || BTreeMap::from([("kind".to_owned(), 1_u8), ("id".to_owned(), 2)]);
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(format = "json")]
    #[serde(tag = "type")]
    enum Typed<P> {
        It(P),
    }
    let carried = || -> Opaque { typeport::from_slice(&json().to_vec(&kinds()).unwrap()).unwrap() };
    let error = |bytes: typeport::Result<Vec<u8>>| assert_eq!(bytes.unwrap_err().code(), 31);
    error(json().to_vec(&Merged::It(kinds())));
    error(json().to_vec(&Merged::It(map())));
    error(json().to_vec(&Flat { id: 1, job: kinds() }));
    error(json().to_vec(&Flattened { id: 1, jobs: map() }));
    error(json().to_vec(&Typed::It(boxed(&1_u8))));
    error(json().to_vec(&Typed::It(Box::new(kinds()) as Box<dyn Job>)));
    error(json().to_vec(&Typed::It(carried())));
    error(json().to_vec(&Typed::It(Carried::<dyn Job>::Opaque(carried()))));
    assert!(check(&Flat { id: 1, job: BTreeMap::from([("other".to_owned(), 1_u8)]) }).is_some());
    assert!(check(&Merged::It(Holds { value: 1_u8 })).is_some());
}

/// A map of a user that looks like a nested value, beside a nested value of that type.
#[test]
fn what_looks_like_a_nested_value_is_never_changed() {
    let name = "typeport::Holds<u8>";
    let look = BTreeMap::from([("type".to_owned(), name.to_owned()), ("value".to_owned(), "1".to_owned())]);
    type Both = (BTreeMap<String, String>, Box<dyn Job>);
    let both = || -> Both { (look.clone(), Box::new(Holds { value: 1_u8 })) };
    assert_eq!(both().1.type_name().to_string(), name);
    check(&Tagged::Field { before: 1, job: both() });
    check(&Untagged::Many(vec![both()]));
    assert!(check(&Holds { value: both() }).is_some());
}
