//! The body that compares a direct type with its twin by serde. Imports `laws`, `repair`.

use crate::laws::codec;
use crate::repair::assemble;
use std::cell::Cell;
use std::fmt::Debug;
use std::sync::OnceLock;
use typeport::{Codec, Envelope, Format, Portable, Result, Value, portable};

thread_local! {
    static FORMAT: Cell<Format> = const { Cell::new(Format::Postcard) };
}

#[portable]
trait Job {
    #[allow(dead_code, reason = "the twins have it")]
    fn weight(&self) -> u64;
}

/// Text as it stands, by functions.
mod reversed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        text.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

fn nine() -> u8 {
    9
}

/// What the twins import.
macro_rules! imports {
    () => {
        use super::{FORMAT, Job, nine, reversed};
        use std::borrow::Cow;
        use std::cmp::Reverse;
        use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, LinkedList, VecDeque};
        use std::ffi::{CString, OsString};
        use std::marker::PhantomData;
        use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
        use std::num::{NonZeroI64, NonZeroU8, NonZeroU128, Saturating, Wrapping};
        use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
        use std::path::PathBuf;
        use std::sync::Arc;
        use std::time::{Duration, SystemTime};
        use typeport::{Carried, Opaque, Portable, Value, portable};
    };
}

#[allow(missing_docs, dead_code, reason = "the twins are those of the tests, and nested values need a table")]
mod direct {
    imports!();

    macro_rules! twin {
        ($id:literal $other:literal $($item:tt)*) => {
            #[portable(id = $id)]
            #[derive(Clone, PartialEq)]
            $($item)*
        };
    }
    macro_rules! object {
        ($id:literal $other:literal $($item:tt)*) => {
            #[portable(id = $id)]
            $($item)*
        };
    }

    include!("../../tests/values/direct/twins.in");
}

#[allow(missing_docs, dead_code, reason = "the twins are those of the tests, and nested values need a table")]
mod by_serde {
    imports!();
    use serde::{Deserialize, Serialize};

    macro_rules! twin {
        ($other:literal $id:literal $($item:tt)*) => {
            #[derive(Clone, PartialEq, Debug, Serialize, Deserialize, Portable)]
            #[portable(id = $id)]
            $($item)*
        };
    }
    macro_rules! object {
        ($other:literal $id:literal $($item:tt)*) => {
            #[derive(Debug, Serialize, Deserialize, Portable)]
            #[portable(id = $id)]
            $($item)*
        };
    }

    include!("../../tests/values/direct/twins.in");
}

/// A value, and what becomes of a state as one of its type.
struct Twin {
    made: Box<dyn Value>,
    told: fn(Format, &[u8]) -> Result<(Vec<u8>, String)>,
}

impl Twin {
    fn new<T: Portable>(made: T) -> Self {
        Twin { made: Box::new(made), told: told::<T> }
    }
}

/// What a state is as a `T`: the state again, and how it looks.
fn told<T: Portable + Debug>(format: Format, envelope: &[u8]) -> Result<(Vec<u8>, String)> {
    let codec = codec(format, false);
    let value: T = codec.from_slice(envelope)?;
    let again = codec.to_vec(&value)?;
    Ok((Envelope::parse(&again)?.state().to_vec(), format!("{value:?}")))
}

/// The twins, the direct one first.
fn twins() -> &'static [[Twin; 2]] {
    static TWINS: OnceLock<Vec<[Twin; 2]>> = OnceLock::new();
    TWINS.get_or_init(|| {
        let mut twins = vec![
            [Twin::new(direct::all()), Twin::new(by_serde::all())],
            [Twin::new(direct::pair()), Twin::new(by_serde::pair())],
            [Twin::new(direct::std()), Twin::new(by_serde::std())],
            [Twin::new(direct::defaults()), Twin::new(by_serde::defaults())],
            [Twin::new(direct::bytes()), Twin::new(by_serde::bytes())],
            [Twin::new(direct::heap(|| 7_u8)), Twin::new(by_serde::heap(|| 7_u8))],
            [Twin::new(direct::heap(direct::pair)), Twin::new(by_serde::heap(by_serde::pair))],
        ];
        let erased = direct::erased().into_iter().zip(by_serde::erased());
        twins.extend(erased.map(|(one, other)| [Twin::new(one), Twin::new(other)]));
        twins
    })
}

const FORMATS: [Format; 3] = [Format::Postcard, Format::Bincode, Format::Json];

/// Decodes a state directly and by serde, and asserts that both give the same value and the same state, or the same error in
/// the same place. The first byte picks the twins and the format.
pub fn direct(data: &[u8]) {
    let Some((pick, state)) = data.split_first() else { return };
    let (format, twins) = (FORMATS[usize::from(pick % 3)], &twins()[usize::from(pick / 3) % twins().len()]);
    let [one, other] = twins.each_ref().map(|twin| {
        let envelope = codec(format, false).to_vec(&*twin.made).expect("it is made here");
        let parsed = Envelope::parse(&envelope).expect("it was just encoded");
        let name = parsed.type_name().as_str().as_bytes();
        (twin.told)(format, &assemble(format as u8, parsed.type_hash(), name, state))
            .map_err(|error| (error.to_string().replace("s::", "d::"), error.path(), error.code()))
    });
    // A hash map has no order.
    match (one, other) {
        (Ok((one, _)), Ok((other, _))) => assert_eq!(one.len(), other.len()),
        // Of several faults of a text another one may be met first.
        (Err(_), Err(_)) if format == Format::Json => {}
        (one, other) => assert_eq!(one.map(drop), other.map(drop)),
    }
}

/// The states of the values that are made, each in each format.
pub(crate) fn samples() -> Vec<(String, Vec<u8>)> {
    let mut samples = Vec::new();
    for (at, [twin, _]) in twins().iter().enumerate() {
        for (number, format) in FORMATS.into_iter().enumerate() {
            let envelope = Codec::default().format(format).to_vec(&*twin.made).expect("it is made here");
            let state = Envelope::parse(&envelope).expect("it was just encoded").state().to_vec();
            let pick = u8::try_from(at * 3 + number).expect("few twins");
            samples.push((format!("twin_{at}_{format}"), [&[pick], &state[..]].concat()));
        }
    }
    samples
}
