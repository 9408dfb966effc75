//! A direct state equals the state by serde: twin types, one by `#[portable]` and one by the derives, have the same bytes,
//! values, errors and paths, for valid and for damaged input, and at the edge of each limit.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

mod json;
mod std_types;

use std::cell::Cell;
use std::fmt::Debug;
use typeport::{Codec, Envelope, Format, Limits, Portable, Value, portable};

thread_local! {
    /// The format of what is carried in the values.
    static FORMAT: Cell<Format> = const { Cell::new(Format::Postcard) };
}

#[portable]
trait Job {
    #[allow(dead_code, reason = "a method for the delegates")]
    fn weight(&self) -> u64;
}

/// Text that is written the other way round.
mod reversed {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        text.chars().rev().collect::<String>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.contains('!') { Err(D::Error::custom("it shouts")) } else { Ok(text.chars().rev().collect()) }
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
        use std::sync::{Arc, Mutex, RwLock};
        use std::time::{Duration, SystemTime};
        use typeport::{Carried, Opaque, Portable, Value, portable};
    };
}

#[allow(clippy::module_inception, reason = "the twins are called direct and by serde")]
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

    include!("twins.in");
    include!("std.in");
}

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

    include!("twins.in");
    include!("std.in");
}

const BINARY: [Format; 2] = [Format::Postcard, Format::Bincode];
const FORMATS: [Format; 3] = [Format::Postcard, Format::Bincode, Format::Json];

/// Sets one limit.
type SetLimit = fn(Limits, usize) -> Limits;

/// What a decode tells: the value, or the error with its place and its code.
type Told = Result<String, (String, Option<String>, u16)>;

fn told<T: Debug>(result: typeport::Result<T>) -> Told {
    let ids = |text: String| if text.contains("s::") { text.replace("s::", "d::") } else { text };
    result.map(|value| ids(format!("{value:?}"))).map_err(|error| (ids(error.to_string()), error.path(), error.code()))
}

/// Serde_json ends an error with the line and the column, which ours has as well where it is made of a text; and what was found,
/// or expected, has other words where a layer is in between. The rest is the same.
fn of_text(told: Told) -> Told {
    let words = |text: String| {
        let kinds = ["invalid type", "invalid value", "invalid length", "unknown variant", "unknown field"];
        let found = kinds.iter().filter_map(|kind| {
            let at = text.find(kind)?;
            Some(at + kind.len())
        });
        let end = found.chain(text.find(" at line ")).min();
        text[..end.unwrap_or(text.len())].to_owned()
    };
    told.map_err(|(text, path, code)| (words(text), path, code))
}

/// What a text is made of is counted when it is there, and not as it comes: so a limit is met in another place, by another number.
fn of_limit_of_text(told: Told) -> Told {
    let name =
        |text: String| text.split("limit exceeded: ").nth(1).and_then(|text| text.split(' ').next()).map(str::to_owned);
    told.map_err(|(text, _, code)| (name(text.clone()).unwrap_or(text), None, code))
}

/// Twins that are held against each other.
struct Twins<'a> {
    one: &'a dyn Value,
    other: &'a dyn Value,
    decode: fn(&Codec, &[u8]) -> Told,
    decode_other: fn(&Codec, &[u8]) -> Told,
    /// Whether each byte is damaged in one way only, and few of a text.
    is_brief: bool,
}

fn exactly<T: Portable>(codec: &Codec, bytes: &[u8]) -> Told {
    told(codec.from_slice::<T>(bytes))
}

impl<'a> Twins<'a> {
    fn exact<A: Portable, B: Portable>(one: &'a A, other: &'a B) -> Self {
        Twins { one, other, decode: exactly::<A>, decode_other: exactly::<B>, is_brief: false }
    }

    fn any(one: &'a dyn Job, other: &'a dyn Job) -> Self {
        let decode = exactly::<Box<dyn Job>>;
        Twins { one, other, decode, decode_other: decode, is_brief: false }
    }

    fn brief(self) -> Self {
        Twins { is_brief: true, ..self }
    }
}

/// Where the state is among the bytes of an envelope.
fn place_of_state(bytes: &[u8]) -> std::ops::Range<usize> {
    let state = Envelope::parse(bytes).unwrap().state();
    let at = bytes.windows(state.len()).position(|window| std::ptr::eq(window, state)).unwrap();
    at..at + state.len()
}

impl Twins<'_> {
    #[track_caller]
    fn check(&self) {
        for format in FORMATS {
            let codec = Codec::default().format(format).checksum(false);
            self.check_bytes(&codec);
            self.check_limits(&codec);
        }
    }

    /// The same bytes, and the same verdict on each damage of them.
    #[track_caller]
    fn check_bytes(&self, codec: &Codec) {
        let (one, other) = (codec.to_vec(self.one).unwrap(), codec.to_vec(self.other).unwrap());
        let (place, other_place) = (place_of_state(&one), place_of_state(&other));
        assert_eq!(place, other_place);
        // The type hashes of nested values are those of different types, and damage may make one of the other.
        let is_hash = |at: usize| (at.saturating_sub(9)..(at + 10).min(one.len())).any(|at| one[at] != other[at]);
        let is_text = Envelope::parse(&one).unwrap().format() == Format::Json;
        let (mut sound, mut damaged) = (0, 0);
        for at in place.clone().filter(|at| !is_hash(*at)) {
            let all = [0, 1, 2, 0x10, 0x80, 0xff];
            let changes = match at - place.start {
                // The sound state once.
                0 => &all[..],
                _ if !self.is_brief => &all[1..],
                at if is_text && at % 4 > 0 => &[],
                at => &all[1 + at % 5..][..1],
            };
            for change in changes {
                let mut pair = [one.clone(), other.clone()];
                pair.iter_mut().for_each(|bytes| bytes[at] ^= change);
                let (told, expected) = ((self.decode)(codec, &pair[0]), (self.decode_other)(codec, &pair[1]));
                let same = told == expected || is_text && of_text(told.clone()) == of_text(expected.clone());
                // Of two faults, that of the text is met first; and one byte of a name may make two. `json` looks at one fault.
                let are_faults = is_text && told.is_err() && expected.is_err();
                assert!(same || are_faults, "{at} of {place:?} ^ {change}\n{told:?}\n{expected:?}");
                *if told.is_ok() { &mut sound } else { &mut damaged } += 1;
            }
        }
        assert!(sound > 0 && damaged > 0, "{sound} sound, {damaged} damaged");
    }

    /// The same verdict one below, at and one above the least of each limit that passes.
    #[track_caller]
    fn check_limits(&self, codec: &Codec) {
        let (bytes, other) = (codec.to_vec(self.one).unwrap(), codec.to_vec(self.other).unwrap());
        let is_text = Envelope::parse(&bytes).unwrap().format() == Format::Json;
        let base = || Limits::default().with_memory_per_byte(usize::MAX);
        let limits: [(&str, SetLimit); 5] = [
            ("depth", Limits::with_depth),
            ("nested", Limits::with_nested),
            ("items", Limits::with_items),
            ("unbacked_items", Limits::with_unbacked_items),
            ("memory_bytes", Limits::with_memory_bytes),
        ];
        for (name, with) in limits {
            let at = |value| codec.clone().limits(with(base(), value));
            let passes = |value| (self.decode)(&at(value), &bytes).is_ok();
            let (mut fails, mut least) = (0_usize, usize::from(!passes(0)));
            while least > 0 && !passes(least) {
                (fails, least) = (least, least * 2);
            }
            while least - fails > 1 {
                let middle = fails.midpoint(least);
                *if passes(middle) { &mut least } else { &mut fails } = middle;
            }
            for value in [0, least.saturating_sub(2), least.saturating_sub(1), least, least + 1, least / 2] {
                let (decoded, expected) = ((self.decode)(&at(value), &bytes), (self.decode_other)(&at(value), &other));
                let (encoded, other) = (at(value).to_vec(self.one), at(value).to_vec(self.other));
                let ways = [(decoded, expected), (told(encoded.map(drop)), told(other.map(drop)))];
                for (way, (one, other)) in ways.into_iter().enumerate() {
                    let pair = if is_text { (of_limit_of_text(one), of_limit_of_text(other)) } else { (one, other) };
                    assert_eq!(pair.0, pair.1, "way {way}: {name} is {value}");
                }
            }
        }
    }
}

#[test]
fn values_without_trait_objects() {
    Twins::exact(&direct::all(), &by_serde::all()).check();
    Twins::exact(&direct::pair(), &by_serde::pair()).check();
    Twins::exact(&direct::std(), &by_serde::std()).check();
    Twins::exact(&direct::defaults(), &by_serde::defaults()).check();
}

/// One value, but in JSON a list of numbers.
#[test]
fn bytes() {
    Twins::exact(&direct::bytes(), &by_serde::bytes()).check();
}

#[test]
fn values_within_values_of_each_kind() {
    Twins::exact(&direct::heap(|| 1_u8), &by_serde::heap(|| 1_u8)).check();
    Twins::exact(&direct::heap(direct::pair), &by_serde::heap(by_serde::pair)).check();
}

#[test]
fn erased_values() {
    for (one, other) in direct::erased().into_iter().zip(by_serde::erased()) {
        Twins::any(&*one, &*other).check();
    }
}

#[test]
fn trait_objects_within_each_other() {
    for format in FORMATS {
        FORMAT.set(format);
        let codec = Codec::default().format(format).checksum(false);
        let (one, other) = (direct::node(2), by_serde::node(2));
        let twins = Twins::exact(&one, &other);
        twins.check_bytes(&codec);
        twins.check_limits(&codec);
    }
}
