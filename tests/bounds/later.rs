//! Undecoded values keep the policy, the limits and the registry under which they arrived: these bind each way to decode them
//! later, together with those of the later codec. Every kind of field, every way.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::formats;
use serde::{Deserialize, Deserializer, Serialize};
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use typeport::{
    Carried, Codec, Error, Failure, Format, Limits, Opaque, Policy, Portable, Registry, Value, downcast, portable,
    to_exact,
};

thread_local! {
    static CONSTRUCTIONS: Cell<usize> = const { Cell::new(0) };
}

/// An error, a member of all interfaces, and five elements; building it is seen.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Portable)]
#[portable(id = "later::Bait")]
#[error("bait")]
struct Bait(Vec<u16>);

impl<'de> Deserialize<'de> for Bait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Bait(Vec<u16>);
        CONSTRUCTIONS.set(CONSTRUCTIONS.get() + 1);
        Bait::deserialize(deserializer).map(|Bait(bytes)| self::Bait(bytes))
    }
}

#[portable]
trait Step {}

#[portable]
impl Step for Bait {}

#[portable(unknown = Stand)]
trait Task {}

#[portable]
impl Task for Bait {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(unknown)]
struct Stand(Opaque);

impl From<Opaque> for Stand {
    fn from(opaque: Opaque) -> Self {
        Stand(opaque)
    }
}

impl AsRef<Opaque> for Stand {
    fn as_ref(&self) -> &Opaque {
        &self.0
    }
}

#[portable]
impl Task for Stand {}

#[derive(Debug, Clone, Serialize, Deserialize, Portable)]
#[portable(id = "later::Holder")]
struct Holder<T> {
    held: T,
}

fn bait() -> Bait {
    Bait(vec![1; 5])
}

/// What a receiver keeps of the bait, and the ways to get it out.
type Late = Vec<(&'static str, Result<(), Error>)>;

/// The ways to decode an opaque value.
fn ways(opaque: &Opaque) -> Late {
    let open = Codec::default().policy(Policy::default());
    let raised = Codec::default().limits(Limits::trusted());
    let all = Codec::default().registry(Registry::global().clone());
    let boxed = || Box::new(opaque.clone()) as Box<dyn Value>;
    vec![
        ("decode", opaque.decode::<Bait>().map(drop)),
        ("decode as value", opaque.decode::<Box<dyn Value>>().map(drop)),
        ("decode as member", opaque.decode::<Box<dyn Step>>().map(drop)),
        ("decode by an open codec", open.decode_opaque::<Bait>(opaque).map(drop)),
        ("decode by a codec with raised limits", raised.decode_opaque::<Bait>(opaque).map(drop)),
        ("decode by a codec with a registry", all.decode_opaque::<Bait>(opaque).map(drop)),
        ("kept again", open.decode_opaque::<Opaque>(opaque).and_then(|again| again.decode::<Bait>()).map(drop)),
        ("to_exact", to_exact::<Bait, _>(opaque).map(drop)),
        ("to_exact of a box", to_exact::<Bait, _>(&*boxed()).map(drop)),
        ("downcast", downcast::<Bait, _>(boxed()).map(drop).map_err(refused)),
    ]
}

/// A downcast keeps its reason as text.
fn refused(error: impl std::fmt::Display) -> Error {
    serde::de::Error::custom(error)
}

fn of_carried<I: typeport::Interface + ?Sized>(carried: &Carried<I>) -> Late {
    match carried {
        Carried::Opaque(opaque) => ways(opaque),
        Carried::Known(_) => vec![("known", Ok(()))],
    }
}

fn of_failure(failure: &Failure) -> Late {
    let mut all = failure.opaque().map_or_else(Vec::new, ways);
    let none = || refused("it is no bait here");
    all.extend([
        ("failure.to_exact", failure.to_exact::<Bait>().map(drop)),
        ("failure.downcast_ref", failure.downcast_ref::<Bait>().map(drop).ok_or_else(none)),
        ("failure.downcast, shared", failure.clone().downcast::<Bait>().map(drop).map_err(refused)),
    ]);
    all
}

/// A kind of field: the sent value, and the receiver's type for it.
struct Place {
    name: &'static str,
    send: fn(&Codec) -> Vec<u8>,
    receive: fn(&Codec, &[u8]) -> Result<Late, Error>,
}

fn step() -> Box<dyn Step> {
    Box::new(bait())
}

fn places() -> Vec<Place> {
    let place = |name, send, receive| Place { name, send, receive };
    vec![
        place("root", |codec| codec.to_vec(&bait()).unwrap(), |codec, bytes| Ok(ways(&codec.from_slice(bytes)?))),
        place(
            "front",
            |codec| codec.to_vec(&bait()).unwrap(),
            |codec, bytes| Ok(ways(&codec.take_from_slice(bytes)?.0)),
        ),
        place("reader", |codec| codec.to_vec(&bait()).unwrap(), |codec, bytes| Ok(ways(&codec.from_reader(bytes)?))),
        place(
            "root, carried",
            |codec| codec.to_vec(&bait()).unwrap(),
            |codec, bytes| Ok(of_carried(&codec.from_slice::<Carried<dyn Step>>(bytes)?)),
        ),
        place(
            "list",
            |codec| codec.to_vec(&vec![step()]).unwrap(),
            |codec, bytes| Ok(of_carried(&codec.from_slice::<Vec<Carried<dyn Step>>>(bytes)?[0])),
        ),
        place(
            "map of opaque values",
            |codec| codec.to_vec(&BTreeMap::from([(1_u8, Box::new(bait()) as Box<dyn Value>)])).unwrap(),
            |codec, bytes| Ok(ways(&codec.from_slice::<BTreeMap<u8, Opaque>>(bytes)?[&1])),
        ),
        place(
            "stand-in",
            |codec| codec.to_vec(&vec![Box::new(bait()) as Box<dyn Task>]).unwrap(),
            |codec, bytes| {
                let tasks: Vec<Box<dyn Task>> = codec.from_slice(bytes)?;
                let stand = Value::__as_any(&*tasks[0]).downcast_ref::<Stand>();
                Ok(stand.map_or_else(|| vec![("known", Ok(()))], |stand| ways(stand.as_ref())))
            },
        ),
        place(
            "failure",
            |codec| codec.to_vec(&Failure::from(bait())).unwrap(),
            |codec, bytes| {
                let failure: Failure = codec.from_slice(bytes)?;
                let mut all = of_failure(&failure);
                all.push(("failure.downcast", failure.downcast::<Bait>().map(drop).map_err(refused)));
                Ok(all)
            },
        ),
        place(
            "failure in a result",
            |codec| codec.to_vec(&Err::<u8, _>(Failure::from(bait()))).unwrap(),
            |codec, bytes| Ok(of_failure(&codec.failure_in(bytes)?.unwrap())),
        ),
        place(
            "erased, exact copy",
            |codec| codec.to_vec(&Holder { held: vec![step()] }).unwrap(),
            |codec, bytes| {
                let erased: Box<dyn Value> = codec.from_slice(bytes)?;
                // Who decodes the name finds `Box` in it; the bytes are the same.
                let exact: Holder<Vec<Carried<dyn Step>>> = typeport::downcast(erased).map_err(refused)?;
                Ok(of_carried(&exact.held[0]))
            },
        ),
        place(
            "stand-in in an erased value, exact copy",
            |codec| codec.to_vec(&Holder { held: vec![Box::new(bait()) as Box<dyn Task>] }).unwrap(),
            |codec, bytes| {
                let erased: Box<dyn Value> = codec.from_slice(bytes)?;
                let exact: Holder<Vec<Box<dyn Task>>> = to_exact(&*erased)?;
                let stand = Value::__as_any(&*exact.held[0]).downcast_ref::<Stand>();
                Ok(stand.map_or_else(|| vec![("known", Ok(()))], |stand| ways(stand.as_ref())))
            },
        ),
        place(
            "erased failure, copied",
            |codec| codec.to_vec(&Holder { held: vec![Failure::from(bait())] }).unwrap(),
            |codec, bytes| {
                let erased: Box<dyn Value> = codec.from_slice(bytes)?;
                let exact: Holder<Vec<Failure>> = to_exact(&*erased)?;
                Ok(of_failure(&exact.held[0]))
            },
        ),
        place(
            "in a value that is passed on and verified",
            |codec| codec.to_vec(&vec![step()]).unwrap(),
            |codec, bytes| {
                let list: Vec<Carried<dyn Step>> = codec.from_slice(bytes)?;
                Codec::default().verify(true).to_vec(&list)?;
                Ok(of_carried(&list[0]))
            },
        ),
    ]
}

/// The holder of the bait, and the results of all ways to get it out.
#[track_caller]
fn check(receiver: &Codec, passes: impl Fn(&str, &Result<(), Error>) -> bool) -> usize {
    let mut cells = 0;
    for format in formats() {
        for Place { name, send, receive } in places() {
            let bytes = send(&Codec::default().format(format));
            CONSTRUCTIONS.set(0);
            let late = match receive(receiver, &bytes) {
                Ok(late) => late,
                // It takes no such value at all.
                Err(error) => vec![("receive", Err(error))],
            };
            for (way, found) in late {
                assert!(passes(way, &found), "{format}, {name}, {way}: {found:?}");
                cells += 1;
            }
        }
    }
    cells
}

fn closed() -> Policy {
    Policy::deny_all().allow_std().allow_origin("later::Holder").allow::<Failure>()
}

#[test]
fn a_type_that_the_policy_forbids_is_not_built_later() {
    let cells = check(&Codec::default().policy(closed()), |_, found| found.is_err() && CONSTRUCTIONS.get() == 0);
    println!("{cells} cells");
    assert!(cells >= 90, "{cells}");
}

#[test]
fn limits_bind_later() {
    // Enough for the values around it; the bait has five elements.
    let tight = Limits::default().with_items(4);
    check(&Codec::default().limits(tight), |way, found| match found {
        Ok(()) => false,
        // A failure that is no such error is given back, and says nothing of limits. A copy goes by way of another state
        // format, into which no more than the messages pass.
        Err(error) => {
            let text = error.to_string();
            way.starts_with("failure.downcast") || text.contains("items is 4") || text.contains("found `text`")
        }
    });
}

#[test]
fn the_registry_binds_later() {
    let holder = typeport::entry!(Holder<Vec<Failure>> as dyn Value);
    let few = Registry::empty().with(holder);
    // A type that the caller names needs no registry.
    let by_name = |way: &str| way.contains(" as ");
    check(&Codec::default().registry(few), |way, found| !by_name(way) || found.is_err());
}

#[test]
fn raised_limits_are_remembered_too() {
    let large = Bait(vec![1; 5 + Limits::default().items]);
    let raised = Limits::default().with_items(1 << 21);
    let bytes = Codec::default().limits(raised.clone()).to_vec(&large).unwrap();
    let opaque: Opaque = Codec::default().limits(raised.clone()).from_slice(&bytes).unwrap();
    assert_eq!(opaque.decode::<Bait>().unwrap(), large);
    assert!(Codec::default().limits(Limits::default()).decode_opaque::<Bait>(&opaque).unwrap_err().is_limit());
}

/// Defaults bind too: they bound the decode, and bind a later one.
#[test]
fn what_was_not_given_binds_later_too() {
    let large = Bait(vec![1; 5 + Limits::default().items]);
    let raised = Codec::default().limits(Limits::default().with_items(1 << 22));
    let sent = || (Box::new(large.clone()) as Box<dyn Value>, Failure::from(large.clone()));
    let bare = Codec::default();
    for format in [Format::Postcard, Format::Bincode] {
        let codec = raised.clone().format(format);
        let mut all = Vec::new();
        let bytes = codec.to_vec(&large).unwrap();
        all.push(bare.from_slice::<Opaque>(&bytes).unwrap());
        // Beside others, in a decode within a decode, in a copy, and kept again.
        let (opaque, failure): (Opaque, Failure) = bare.from_slice(&codec.to_vec(&sent()).unwrap()).unwrap();
        all.push(failure.opaque().unwrap().clone());
        // A copy is made in the first format, and to be written anew it would have to be decoded.
        if format == Format::Postcard {
            all.push(to_exact::<(Opaque,), _>(&(opaque.clone(),)).unwrap().0);
        }
        all.push(raised.decode_opaque::<Opaque>(&opaque).unwrap());
        for opaque in all {
            let error = raised.decode_opaque::<Bait>(&opaque).unwrap_err();
            assert!(error.to_string().contains("items is 1048576"), "{format}: {error}");
            assert!(ways(&opaque).iter().all(|(way, found)| found.is_err() || *way == "kept again"), "{format}");
        }
        assert!(failure.to_exact::<Bait>().unwrap_err().is_limit());
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Hidden(u8);

/// A copy of a value of this process is built, whatever the terms of its carried values are; the carried values are not.
#[test]
fn a_value_that_holds_what_is_denied_is_copied() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Local {
        opaque: Opaque,
        carried: Carried<dyn Value>,
        own: Box<dyn Value>,
    }
    let codec = Codec::default().policy(closed());
    for format in formats() {
        let denied = || codec.from_slice::<Opaque>(&Codec::default().format(format).to_vec(&bait()).unwrap()).unwrap();
        let local = |own: Box<dyn Value>| Local { opaque: denied(), carried: Carried::Opaque(denied()), own };
        let value = local(Box::new(Hidden(1)));
        CONSTRUCTIONS.set(0);
        let copies = [
            to_exact::<Local, _>(&value).unwrap(),
            *Value::__into_any(Box::new(to_exact::<Local, _>(&value as &dyn Value).unwrap())).downcast().unwrap(),
        ];
        for copy in copies {
            assert_eq!(format!("{copy:?}"), format!("{value:?}"), "{format}");
            assert!(ways(&copy.opaque).iter().all(|(way, found)| found.is_err() || *way == "kept again"));
        }
        let bytes = Codec::default().format(format).verify(true).to_vec(&value).unwrap();
        assert!(codec.from_slice::<Local>(&bytes).unwrap_err().is_denied());
        assert_eq!(CONSTRUCTIONS.get(), 0, "{format}");
        // One of the same type that is not carried is not told from it.
        let both = to_exact::<Local, _>(&local(Box::new(bait())));
        assert!(both.is_err_and(|error| error.is_denied()) && CONSTRUCTIONS.get() == 0, "{format}");
    }
}

#[test]
fn what_is_allowed_is_decoded_later() {
    for policy in [Policy::default(), closed().allow::<Bait>()] {
        check(&Codec::default().policy(policy), |_, found| found.is_ok());
    }
}

/// The terms are not part of the value.
#[test]
fn equal_values_are_equal_whoever_received_them() {
    let bytes = typeport::to_vec(&bait()).unwrap();
    let receivers = [Codec::default(), Codec::default().policy(closed()), Codec::default().limits(Limits::trusted())];
    let received = receivers.map(|codec| codec.from_slice::<Opaque>(&bytes).unwrap());
    assert!(received.iter().all(|opaque| *opaque == received[0]));
    assert_eq!(HashSet::from(received).len(), 1);
}
