//! Counts the instructions of each way of decoding for inputs of size n, 2n and 4n, with valgrind: `cargo run --release -p
//! benches --bin linear -- [NAME]`. It fails if the work of a path grows faster than its input.
//!
//! `linear run PATH FORMAT SIZE` is the command that valgrind runs: only calls of `measured` are counted, and everything is
//! decoded once before, so that one-time work of a process is not.
#![forbid(unsafe_code)]

use benches::counted::{can_count, instructions};
use benches::described::{self, GROUP, leb128};
use benches::kept::{self, Decode};
use benches::{Batch, Link, List, Named, Record, Work};
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::process::ExitCode;
use typeport::{Carried, Codec, Envelope, Format, Limits, Portable, Registry, Schema, TypeName, Value};

/// Twice the size takes so many times as many instructions, at most.
const AT_MOST: f64 = 2.2;

/// The ways of decoding: name, the smallest size, and what makes bytes and what decodes them.
const PATHS: &[Path] = &[
    Path { name: "a named type", size: 500, prepare: |format, size| exact(format, Record::many(size)) },
    Path {
        name: "a trait object, native",
        size: 500,
        prepare: |format, size| any(format, &Named { items: Record::many(size) }),
    },
    Path {
        name: "a trait object, erased",
        size: 500,
        prepare: |format, size| any(format, &Batch { items: Record::many(size) }),
    },
    Path {
        name: "a trait object, erased twice",
        size: 200,
        prepare: |format, size| {
            any(format, &Batch { items: (0..size).map(|index| Batch { items: vec![index] }).collect() })
        },
    },
    Path {
        name: "nested trait objects",
        size: 500,
        prepare: |format, size| {
            exact(
                format,
                Record::many(size).into_iter().map(|record| Box::new(record) as Box<dyn Work>).collect::<Vec<_>>(),
            )
        },
    },
    Path {
        name: "nested trait objects, carried",
        size: 500,
        prepare: |format, size| {
            let works: Vec<_> =
                Record::many(size).into_iter().map(|record| Box::new(record) as Box<dyn Work>).collect();
            let bytes = encode(format, &works);
            let codec = Codec::default().registry(Registry::empty()).limits(Limits::trusted());
            Box::new(move || drop(codec.from_slice::<Vec<Carried<dyn Work>>>(black_box(&bytes)).expect("it is sound")))
        },
    },
    Path {
        name: "nested trait objects, read without types",
        size: 500,
        prepare: |format, size| {
            let works: Vec<_> =
                Record::many(size).into_iter().map(|record| Box::new(record) as Box<dyn Work>).collect();
            let bytes = Codec::default()
                .format(format)
                .limits(Limits::trusted())
                .schema(true)
                .to_vec(&works)
                .expect("it can be");
            let codec = Codec::default().limits(Limits::trusted());
            Box::new(move || {
                let _: IgnoredAny = codec.read(black_box(&bytes), &Schema::default()).expect("it is sound");
            })
        },
    },
    Path {
        name: "names, by a schema",
        size: 200,
        prepare: |format, size| described(described::nested(format, size, 10 * GROUP, GROUP)),
    },
    Path {
        name: "types, by a schema",
        size: 1000,
        prepare: |format, size| described(described::nested(format, 2, size, size)),
    },
    Path {
        name: "names and types, by a schema",
        size: 10 * GROUP,
        prepare: |format, size| described(described::nested(format, size, size, GROUP)),
    },
    Path {
        // That is names times types, and comes to an end at a limit.
        name: "names that each reach all types, by a schema",
        size: 120,
        prepare: |format, size| {
            let bytes = described::nested(format, size, size, size);
            Box::new(move || {
                let error = described::read_within(black_box(&bytes), Limits::default()).expect_err("it is too much");
                assert!(error.is_limit(), "{error}");
            })
        },
    },
    Path {
        name: "trait objects within each other", // There may be eight.
        size: 2,
        prepare: |format, size| any(format, &links(size)),
    },
    Path { name: "a list of values within each other", size: 7, prepare: |format, size| exact(format, list(size)) },
    Path { name: "a vector of floats", size: 5000, prepare: |format, size| exact(format, vec![1.5_f64; size]) },
    Path { name: "a vector of bytes", size: 5000, prepare: |format, size| exact(format, vec![7_u8; size]) },
    Path { name: "a string", size: 10_000, prepare: |format, size| exact(format, "typeport! ".repeat(size)) },
    Path {
        name: "a tree map",
        // It takes n log n: of so many, a doubling adds little to the logarithm.
        size: 8000,
        prepare: |format, size| exact(format, map(size).into_iter().collect::<BTreeMap<_, _>>()),
    },
    Path { name: "a hash map", size: 512, prepare: |format, size| exact(format, map(size)) },
    Path { name: "an error in the last element", size: 500, prepare: |format, size| broken(format, flags(size)) },
    Path { name: "an error in the innermost value", size: 7, prepare: |format, size| broken(format, list(size)) },
    Path {
        name: "an envelope, parsed",
        size: 500,
        prepare: |format, size| {
            let bytes = encode(format, &Record::many(size));
            Box::new(move || drop(Envelope::parse(black_box(&bytes)).expect("it is sound")))
        },
    },
    Path { name: "envelopes in a row, from a reader", size: 100, prepare: stream },
    Path { name: "values with a long name, kept", size: 500, prepare: kept::long_name },
    Path { name: "values of many envelopes, kept, encoded", size: 500, prepare: kept::many_envelopes },
    Path { name: "an unknown type inside of each value, kept", size: 500, prepare: kept::unknown_inside },
    Path { name: "one name for two interfaces in turn", size: 500, prepare: kept::two_interfaces },
    Path { name: "a value of each of many unknown types, kept", size: 500, prepare: kept::unknown_types },
    Path { name: "a section of names", size: 250, prepare: |format, size| names(format, 1, unused(size)) },
    // Of fewer, a search of all names for each value would not be seen.
    Path {
        name: "a section of names, and values",
        size: 2000,
        prepare: |format, size| names(format, size, unused(size)),
    },
    Path {
        name: "names that collide under FNV",
        size: 2000,
        prepare: |format, size| names(format, size, colliding(size)),
    },
    Path {
        name: "a wide type name, parsed",
        size: 250,
        prepare: |_, size| parsed(format!("({}u8)", "u8, ".repeat(size))),
    },
    Path {
        name: "a deep type name, parsed",
        size: 250,
        prepare: |_, size| parsed(format!("{}u8{}", "Vec<".repeat(size), ">".repeat(size))),
    },
    Path {
        name: "a long type name, parsed",
        size: 2500,
        prepare: |_, size| parsed(format!("a::{}", "b".repeat(size))),
    },
    Path { name: "a broken type name, parsed", size: 2500, prepare: |_, size| unparsed("a<".repeat(size)) },
    Path { name: "a wide type name, resolved", size: 2, prepare: |_, size| resolved(wide(size)) },
    Path {
        name: "a deep type name, resolved",
        // Four times as deep is nearly what the default limits allow.
        size: 3,
        prepare: |_, size| resolved(format!("{}u8{}", "Vec<".repeat(size), ">".repeat(size))),
    },
];

struct Path {
    name: &'static str,
    size: usize,
    prepare: fn(Format, usize) -> Decode,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [run, path, format, size] = &arguments[..] {
        if run == "run" {
            run_once(path, format, size.parse().expect("SIZE is a number"));
            return ExitCode::SUCCESS;
        }
    }
    if !can_count() {
        return ExitCode::SUCCESS;
    }
    let wanted = arguments.first().map_or("", String::as_str);
    println!("| what is decoded | format | n | instructions | for 2n | for 4n |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let rows = PATHS.iter().filter(|path| path.name.contains(wanted)).flat_map(rows_of);
    let n_missed = rows.filter(|is_linear| !is_linear).count();
    if n_missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints a path's rows, one for each format that makes a difference, and tells of each whether it is linear.
fn rows_of(path: &'static Path) -> impl Iterator<Item = bool> {
    let formats: &[Format] = match path.name {
        name if name.contains("type name") => &[Format::Postcard],
        // A JSON state needs none.
        name if name.contains("by a schema") => &[Format::Postcard, Format::Bincode],
        _ => Format::ALL,
    };
    formats.iter().map(move |format| {
        let [n, two, four] = [1, 2, 4].map(|factor| counted(path, *format, factor * path.size));
        let ratios = [two / n, four / two];
        let is_linear = ratios.iter().all(|ratio| *ratio <= AT_MOST);
        let mark = if is_linear { "" } else { " **missed**" };
        println!("| {} | {format} | {} | {n} | {:.2} | {:.2}{mark} |", path.name, path.size, ratios[0], ratios[1]);
        is_linear
    })
}

/// For so many of a path.
fn counted(path: &Path, format: Format, size: usize) -> f64 {
    instructions(&["run", path.name, format.name(), &size.to_string()]) as f64
}

fn run_once(path: &str, format: &str, size: usize) {
    let format = Format::ALL.iter().copied().find(|known| known.name() == format).expect("a format");
    let path = PATHS.iter().find(|known| known.name == path).expect("a path");
    let decode = (path.prepare)(format, size);
    decode();
    measured(&decode);
}

/// Valgrind looks for this name.
#[inline(never)]
fn measured(decode: &Decode) {
    black_box(decode)();
}

fn encode<V: Value + ?Sized>(format: Format, value: &V) -> Vec<u8> {
    Codec::default().format(format).to_vec(value).expect("it is encoded")
}

fn exact<T: Portable>(format: Format, value: T) -> Decode {
    let bytes = encode(format, &value);
    Box::new(move || drop(black_box(typeport::from_slice::<T>(black_box(&bytes)).expect("it is decoded"))))
}

fn any(format: Format, value: &impl Value) -> Decode {
    let bytes = encode(format, value);
    Box::new(move || drop(black_box(typeport::from_slice::<Box<dyn Work>>(black_box(&bytes)).expect("it is decoded"))))
}

/// Decodes a value of which the last truth value is neither.
fn broken<T: Portable>(format: Format, value: T) -> Decode {
    let mut bytes = Codec::default().format(format).checksum(false).to_vec(&value).expect("it is encoded");
    let at = match format {
        Format::Json => bytes.windows(4).rposition(|part| part == b"true"),
        _ => bytes.iter().rposition(|byte| *byte == 1),
    };
    bytes[at.expect("something is true")] = 7;
    Box::new(move || {
        drop(black_box(typeport::from_slice::<T>(black_box(&bytes)).expect_err("it is broken").to_string()))
    })
}

fn flags(size: usize) -> Vec<(bool, bool)> {
    vec![(false, true); size]
}

/// The innermost alone is true.
fn list(size: usize) -> List {
    let innermost = List { flag: true, next: None };
    (0..size).fold(innermost, |next, _| List { flag: false, next: Some(Box::new(next)) })
}

fn links(size: usize) -> Link {
    (1..size).fold(Link { next: None }, |next, _| Link { next: Some(Box::new(next)) })
}

fn map(size: usize) -> HashMap<u64, String> {
    (0..size as u64).map(|key| (key.wrapping_mul(0x9e37_79b9_7f4a_7c15), key.to_string())).collect()
}

fn stream(format: Format, size: usize) -> Decode {
    let bytes: Vec<u8> = (0..size).flat_map(|index| encode(format, &Record::new(index))).collect();
    Box::new(move || {
        let mut reader = black_box(&bytes[..]);
        while !reader.is_empty() {
            black_box(typeport::from_reader::<Record>(&mut reader).expect("it is decoded"));
        }
    })
}

fn unused(size: usize) -> Vec<String> {
    (1..size).map(|index| format!("acme::T{index}")).collect()
}

/// As many names of one bucket: the low 24 bits of their hash are the same under FNV-1a, which has no seed. Each part of a
/// name is one of two that lead from one state of these bits to one other.
fn colliding(size: usize) -> Vec<String> {
    let fnv = |state: u32, text: &str| {
        text.bytes().fold(state, |state, byte| (state ^ u32::from(byte)).wrapping_mul(0x0100_0193) & 0x00ff_ffff)
    };
    let (mut names, mut state) = (vec!["acme::".to_owned()], fnv(0x811c_9dc5, "acme::"));
    // So that all are of one length.
    while names.len() < 8192 {
        let mut seen = HashMap::new();
        let pair = (0..).find_map(|number: u32| {
            let part = format!("T{number:07x}");
            let next = fnv(state, &part);
            Some((seen.insert(next, part.clone())?, part, next))
        });
        let (one, other, next) = pair.expect("there are fewer hashes than parts");
        names = names.iter().flat_map(|name| [&one, &other].map(|part| format!("{name}{part}"))).collect();
        state = next;
    }
    names.truncate(size);
    assert!(names.iter().all(|name| fnv(0x811c_9dc5, name) == state), "they collide");
    names
}

/// An envelope of so many values of one type, with names of types that its state does not use.
fn names(format: Format, n_values: usize, unused: Vec<String>) -> Decode {
    let value: Vec<_> = (0..n_values).map(|_| Box::new(Link { next: None }) as Box<dyn Work>).collect();
    let mut bytes = Codec::default().format(format).checksum(false).to_vec(&value).expect("it is encoded");
    let envelope = Envelope::parse(&bytes).expect("it was just written");
    let [link] = envelope.nested() else { panic!("one type is nested") };
    let mut sorted: Vec<(u64, String)> = (1..).zip(unused).collect();
    let place = sorted.len();
    sorted.push((link.type_hash, link.name.to_owned()));
    let mut section = leb128(sorted.len());
    for (hash, name) in sorted {
        section.extend(hash.to_le_bytes());
        section.extend(leb128(name.len()));
        section.extend(name.bytes());
    }
    match format {
        Format::Json => section.push(0),
        _ => section.extend([vec![1], leb128(place)].concat()),
    }
    let end = bytes.len() - 4;
    let former = u32::from_le_bytes(bytes[end..].try_into().expect("four bytes")) as usize;
    bytes.truncate(end - former);
    bytes.extend(&section);
    bytes.extend((section.len() as u32).to_le_bytes());
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    Box::new(move || {
        drop(black_box(typeport::from_slice::<Vec<Box<dyn Work>>>(black_box(&bytes)).expect("it is decoded")))
    })
}

fn described(bytes: Vec<u8>) -> Decode {
    Box::new(move || described::read(black_box(&bytes)).expect("it is read"))
}

fn no_limits() -> Limits {
    Limits::default().with_name_bytes(usize::MAX).with_name_nodes(usize::MAX).with_name_depth(usize::MAX)
}

fn parsed(text: String) -> Decode {
    Box::new(move || drop(black_box(TypeName::parse(black_box(&text), &no_limits()).expect("it is a name"))))
}

fn unparsed(text: String) -> Decode {
    Box::new(move || drop(black_box(TypeName::parse(black_box(&text), &no_limits()).expect_err("it is none"))))
}

/// A tuple of tuples of twelve, all different from the inside of any other.
fn wide(size: usize) -> String {
    let twelve = format!("({}u8)", "u8, ".repeat(11));
    format!("({}u16)", format!("{twelve}, ").repeat(size))
}

fn resolved(text: String) -> Decode {
    let name = TypeName::parse(&text, &no_limits()).expect("it is a name");
    Box::new(move || assert_ne!(Registry::global().resolve(black_box(&name)), typeport::Resolution::Unlinked))
}
