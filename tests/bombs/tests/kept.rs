//! The data that a decode keeps beside its values is charged: the peak of the heap is within the promise of `SECURITY.md`, for
//! each entry point and each kind of field, with names of 4 KiB, in each format, under the default limits and under a megabyte
//! of memory.
//!
//! A single test, as the counting allocator counts for the whole process.
#![forbid(unsafe_code)]

use bombs::types::{Holder, Wide};
use peak_alloc::PeakAlloc;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use typeport::{
    Carried, Codec, Envelope, Error, Failure, Format, Limits, Opaque, Portable, Registry, Schema, Value, portable,
    to_exact,
};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

#[portable(unknown = Stand)]
trait Task {}

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

#[portable]
impl<T: Portable> Task for Holder<T> {}

/// The only member that a trait object holds here.
#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("a leaf")]
struct Leaf;

/// A kind of place, as the type of a whole value.
struct Place {
    name: &'static str,
    /// The name and the hash of the root.
    root: (String, u64),
    /// An element with a nested value of the first type in the table.
    binary: Vec<u8>,
    json: fn(&str) -> String,
    /// Whether the elements are entries of a map, with a number in front.
    is_map: bool,
    entries: Vec<Entry>,
}

/// A way to decode it, which returns the kept values.
type Entry = (&'static str, fn(&Codec, &[u8]) -> Result<Box<dyn std::any::Any>, Error>);

fn root<T: Portable + Default>() -> (String, u64) {
    let bytes = typeport::to_vec(&T::default()).expect("it is empty");
    let envelope = Envelope::parse(&bytes).expect("it was just written");
    (envelope.type_name().to_string(), envelope.type_hash())
}

fn kept<T: 'static>(value: T) -> Box<dyn std::any::Any> {
    Box::new(value)
}

fn entries<T: Portable>() -> Vec<Entry> {
    vec![
        ("from_slice", |codec, bytes| codec.from_slice::<T>(bytes).map(kept)),
        ("take_from_slice", |codec, bytes| codec.take_from_slice::<T>(bytes).map(|(value, _)| kept(value))),
        ("from_reader", |codec, bytes| codec.from_reader::<T>(bytes).map(kept)),
        ("from_slice as a trait object", |codec, bytes| codec.from_slice::<Box<dyn Value>>(bytes).map(kept)),
        ("from_slice, and a copy", |codec, bytes| {
            let value = codec.from_slice::<Box<dyn Value>>(bytes)?;
            to_exact::<T, _>(&*value).map(|copy| kept((value, copy)))
        }),
        ("kept, then decoded", |codec, bytes| {
            let opaque: Opaque = codec.from_slice(bytes)?;
            let value = opaque.decode::<T>()?;
            Ok(kept((opaque, value)))
        }),
        ("kept, then decoded by the codec", |codec, bytes| {
            let opaque: Opaque = codec.from_slice(bytes)?;
            let value = codec.decode_opaque::<T>(&opaque)?;
            Ok(kept((opaque, value)))
        }),
        ("carried", |codec, bytes| codec.from_slice::<Carried<dyn Value>>(bytes).map(kept)),
        ("read", |codec, bytes| codec.read::<IgnoredAny>(bytes, &Schema::default()).map(kept)),
        ("Envelope::parse", |_, bytes| Envelope::parse(bytes).map(|envelope| kept(envelope.type_name().clone()))),
    ]
}

fn list<T: Portable>(name: &'static str, element: &[u8], json: fn(&str) -> String) -> Place
where
    Vec<T>: Portable,
{
    Place { name, root: root::<Vec<T>>(), binary: element.to_vec(), json, is_map: false, entries: entries::<Vec<T>>() }
}

fn value(name: &str) -> String {
    format!("{{\"type\":\"{name}\",\"value\":null}}")
}

fn places() -> Vec<Place> {
    // A length of one, and the first type of the table.
    let frame = [1, 0];
    let failure = |name: &str| format!("{{\"messages\":[\"\"],\"value\":{}}}", value(name));
    let mut failures = list::<Failure>("failures", &[&[1, 0, 1], &frame[..]].concat(), failure);
    failures.entries.push(("failures, downcast", |codec, bytes| {
        let all: Vec<Failure> = codec.from_slice(bytes)?;
        let found = all.iter().take(LATER).filter(|failure| failure.downcast_ref::<Leaf>().is_some()).count();
        let exact = all.iter().take(LATER).filter(|failure| failure.to_exact::<Leaf>().is_ok()).count();
        Ok(kept((all, found, exact)))
    }));
    let mut opaque = list::<Opaque>("opaque values", &frame, value);
    opaque.entries.push(("opaque values, decoded", |codec, bytes| {
        let all: Vec<Opaque> = codec.from_slice(bytes)?;
        let found: Vec<_> = all.iter().take(LATER).filter_map(|one| one.decode::<Box<dyn Value>>().ok()).collect();
        Ok(kept((all, found)))
    }));
    let with_messages = |_: &str| "{\"messages\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"],\"value\":null}".to_owned();
    vec![
        opaque,
        failures,
        list::<Carried<dyn Value>>("carried values", &frame, value),
        list::<Box<dyn Value>>("trait objects", &frame, value),
        list::<Box<dyn Task>>("stand-ins", &frame, value),
        list::<Failure>("failures of eight messages", &[8, 0, 0, 0, 0, 0, 0, 0, 0, 0], with_messages),
        list::<Option<Carried<dyn Value>>>("options", &[&[1], &frame[..]].concat(), value),
        list::<Vec<Carried<dyn Value>>>("lists of one", &[&[1], &frame[..]].concat(), |name| {
            format!("[{}]", value(name))
        }),
        list::<Holder<Vec<Opaque>>>("holders", &[&[1], &frame[..]].concat(), |name| {
            format!("{{\"value\":[{}]}}", value(name))
        }),
        list::<Holder<Failure>>("holders of failures", &[&[1, 0, 1], &frame[..]].concat(), |name| {
            format!("{{\"value\":{{\"messages\":[\"\"],\"value\":{}}}}}", value(name))
        }),
        Place {
            name: "map",
            root: root::<BTreeMap<u32, Opaque>>(),
            binary: frame.to_vec(),
            json: value,
            is_map: true,
            entries: entries::<BTreeMap<u32, Opaque>>(),
        },
    ]
}

/// Elements that are decoded later, one by one.
const LATER: usize = 100;

impl Place {
    /// An envelope with `count` elements, each of the `n`th name in turn.
    fn bytes(&self, format: Format, count: usize, names: &[String]) -> Vec<u8> {
        let state = match format {
            Format::Json => self.json_state(count, names),
            _ => self.binary_state(format, count, names.len()),
        };
        let flags = if names.is_empty() { 0x10 } else { 0x12 };
        let mut section = number(Format::Postcard, names.len());
        for (hash, name) in names.iter().enumerate() {
            section.extend((hash as u64).to_le_bytes());
            section.extend(number(Format::Postcard, name.len()));
            section.extend(name.as_bytes());
        }
        let in_table = if format == Format::Json { 0 } else { names.len() };
        section.extend(number(Format::Postcard, in_table));
        (0..in_table).for_each(|index| section.extend(number(Format::Postcard, index)));
        let (name, hash) = &self.root;
        let front = [hash.to_le_bytes().as_slice(), &number(Format::Postcard, name.len()), name.as_bytes()].concat();
        let end =
            if names.is_empty() { Vec::new() } else { [&section[..], &(section.len() as u32).to_le_bytes()].concat() };
        let length = 7 + front.len() + state.len() + end.len();
        let header = [&[0xd7, flags, format as u8][..], &(length as u32).to_le_bytes()].concat();
        [header, front, state, end].concat()
    }

    fn binary_state(&self, format: Format, count: usize, n_names: usize) -> Vec<u8> {
        let mut state = number(format, count);
        for index in 0..count {
            if self.is_map {
                state.extend(number(format, index));
            }
            let place = index % n_names.max(1);
            match self.binary.strip_suffix(&[1, 0]) {
                Some(front) if place > 0 => {
                    let place = number(Format::Postcard, place << 1);
                    state.extend([front, &[place.len() as u8], &place].concat());
                }
                _ => state.extend(&self.binary),
            }
        }
        state
    }

    fn json_state(&self, count: usize, names: &[String]) -> Vec<u8> {
        let elements = (0..count).map(|index| {
            let element = (self.json)(names.get(index % names.len().max(1)).map_or("", |name| name));
            if self.is_map { format!("\"{index}\":{element}") } else { element }
        });
        let all = elements.collect::<Vec<_>>().join(",");
        if self.is_map { format!("{{{all}}}") } else { format!("[{all}]") }.into_bytes()
    }
}

/// A number as a binary state has it.
fn number(format: Format, value: usize) -> Vec<u8> {
    match format {
        Format::Bincode => bincode::serde::encode_to_vec(value as u64, bincode::config::standard()).expect("a number"),
        _ => {
            let (mut left, mut out) = (value, Vec::new());
            while left >= 0x80 {
                out.push(left as u8 | 0x80);
                left >>= 7;
            }
            out.push(left as u8);
            out
        }
    }
}

/// A name of 4 KiB and 64 nodes, of no linked type.
fn long_name(index: usize) -> String {
    let arguments: Vec<String> = (0..63).map(|at| format!("far::{}{at:02}", "a".repeat(50))).collect();
    let name = format!("far::{}{index:05}<{}>", "a".repeat(300), arguments.join(", "));
    assert!((4000..4096).contains(&name.len()), "{}", name.len());
    name
}

fn mixed_name(index: usize) -> String {
    if index % 5 == 0 { long_name(index) } else { short_name(index) }
}

fn short_name(index: usize) -> String {
    format!("a::B{index}")
}

/// What may stand in place of the element's type: how many names, and how many elements.
fn loads(format: Format) -> Vec<(&'static str, usize, Vec<String>)> {
    let is_json = format == Format::Json;
    let known = Holder::<Wide>::default().type_name().to_string();
    let mut all = vec![
        ("one long name", if is_json { 50 } else { 3000 }, vec![long_name(0)]),
        ("a hundred names, long ones too", if is_json { 100 } else { 1000 }, (0..100).map(mixed_name).collect()),
        ("many short names", 1000, (0..1000).map(short_name).collect()),
        ("a known type with a long name", if is_json { 50 } else { 1000 }, vec![known]),
    ];
    if format == Format::Bincode {
        // Its frames and names are those of postcard.
        all.truncate(2);
    }
    all
}

#[test]
fn what_is_kept_is_charged() {
    let tight = Limits::default().with_memory_bytes(1 << 20);
    let codecs = [
        ("default", Codec::default(), Limits::default()),
        ("a megabyte", Codec::default().limits(tight.clone()), tight.clone()),
        ("a megabyte, an empty registry", Codec::default().limits(tight.clone()).registry(Registry::empty()), tight),
    ];
    // What a process makes once is no part of a decode.
    let _ = (Registry::global().schema(), typeport::from_slice::<Box<dyn Value>>(&typeport::to_vec(&Leaf).unwrap()));
    let (mut cells, mut worst, mut faults) = (0, (0.0, String::new()), Vec::new());
    for &format in Format::ALL {
        for place in places() {
            for (load, count, names) in loads(format) {
                let bytes = place.bytes(format, count, &names);
                // The other names change nothing where nothing is linked.
                let n_codecs = if load == "one long name" { codecs.len() } else { 2 };
                for (codec_name, codec, limits) in codecs.iter().take(n_codecs) {
                    for (entry, decode) in &place.entries {
                        let earned = (1 << 20) + limits.memory_per_byte * bytes.len();
                        let allowed = 4 * earned.min(limits.memory_bytes) + (2 << 20);
                        HEAP.reset_peak_usage();
                        let before = HEAP.current_usage();
                        let found = decode(codec, &bytes);
                        let peak = HEAP.peak_usage().saturating_sub(before);
                        let text = found.map_or_else(|error| error.to_string(), |_| "decoded".to_owned());
                        let ratio = peak as f64 / allowed as f64;
                        let line = format!(
                            "{format}, {}, {load}, {codec_name}, {entry}: {} bytes, {} KiB of {}: {text:.100}",
                            place.name,
                            bytes.len(),
                            peak >> 10,
                            allowed >> 10
                        );
                        if std::env::var_os("TYPEPORT_BOMBS").is_some() {
                            println!("{line}");
                        }
                        if ratio > 1.0 {
                            faults.push(line.clone());
                        }
                        if ratio > worst.0 {
                            worst = (ratio, line);
                        }
                        cells += 1;
                    }
                }
            }
        }
    }
    println!("{cells} cells; the largest for its limit: {}", worst.1);
    assert!(faults.is_empty(), "{} of {cells}:\n{}", faults.len(), faults.join("\n"));
    assert!(cells >= 2000, "{cells}");
}
