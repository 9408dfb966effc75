//! A reading whose target leaves a part of the value unread is an error: a binary state does not delimit its values, so the
//! rest would be read as the next value. The properties that a reading reports are true. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode"))]

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use typeport::{Codec, Error, Format, Portable, Registry, portable};

#[portable(id = "unread::Step")]
trait Step: Debug {}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "unread::Wrapped")]
struct Wrapped(u32);

#[portable]
impl Step for Wrapped {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Pair {
    first: u8,
    second: u8,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "unread::Kind")]
enum Kind {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { first: u8, second: u8 },
}

/// A value, and what would be read as something else.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Before<T> {
    v: T,
    w: String,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is printed where it should not be")]
struct Seen<T> {
    v: T,
    w: String,
}

/// How a target treats the values that it gets.
trait Take: Debug {
    fn seq<'de, A: SeqAccess<'de>>(_: A) -> Result<(), A::Error> {
        Ok(())
    }

    fn map<'de, A: MapAccess<'de>>(_: A) -> Result<(), A::Error> {
        Ok(())
    }

    fn inner<'de, D: Deserializer<'de>>(_: D) -> Result<(), D::Error> {
        Ok(())
    }
}

/// A target that treats values as `H` says.
#[derive(Debug)]
struct Takes<H>(PhantomData<H>);

impl<'de, H: Take> Deserialize<'de> for Takes<H> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Takes(PhantomData))
    }
}

impl<'de, H: Take> Visitor<'de> for Takes<H> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Self, A::Error> {
        H::seq(access).map(|()| self)
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Self, A::Error> {
        H::map(access).map(|()| self)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self, D::Error> {
        H::inner(inner).map(|()| self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self, D::Error> {
        H::inner(inner).map(|()| self)
    }
}

/// Nothing of it.
#[derive(Debug)]
struct Nothing;

impl Take for Nothing {}

/// Its first element, or its first entry.
#[derive(Debug)]
struct First;

impl Take for First {
    fn seq<'de, A: SeqAccess<'de>>(mut access: A) -> Result<(), A::Error> {
        access.next_element::<IgnoredAny>().map(drop)
    }

    fn map<'de, A: MapAccess<'de>>(mut access: A) -> Result<(), A::Error> {
        access.next_entry::<IgnoredAny, IgnoredAny>().map(drop)
    }
}

/// Its keys.
#[derive(Debug)]
struct Keys;

impl Take for Keys {
    fn map<'de, A: MapAccess<'de>>(mut access: A) -> Result<(), A::Error> {
        while access.next_key::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Its first key.
#[derive(Debug)]
struct FirstKey;

impl Take for FirstKey {
    fn map<'de, A: MapAccess<'de>>(mut access: A) -> Result<(), A::Error> {
        access.next_key::<IgnoredAny>().map(drop)
    }
}

/// Each of its parts, and nothing of them.
#[derive(Debug)]
struct Hollow;

/// Does not read the value.
#[derive(Debug)]
struct Blind;

impl<'de> Deserialize<'de> for Blind {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Blind)
    }
}

impl Take for Hollow {
    fn seq<'de, A: SeqAccess<'de>>(mut access: A) -> Result<(), A::Error> {
        while access.next_element::<Blind>()?.is_some() {}
        Ok(())
    }

    fn map<'de, A: MapAccess<'de>>(mut access: A) -> Result<(), A::Error> {
        while access.next_entry::<IgnoredAny, Blind>()?.is_some() {}
        Ok(())
    }
}

/// Hides the error of a value that it could not read.
#[derive(Debug)]
struct Lenient<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let _ = T::deserialize(deserializer);
        Ok(Lenient(PhantomData))
    }
}

fn read<T: for<'de> Deserialize<'de>>(codec: &Codec, bytes: &[u8]) -> Result<T, Error> {
    codec.read(bytes, &Registry::global().schema())
}

/// Reads a value as a target that leaves a part of it: at the root, and in front of another value.
#[track_caller]
fn refused<T: for<'de> Deserialize<'de> + Debug, V: Portable>(make: impl Fn() -> V) {
    for format in [Format::Postcard, Format::Bincode] {
        let codec = Codec::default().format(format);
        let root = read::<T>(&codec, &codec.to_vec(&make()).unwrap()).map(|value| format!("{value:?}"));
        let value = vec![Before { v: make(), w: "after".to_owned() }];
        let field = read::<Vec<Seen<T>>>(&codec, &codec.to_vec(&value).unwrap()).map(|value| format!("{value:?}"));
        for result in [root, field] {
            let error = result.expect_err("a part is left");
            assert!(error.to_string().contains("unread"), "{format}: {error}");
        }
    }
}

#[test]
fn a_target_that_leaves_a_part_is_refused() {
    let vector = || vec![1_u8, 2, 1];
    refused::<(u8, u8), _>(vector);
    refused::<[u8; 2], _>(vector);
    refused::<Takes<Nothing>, _>(vector);
    refused::<Takes<First>, _>(vector);
    refused::<Takes<Hollow>, _>(vector);
    // Even where it takes no byte.
    refused::<Takes<First>, _>(|| vec![(), ()]);

    let tuple = || (1_u8, "two".to_owned(), 3_u8);
    refused::<(u8, String), _>(tuple);
    refused::<Takes<Nothing>, _>(tuple);
    refused::<Takes<First>, _>(tuple);
    refused::<Takes<Hollow>, _>(tuple);
    refused::<(u8,), _>(|| [1_u8, 2]);
    refused::<Takes<First>, _>(|| ((), ()));

    let map = || BTreeMap::from([(1_u8, 2_u8), (3, 4)]);
    refused::<Takes<Nothing>, _>(map);
    refused::<Takes<First>, _>(map);
    refused::<Takes<Keys>, _>(map);
    refused::<Takes<FirstKey>, _>(|| BTreeMap::from([(1_u8, 2_u8)]));
    refused::<Takes<Hollow>, _>(map);

    let fields = || Pair { first: 1, second: 2 };
    refused::<Takes<Nothing>, _>(fields);
    refused::<Takes<First>, _>(fields);
    refused::<Takes<Keys>, _>(fields);
    refused::<Takes<FirstKey>, _>(fields);
    refused::<Takes<Hollow>, _>(fields);

    for kind in [|| Kind::Newtype(1), || Kind::Tuple(1, 2), || Kind::Struct { first: 1, second: 2 }] {
        refused::<Takes<Nothing>, _>(kind);
        refused::<Takes<FirstKey>, _>(kind);
        refused::<Takes<Keys>, _>(kind);
        refused::<Takes<Hollow>, _>(kind);
    }
    refused::<BTreeMap<String, (u8,)>, _>(|| Kind::Tuple(1, 2));
    refused::<BTreeMap<String, Takes<First>>, _>(|| Kind::Struct { first: 1, second: 2 });

    let nested = || vec![Box::new(Wrapped(7)) as Box<dyn Step>];
    refused::<Vec<Takes<Nothing>>, _>(nested);
    refused::<Vec<Takes<First>>, _>(nested);
    refused::<Vec<Takes<FirstKey>>, _>(nested);
    refused::<Vec<Takes<Keys>>, _>(nested);
    refused::<Vec<Takes<Hollow>>, _>(nested);

    let bytes = || CString::new("abc").unwrap();
    refused::<(u8, u8), _>(bytes);
    refused::<Takes<First>, _>(bytes);

    refused::<Takes<Nothing>, _>(|| Some(1_u8));
    refused::<Blind, _>(|| Wrapped(1));
    refused::<Blind, _>(|| IpAddr::from([10, 0, 0, 1]));
    refused::<Blind, _>(|| 1_u8);
    refused::<Blind, _>(|| ());
}

/// A target may hide that a part is of another type, if it has read it; what it cannot have read is an error.
#[test]
fn an_error_that_the_target_hides_does_not_shift_what_follows() {
    refused::<Lenient<u8>, _>(|| vec![1_u8, 2]);
    refused::<Lenient<Vec<String>>, _>(|| vec![1_u8, 2]);
    refused::<Lenient<String>, _>(|| Pair { first: 1, second: 2 });
    for format in [Format::Postcard, Format::Bincode] {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&Before { v: 7_u8, w: "after".to_owned() }).unwrap();
        let seen: Seen<Lenient<String>> = read(&codec, &bytes).unwrap();
        assert_eq!(seen.w, "after", "{format}");
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Host {
    address: IpAddr,
    port: SocketAddr,
    kind: Vec<Kind>,
}

/// The receiver's type for it, with everything that serde supports in readable formats.
#[derive(Debug, PartialEq, Deserialize)]
struct ReadHost {
    address: IpAddr,
    #[serde(flatten)]
    rest: BTreeMap<String, Rest>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Rest {
    Port(SocketAddr),
    Kinds(Vec<ReadKind>),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum ReadKind {
    Unit(String),
    Map(BTreeMap<String, IgnoredAny>),
}

/// Whether what hands it over is readable.
#[derive(Debug, PartialEq)]
struct IsReadable(bool);

impl<'de> Deserialize<'de> for IsReadable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_readable = deserializer.is_human_readable();
        IgnoredAny::deserialize(deserializer).map(|_| IsReadable(is_readable))
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ReadableKey(bool);

impl<'de> Deserialize<'de> for ReadableKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IsReadable::deserialize(deserializer).map(|IsReadable(is)| ReadableKey(is))
    }
}

/// Addresses are text for all targets; a target can parse the address from it.
#[test]
fn a_reading_is_as_readable_as_it_says() {
    let (address, port) = (IpAddr::from([10, 0, 0, 1]), SocketAddr::from(([10, 0, 0, 1], 80)));
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let kinds = || vec![Kind::Unit, Kind::Newtype(1), Kind::Tuple(1, 2), Kind::Struct { first: 1, second: 2 }];
        let bytes = codec.to_vec(&Host { address, port, kind: kinds() }).unwrap();
        let read_host: ReadHost = read(&codec, &bytes).unwrap();
        assert_eq!((read_host.address, &read_host.rest["port"]), (address, &Rest::Port(port)), "{format}");
        assert!(matches!(&read_host.rest["kind"], Rest::Kinds(kinds) if kinds.len() == 4), "{format}");
        read::<IgnoredAny>(&codec, &bytes).unwrap();
        let fields: BTreeMap<ReadableKey, IsReadable> = read(&codec, &bytes).unwrap();
        assert_eq!(fields, BTreeMap::from([(ReadableKey(true), IsReadable(true))]), "{format}");
        for address in [address, IpAddr::from([0; 16])] {
            assert_eq!(read::<IpAddr>(&codec, &codec.to_vec(&address).unwrap()).unwrap(), address, "{format}");
        }
        let parts = codec.to_vec(&(kinds(), Some(1_u8), Box::new(Wrapped(1)) as Box<dyn Step>)).unwrap();
        let parts: (Vec<IsReadable>, Option<IsReadable>, BTreeMap<String, IsReadable>) = read(&codec, &parts).unwrap();
        let all = parts.0.iter().chain(&parts.1).chain(parts.2.values());
        assert_eq!(all.filter(|is| is.0).count(), 4 + 1 + 2, "{format}");
        let contents: Vec<BTreeMap<String, IsReadable>> =
            read(&codec, &codec.to_vec(&kinds().split_off(1)).unwrap()).unwrap();
        assert!(contents.iter().flat_map(BTreeMap::values).all(|is| is.0) && contents.len() == 3, "{format}");
    }
}
