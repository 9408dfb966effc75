//! The body that passes values through other crates' formats, and reads any bytes in them. Imports `samples`, `types`.

use crate::samples::{failure, foo, nested, one, pick};
use crate::types::Base;
use arbitrary::{Arbitrary, Unstructured};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use typeport::{Carried, Codec, Failure, Format, Opaque, Value};

/// First byte: the second one picks a type, and the rest is what a value of it is made of. Any other: the second one picks a
/// format, and the rest is a text or bytes of it.
pub(crate) const MADE: u8 = b'm';

/// The places of nested values in a struct that is read in order.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    id: u8,
    alone: Box<dyn Value>,
    list: Vec<Carried<dyn Base>>,
    kept: Option<Opaque>,
    failure: Option<Failure>,
}

/// The places that serde reads into a buffer first.
#[derive(Debug, Serialize, Deserialize)]
struct Parcel {
    id: u8,
    tagged: Tagged,
    choice: Choice,
    #[serde(flatten)]
    rest: BTreeMap<String, Carried<dyn Value>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Nothing,
    Job { job: Box<dyn Value> },
    Failed { failure: Failure },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Choice {
    One(Box<dyn Value>),
    Many(Vec<Opaque>),
}

/// A format of another crate.
struct Foreign {
    name: &'static str,
    letter: Carrier<Letter>,
    parcel: Carrier<Parcel>,
}

/// How a type is written and read.
struct Carrier<T> {
    write: fn(&T) -> Result<Vec<u8>, String>,
    read: fn(&[u8]) -> Result<T, String>,
}

fn text(error: impl Display) -> String {
    error.to_string()
}

fn json<T: Serialize + DeserializeOwned>() -> Carrier<T> {
    Carrier {
        write: |value| serde_json::to_vec(value).map_err(text),
        read: |bytes| serde_json::from_slice(bytes).map_err(text),
    }
}

fn cbor<T: Serialize + DeserializeOwned>() -> Carrier<T> {
    Carrier {
        write: |value| {
            let mut bytes = Vec::new();
            ciborium::into_writer(value, &mut bytes).map(|()| bytes).map_err(text)
        },
        read: |bytes| ciborium::from_reader(bytes).map_err(text),
    }
}

fn compact<T: Serialize + DeserializeOwned>() -> Carrier<T> {
    Carrier {
        write: |value| rmp_serde::to_vec(value).map_err(text),
        read: |bytes| rmp_serde::from_slice(bytes).map_err(text),
    }
}

fn named<T: Serialize + DeserializeOwned>() -> Carrier<T> {
    Carrier { write: |value| rmp_serde::to_vec_named(value).map_err(text), ..compact() }
}

fn formats() -> [Foreign; 4] {
    [
        Foreign { name: "serde_json", letter: json(), parcel: json() },
        Foreign { name: "ciborium", letter: cbor(), parcel: cbor() },
        Foreign { name: "rmp compact", letter: compact(), parcel: compact() },
        Foreign { name: "rmp named", letter: named(), parcel: named() },
    ]
}

/// Sends a value through each format, or reads bytes in one; asserts that a written value is read back equal.
pub fn foreign(data: &[u8]) {
    let [mode, choice, rest @ ..] = data else { return };
    let formats = formats();
    if *mode == MADE {
        let value = || {
            let (sample, source) = pick(&data[1..])?;
            (sample.subject.make)(&mut Unstructured::new(source)).ok()
        };
        let Some(first) = value() else { return };
        let kept = Codec::default().format(Format::ALL[usize::from(*choice) % 3]).to_vec(&*first);
        let kept = || kept.as_ref().ok().map(|bytes| typeport::from_slice(bytes).expect("it was just encoded"));
        for format in &formats {
            let (Some(one), Some(other), Some(third)) = (value(), value(), value()) else { return };
            let list = nested().into_iter().map(Carried::Known).collect();
            stays(format.name, &format.letter, &letter(one, list, kept(), rest));
            stays(format.name, &format.parcel, &parcel(other, third, kept(), rest));
        }
        return;
    }
    let format = &formats[usize::from(*choice) % formats.len()];
    read(format.name, &format.letter, rest);
    read(format.name, &format.parcel, rest);
}

fn letter(alone: Box<dyn Value>, list: Vec<Carried<dyn Base>>, kept: Option<Opaque>, source: &[u8]) -> Letter {
    let number = u32::arbitrary(&mut Unstructured::new(source)).unwrap_or_default();
    Letter { id: 7, alone, list, kept, failure: Some(failure(number)) }
}

fn parcel(first: Box<dyn Value>, other: Box<dyn Value>, kept: Option<Opaque>, source: &[u8]) -> Parcel {
    let number = source.first().copied().unwrap_or_default();
    let tagged = match number % 3 {
        0 => Tagged::Nothing,
        1 => Tagged::Job { job: first },
        _ => Tagged::Failed { failure: failure(number.into()) },
    };
    let choice = match kept {
        Some(kept) if number % 2 == 0 => Choice::Many(vec![kept]),
        _ => Choice::One(other),
    };
    let rest: [Box<dyn Value>; 3] =
        [Box::new(foo(-1, "a")), Box::new(one(nested())), Box::new(vec![Some(one('x')), None])];
    let rest = rest.into_iter().enumerate().map(|(at, value)| (at.to_string(), Carried::Known(value)));
    Parcel { id: 7, tagged, choice, rest: rest.collect() }
}

/// Law: a written value is read back equal.
fn stays<T: Shown>(name: &str, carrier: &Carrier<T>, value: &T) {
    // An encode may refuse a value that the format cannot represent: a key that is not text, an integer of 128 bits.
    let Ok(bytes) = (carrier.write)(value) else { return };
    let shown = value.shown();
    match (carrier.read)(&bytes) {
        Ok(back) => assert_eq!(back.shown(), shown, "{name}: {}", bytes.escape_ascii()),
        // JSON writes those as null; and what serde reads into its buffer has no integers of 128 bits there, and no keys but
        // texts, whatever the type.
        Err(_) if name == "serde_json" && (shown.has_non_finite || shown.has_no_buffer()) => {}
        Err(error) if error.contains("limit") => {}
        // A carried float that may have been such an integer is an error in a buffer, and says so where `untagged` does not hide it.
        Err(_) if name == "serde_json" && shown.has_large_float() => {}
        Err(error) => panic!("{name}: {shown:?} was written and cannot be read: {error}: {}", bytes.escape_ascii()),
    }
}

/// Reads bytes from anywhere. Law: what was read stays as it is.
fn read<T: Shown>(name: &str, carrier: &Carrier<T>, bytes: &[u8]) {
    if let Ok(value) = (carrier.read)(bytes) {
        stays(name, carrier, &value);
    }
}

/// What can be seen of a value.
#[derive(Debug, PartialEq)]
struct Text {
    text: Vec<String>,
    has_non_finite: bool,
}

impl Text {
    /// Whether serde's buffer has no form for it in JSON.
    fn has_no_buffer(&self) -> bool {
        self.text.iter().any(|part| ["128", "Map<", "Sorted<"].iter().any(|name| part.contains(name)))
    }
}

impl Text {
    /// Whether there is a float that an integer of more than 63 bits becomes.
    fn has_large_float(&self) -> bool {
        let exponents = self.text.iter().flat_map(|part| part.split('e').skip(1));
        exponents
            .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>())
            .any(|digits| digits.parse().is_ok_and(|exponent: u32| (18..=38).contains(&exponent)))
    }
}

trait Shown: Debug {
    fn parts(&self) -> Vec<String>;

    fn shown(&self) -> Text {
        let text = self.parts();
        let has_non_finite = text.iter().any(|part| part.contains("NaN") || part.contains("inf"));
        Text { text, has_non_finite }
    }
}

/// A value as its name and its output, whatever holds it.
fn of_value<V: Value + ?Sized>(value: &V) -> String {
    let (name, text) = (value.type_name(), format!("{value:?}"));
    let has_no_order = ["HashMap<", "HashSet<", "BinaryHeap<"].iter().any(|part| name.as_str().contains(part));
    if has_no_order {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        return format!("{name}: {}", characters.into_iter().collect::<String>());
    }
    format!("{name}: {text}")
}

/// A carried value as its value, or as its name and state if its type is unknown.
fn of_opaque(opaque: &Opaque) -> String {
    // A value from another crate's format has no type hash, and is decoded in that format.
    let by_name = || {
        let state = std::str::from_utf8(opaque.state()).ok().filter(|_| opaque.format() == Format::Json)?;
        let text = format!("{{\"type\":\"{}\",\"value\":{state}}}", opaque.type_name());
        serde_json::from_str::<Box<dyn Value>>(&text).ok()
    };
    if let Some(value) = opaque.decode::<Box<dyn Value>>().ok().or_else(by_name) {
        return of_value(&*value);
    }
    format!("{}: {} {}", opaque.type_name(), opaque.format(), opaque.state().escape_ascii())
}

fn of_failure(failure: &Failure) -> String {
    let messages: Vec<&str> = failure.messages().collect();
    format!("{messages:?} of {:?}", failure.type_name().map(|name| name.to_string()))
}

fn of_carried<I: typeport::Interface + ?Sized>(carried: &Carried<I>) -> String {
    match carried {
        Carried::Known(value) => of_value(&**value),
        Carried::Opaque(opaque) => of_opaque(opaque),
    }
}

impl Shown for Letter {
    fn parts(&self) -> Vec<String> {
        let fixed = [self.id.to_string(), of_value(&*self.alone)];
        let list = self.list.iter().map(of_carried);
        let kept = self.kept.iter().map(of_opaque).chain(self.failure.iter().map(of_failure));
        fixed.into_iter().chain(list).chain(kept).collect()
    }
}

impl Shown for Parcel {
    fn parts(&self) -> Vec<String> {
        let tagged = match &self.tagged {
            Tagged::Nothing => String::new(),
            Tagged::Job { job } => of_value(&**job),
            Tagged::Failed { failure } => of_failure(failure),
        };
        let choice = match &self.choice {
            Choice::One(value) => vec![of_value(&**value)],
            Choice::Many(values) => values.iter().map(of_opaque).collect(),
        };
        let rest = self.rest.iter().map(|(key, value)| format!("{key}: {}", of_carried(value)));
        [self.id.to_string(), tagged].into_iter().chain(choice).chain(rest).collect()
    }
}

/// Texts and bytes of each format, for seeds.
pub(crate) fn written() -> Vec<(&'static str, usize, Vec<u8>)> {
    let mut all = Vec::new();
    for (at, format) in formats().into_iter().enumerate() {
        let boxed = |at: usize| Box::new(nested().remove(at)) as Box<dyn Value>;
        let list = || nested().into_iter().map(Carried::Known).collect();
        let opaque = || Some(typeport::from_slice(&typeport::to_vec(&7_i64).expect("a number")).expect("its envelope"));
        let letter = (format.letter.write)(&letter(boxed(1), list(), opaque().filter(|_| at > 0), &[5; 4]));
        all.push((format.name, at, letter.expect("a seed can be written")));
        let parcel = (format.parcel.write)(&parcel(boxed(1), boxed(2), None, &[1]));
        all.push((format.name, at, parcel.expect("a seed can be written")));
    }
    all
}
