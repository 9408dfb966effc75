//! A value that stands for another behaves like it: a carried value as a root, and a parameter inside an erased type, where the
//! interface's own code encodes it, decodes it and queries its type. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use typeport::{Carried, Codec, Format, Opaque, Policy, Portable, Registry, Resolution, Value, downcast, portable};

#[portable]
trait Holds {
    /// The value as an envelope.
    fn packed(&self, codec: &Codec) -> Result<Vec<u8>, typeport::Error>;

    /// Replaces the value by the one in an envelope.
    fn unpack(&mut self, codec: &Codec, bytes: &[u8]) -> Result<(), typeport::Error>;

    /// The value as a trait object, and its name.
    fn into_value(self: Box<Self>) -> (Box<dyn Value>, String);

    fn shown(&self) -> String;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "stand_ins::Holder")]
struct Holder<T> {
    value: T,
}

#[portable]
impl<T: Portable> Holds for Holder<T> {
    fn packed(&self, codec: &Codec) -> Result<Vec<u8>, typeport::Error> {
        codec.to_vec(&self.value)
    }

    fn unpack(&mut self, codec: &Codec, bytes: &[u8]) -> Result<(), typeport::Error> {
        self.value = codec.from_slice(bytes)?;
        Ok(())
    }

    fn into_value(self: Box<Self>) -> (Box<dyn Value>, String) {
        let name = self.value.type_name().to_string();
        (Box::new(self.value), name)
    }

    fn shown(&self) -> String {
        format!("{:?}", self.value)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "stand_ins::Pair")]
struct Pair<A, B>(A, B);

fn codecs() -> impl Iterator<Item = Codec> {
    let plain = Format::ALL.iter().map(|&format| Codec::default().format(format));
    plain.into_iter().flat_map(|codec| [codec.clone(), codec.clone().verify(true), codec.schema(true)])
}

/// A holder of `value`, erased.
fn erased<T: Portable>(value: T) -> Box<dyn Holds> {
    typeport::from_slice(&typeport::to_vec(&Holder { value }).unwrap()).unwrap()
}

#[track_caller]
fn check<T: Portable + Clone + PartialEq>(one: T, other: T) {
    for codec in codecs() {
        let mut held = erased(one.clone());
        assert_eq!(Registry::global().resolve(&held.type_name()), Resolution::Erased);
        let bytes = held.packed(&codec).unwrap();
        assert_eq!(bytes, codec.to_vec(&one).unwrap(), "the bytes are those of the value itself");
        assert_eq!(codec.from_slice::<T>(&bytes).unwrap(), one);

        held.unpack(&codec, &codec.to_vec(&other).unwrap()).unwrap();
        assert_eq!(held.shown(), format!("{other:?}"));
        let error = held.unpack(&codec, &codec.to_vec(&"another type".to_owned()).unwrap()).unwrap_err();
        assert!(error.is_mismatch(), "{error}");
        assert_eq!(held.shown(), format!("{other:?}"), "an error leaves the value as it was");
        let closed = codec.policy(Policy::deny_all());
        let error = held.unpack(&closed, &bytes).unwrap_err();
        assert!(error.is_denied(), "the policy is asked here too: {error}");

        let (value, name) = held.into_value();
        assert_eq!(
            (value.type_name().to_string(), name),
            (other.type_name().to_string(), other.type_name().to_string())
        );
        assert_eq!(downcast::<T, _>(value).unwrap(), other);
    }
}

#[test]
fn a_parameter_is_the_value_that_it_stands_for() {
    check(7_u8, 9);
    check(vec![1_u16, 2], vec![]);
    check(Pair("a".to_owned(), 1.5), Pair("b".to_owned(), -0.0));
    check(Some(Pair(vec![true], ())), None);
}

#[portable(id = "stand_ins::Job")]
trait Job: Debug {}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Count(u32);

#[portable]
impl Job for Count {}

/// As a root, a carried value is written like the value that it carries, linked or not.
#[test]
fn a_carried_value_at_a_root_is_what_it_carries() {
    for codec in codecs() {
        let bytes = codec.to_vec(&Count(3)).unwrap();
        let known: Carried<dyn Job> = codec.from_slice(&bytes).unwrap();
        let opaque: Carried<dyn Job> = codec.clone().policy(Policy::deny_all()).from_slice(&bytes).unwrap();
        assert!(matches!((&known, &opaque), (Carried::Known(_), Carried::Opaque(_))));
        for carried in [&known, &opaque] {
            assert_eq!(carried.type_name().to_string(), "typeport::Count");
            assert_eq!(Value::type_name(carried).to_string(), "typeport::Count");
            assert_eq!(codec.to_vec(carried).unwrap(), bytes);
        }
        assert_eq!(typeport::to_exact::<Count, _>(&known).unwrap(), Count(3));
        // Its original policy still applies.
        assert!(typeport::to_exact::<Count, _>(&opaque).unwrap_err().is_denied());
        assert_eq!(format!("{known:?}"), "Count(3)");
        let shown = format!("{opaque:?}");
        assert!(
            shown.starts_with("Opaque(typeport::Count, ") && shown.ends_with(&format!("of {})", codec_format(&bytes)))
        );

        let alone: Opaque = codec.from_slice(&bytes).unwrap();
        assert_eq!(codec.to_vec(&alone).unwrap(), bytes);
        assert_eq!(format!("{alone:?}"), shown);
        // A box of the same is a value of its own, and is decoded as a job.
        let boxed: Box<dyn Value> = Box::new(alone);
        assert_eq!(
            codec.from_slice::<Box<dyn Job>>(&codec.to_vec(&*boxed).unwrap()).unwrap().type_name(),
            Count(3).type_name()
        );
    }
}

fn codec_format(bytes: &[u8]) -> Format {
    typeport::Envelope::parse(bytes).unwrap().format()
}

/// An error of `downcast` names the type of the value, and returns the value.
#[test]
fn a_downcast_that_fails_says_why() {
    let error = downcast::<String, dyn Job>(Box::new(Count(1))).unwrap_err();
    assert_eq!(error.to_string(), "value is `typeport::Count`, not `String`");
    assert_eq!(format!("{error:?}"), "DowncastError(value is `typeport::Count`, not `String`)");
    assert_eq!(error.found().to_string(), "typeport::Count");
    assert_eq!(downcast::<Count, dyn Job>(error.into_value()).unwrap(), Count(1));
}
