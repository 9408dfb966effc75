//! A decode inside a decode: the settings of the inner codec apply together with the outer ones, which also supply the missing
//! settings. Each limit, inner and outer, at its edge; registries; typed and as trait objects, through every entry point.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::{formats, scaled};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use typeport::{Carried, Codec, Error, Limits, Opaque, Portable, Registry, Value};

/// Bytes that the type's own code decodes, with the settings of the test.
#[derive(Debug)]
struct Inside(Vec<u8>);

type Decode = Box<dyn Fn(&[u8]) -> Result<(), Error>>;

thread_local! {
    static DECODE: RefCell<Option<Decode>> = const { RefCell::new(None) };
    static FOUND: RefCell<Vec<Result<(), Error>>> = const { RefCell::new(Vec::new()) };
}

impl Serialize for Inside {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Inside {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        let found = DECODE.with_borrow(|decode| decode.as_ref().map_or(Ok(()), |decode| decode(&bytes)));
        FOUND.with_borrow_mut(|all| all.push(found));
        Ok(Inside(bytes))
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "within::Letter")]
struct Letter {
    #[portable(opaque = "within::Inside")]
    inside: Inside,
}

/// What becomes of a decode of so many envelopes inside of a value that `outer` reads.
fn inside(outer: &Codec, bytes: &[u8], count: usize, decode: Decode) -> Result<(), Error> {
    let letters: Vec<Letter> = (0..count).map(|_| Letter { inside: Inside(bytes.to_vec()) }).collect();
    let bytes = Codec::default().limits(Limits::trusted()).to_vec(&letters).unwrap();
    DECODE.set(Some(decode));
    let decoded = outer.from_slice::<Vec<Letter>>(&bytes).map(drop);
    DECODE.set(None);
    FOUND.take().into_iter().chain([decoded]).collect()
}

/// A chain of boxes, so deep.
#[derive(Debug, Default, Serialize, Deserialize, Portable)]
#[portable(id = "within::Link")]
struct Link<T> {
    held: T,
    next: Option<Box<Link<T>>>,
}

fn link(levels: usize) -> Link<u8> {
    (0..levels).fold(Link::default(), |next, _| Link { held: 1, next: Some(Box::new(next)) })
}

/// Trait objects in each other, so many.
fn nested(levels: usize) -> Box<dyn Value> {
    (0..levels).fold(Box::new(1_u8), |inner, _| Box::new(Link { held: inner, next: None }))
}

/// A sparse value: a byte of input each, and a thousand of memory.
#[derive(Debug, Default, Clone, Serialize, Deserialize, Portable)]
struct Wide {
    #[serde(skip, default)]
    _numbers: [[u64; 25]; 5],
    number: u8,
}

type Entry = (&'static str, fn(&Codec, &[u8]) -> Result<(), Error>);

/// The ways to decode it.
fn entries<T: Portable>() -> Vec<Entry> {
    vec![
        ("exact", |codec, bytes| codec.from_slice::<T>(bytes).map(drop)),
        ("front", |codec, bytes| codec.take_from_slice::<T>(bytes).map(drop)),
        ("reader", |codec, bytes| codec.from_reader::<T>(bytes).map(drop)),
        ("value", |codec, bytes| codec.from_slice::<Box<dyn Value>>(bytes).map(drop)),
        ("read", |codec, bytes| codec.read::<serde::de::IgnoredAny>(bytes, &Registry::global().schema()).map(drop)),
        ("carried", |codec, bytes| codec.from_slice::<Carried<dyn Value>>(bytes).map(drop)),
        ("later", |codec, bytes| codec.decode_opaque::<T>(&codec.from_slice(bytes)?).map(drop)),
    ]
}

struct Sample {
    make: fn(&Codec) -> Vec<u8>,
    entries: Vec<Entry>,
}

type Set = fn(&mut Limits, usize);

/// Each limit, and a value that asks for something of it.
fn cases() -> Vec<(&'static str, Set, Sample)> {
    let words = || Sample {
        make: |codec| codec.to_vec(&vec!["x".to_owned(); 100]).unwrap(),
        entries: entries::<Vec<String>>(),
    };
    let units = || Sample { make: |codec| codec.to_vec(&vec![(); 50]).unwrap(), entries: entries::<Vec<()>>() };
    let wide =
        || Sample { make: |codec| codec.to_vec(&vec![Wide::default(); 20]).unwrap(), entries: entries::<Vec<Wide>>() };
    // More than the megabyte that any input has.
    let wider = || Sample {
        make: |codec| codec.to_vec(&vec![Wide::default(); 1100]).unwrap(),
        entries: entries::<Vec<Wide>>().into_iter().filter(|(name, _)| ["exact", "later"].contains(name)).collect(),
    };
    let deep = || Sample { make: |codec| codec.to_vec(&link(10)).unwrap(), entries: entries::<Link<u8>>() };
    let dynamic =
        || Sample { make: |codec| codec.to_vec(&*nested(5)).unwrap(), entries: entries::<Link<Box<dyn Value>>>() };
    let described = || Sample {
        make: |codec| codec.clone().schema(true).to_vec(&link(0)).unwrap(),
        entries: entries::<Link<u8>>(),
    };
    vec![
        ("envelope_bytes", |limits, value| limits.envelope_bytes = value, words()),
        ("name_bytes", |limits, value| limits.name_bytes = value, deep()),
        ("name_nodes", |limits, value| limits.name_nodes = value, deep()),
        ("name_depth", |limits, value| limits.name_depth = value, deep()),
        ("name_bytes", |limits, value| limits.name_bytes = value, dynamic()),
        ("schema_bytes", |limits, value| limits.schema_bytes = value, described()),
        ("schema_fields", |limits, value| limits.schema_fields = value, described()),
        ("depth", |limits, value| limits.depth = value, deep()),
        ("nested", |limits, value| limits.nested = value, dynamic()),
        ("items", |limits, value| limits.items = value, words()),
        ("unbacked_items", |limits, value| limits.unbacked_items = value, units()),
        ("memory_bytes", |limits, value| limits.memory_bytes = value, wide()),
        ("memory_per_byte", |limits, value| limits.memory_per_byte = value, wider()),
    ]
}

fn codec(set: Set, value: usize) -> Codec {
    let mut limits = Limits::trusted();
    set(&mut limits, value);
    Codec::default().limits(limits)
}

/// The smallest value of a limit under which it passes; each smaller one is an error that names the limit.
fn least(name: &str, decode: impl Fn(usize) -> Result<(), Error>) -> usize {
    let mut enough = 1;
    while enough < 1 << 30 && decode(enough).is_err() {
        enough *= 2;
    }
    decode(enough).unwrap();
    let mut refused = enough / 2;
    while enough - refused > 1 {
        let middle = refused.midpoint(enough);
        match decode(middle) {
            Ok(()) => enough = middle,
            Err(error) => {
                assert!(error.is_limit() && error.to_string().contains(name), "{name} of {middle}: {error}");
                refused = middle;
            }
        }
    }
    enough
}

/// The tighter limit applies, at its edge, inner or outer.
#[test]
fn the_tighter_of_each_limit_binds() {
    let mut cells = 0;
    for (format, (name, set, Sample { make, entries })) in
        formats().flat_map(|format| cases().into_iter().map(move |case| (format, case)))
    {
        let bytes = make(&Codec::default().format(format));
        for (entry, decode) in entries {
            let place = format!("{format}, {name}, {entry}");
            let alone = |codec: Codec| decode(&codec, &bytes);
            if alone(codec(set, 0)).is_ok() {
                // It asks for nothing of that limit by this entry.
                continue;
            }
            let within =
                |outer: Codec, inner: Codec| inside(&outer, &bytes, 1, Box::new(move |bytes| decode(&inner, bytes)));
            let own = least(name, |value| alone(codec(set, value)));
            // Tighter inside; the outer codec is open, or was given nothing.
            for outer in [Codec::default().limits(Limits::trusted()), Codec::default().limits(roomy())] {
                let error = within(outer.clone(), codec(set, own - 1)).unwrap_err();
                assert!(error.is_limit() && error.to_string().contains(name), "{place}: {error}");
                within(outer, codec(set, own)).unwrap_or_else(|error| panic!("{place}: {error}"));
            }
            // Tighter outside: it applies to an inner codec that was given nothing, or more.
            let bare = least(name, |value| within(codec(set, value), Codec::default()));
            let given = least(name, |value| within(codec(set, value), Codec::default().limits(Limits::trusted())));
            assert_eq!(given, bare, "{place}");
            // Both at their edges, and each one below.
            within(codec(set, bare), codec(set, own)).unwrap_or_else(|error| panic!("{place}: {error}"));
            within(codec(set, bare - 1), codec(set, own)).unwrap_err();
            within(codec(set, bare), codec(set, own - 1)).unwrap_err();
            cells += 8;
        }
    }
    println!("{cells} cells");
    assert!(cells >= scaled(1000, 300), "{cells}");
}

/// More than any sample needs.
fn roomy() -> Limits {
    Limits::trusted().with_memory_per_byte(1 << 20).with_memory_bytes(1 << 30)
}

/// Nothing counts from zero twice: the inner decode spends the outer budget, whatever the inner codec was given.
#[test]
fn what_is_spent_inside_adds_up() {
    for (name, set, Sample { make, .. }) in cases() {
        if !["items", "unbacked_items", "memory_bytes"].contains(&name) {
            continue;
        }
        let bytes = make(&Codec::default());
        let decode =
            |inner: Codec| -> Decode { Box::new(move |bytes| inner.from_slice::<Box<dyn Value>>(bytes).map(drop)) };
        let needs = |count: usize, inner: &Codec| {
            least(name, |value| inside(&codec(set, value), &bytes, count, decode(inner.clone())))
        };
        let alone = least(name, |value| decode(codec(set, value))(&bytes));
        for inner in [
            Codec::default(),
            Codec::default().limits(Limits::trusted()),
            Codec::default().registry(Registry::global().clone()),
        ] {
            assert!(needs(3, &inner) >= 3 * alone, "{name}");
            assert_eq!(needs(3, &inner), needs(3, &Codec::default()), "{name}");
        }
    }
}

/// The error names the limit that was in the way with its own value, not with what was left of it.
#[test]
fn the_limit_in_the_way_is_named_with_its_value() {
    let bytes = typeport::to_vec(&vec!["x".to_owned(); 100]).unwrap();
    let decode = |items| -> Decode {
        let inner = Codec::default().limits(Limits::default().with_items(items));
        Box::new(move |bytes| inner.from_slice::<Vec<String>>(bytes).map(drop))
    };
    let outer = |items| Codec::default().limits(Limits::default().with_items(items));
    let own = inside(&outer(10_000), &bytes, 1, decode(99)).unwrap_err();
    assert!(own.to_string().contains("items is 99, the input needs 100"), "{own}");
    // The bytes of the envelope inside are copied whole, and so are no items.
    let spent = 1;
    let around = inside(&outer(spent + 99), &bytes, 1, decode(1000)).unwrap_err();
    let expected = format!("items is {}, the input needs {}", spent + 99, spent + 100);
    assert!(around.to_string().contains(&expected), "{around}, {expected}");
}

/// A codec that was given no limits does not tighten raised ones.
#[test]
fn a_bare_codec_inside_keeps_raised_limits() {
    let deep = Codec::default().limits(Limits::trusted()).to_vec(&link(300)).unwrap();
    let bare = || -> Decode { Box::new(|bytes| typeport::from_slice::<Link<u8>>(bytes).map(drop)) };
    assert!(bare()(&deep).unwrap_err().is_limit());
    inside(&Codec::default().limits(Limits::trusted()), &deep, 1, bare()).unwrap();
    assert!(inside(&Codec::default(), &deep, 1, bare()).unwrap_err().is_limit());
    let parse: Decode = Box::new(|bytes| typeport::Envelope::parse(bytes).map(drop));
    let long = Codec::default().limits(Limits::default().with_name_bytes(10));
    assert!(inside(&long, &deep, 1, parse).unwrap_err().to_string().contains("name_bytes"));
}

/// A type has to be in every registry that was given.
#[test]
fn the_registries_bind_together() {
    let number = typeport::to_vec(&7_i64).unwrap();
    let (none, all) = (Registry::empty, || Registry::global().clone());
    let one = || Registry::empty().with(typeport::entry!(i64 as dyn Value));
    let given = |registry: Option<Registry>| match registry {
        Some(registry) => Codec::default().registry(registry),
        None => Codec::default(),
    };
    // The outer one needs no registry for a type that it names.
    for (outer, inner, passes) in [
        (None, None, true),
        (None, Some(none()), false),
        (Some(none()), None, false),
        (Some(none()), Some(all()), false),
        (Some(all()), Some(none()), false),
        (Some(one()), None, true),
        (None, Some(one()), true),
        (Some(one()), Some(all()), true),
        (Some(all()), Some(one()), true),
        (Some(one()), Some(none()), false),
    ] {
        for (entry, decode) in entries::<i64>() {
            if !["value", "carried", "later"].contains(&entry) {
                continue;
            }
            let inner = given(inner.clone());
            let decode: Decode = match entry {
                "value" => Box::new(move |bytes| decode(&inner, bytes)),
                "carried" => Box::new(move |bytes| match inner.from_slice::<Carried<dyn Value>>(bytes)? {
                    Carried::Known(_) => Ok(()),
                    Carried::Opaque(opaque) => opaque.decode::<Box<dyn Value>>().map(drop),
                }),
                _ => Box::new(move |bytes| {
                    let opaque: Opaque = inner.from_slice(bytes)?;
                    opaque.decode::<Box<dyn Value>>().map(drop)
                }),
            };
            let found = inside(&given(outer.clone()), &number, 1, decode);
            assert_eq!(found.is_ok(), passes, "{entry}: {outer:?}, {found:?}");
        }
    }
}
