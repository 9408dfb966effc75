//! Bombs for a reader without types: their schemas come with them, and cause work that grows with names times types, names
//! times copied shapes, or values times levels. Imports `case`, `envelope`.

use crate::case::{Expect, Table};
use crate::envelope::{joined, leb128, length, repaired};
use typeport::{Codec, Error, Format, Limits, Registry, Schema};

pub fn add(table: &mut Table) {
    let format = table.format;
    let chain = || (0..MANY).map(|at| (format!("a::T{at:03}"), list(&format!("a::T{:03}", (at + 1) % MANY)))).collect();
    table.add(format!("described: {NAMES} names that each reach {MANY} types"), Expect::Limit, read, move || {
        nested(format, chain(), |at| format!("(a::T{:03}, [(); {at}])", at % MANY), &[])
    });
    table.add(format!("described: {NAMES} names for one wide enum"), Expect::Bounded, read, move || {
        nested(format, wide(450), pointers, &[])
    });
    table.add("described: a name with many former ids".to_owned(), Expect::Bounded, read, move || {
        let former: Vec<u8> = (0..250).flat_map(|at| text(&format!("a::F{at:03}"))).collect();
        let former = [text("a::Wide"), leb128(250), former].concat();
        nested(format, wide(200), |at| format!("(a::F{:03}, [(); {at}])", at % 250), &former)
    });
    table.add("described: 10000 values in 58 newtypes of long names".to_owned(), Expect::Bounded, read, move || {
        let name = |at: usize| format!("a::{}{at:02}", "n".repeat(500));
        let newtypes = (0..58).map(|at| (name(at), newtype(&if at == 57 { "u8".to_owned() } else { name(at + 1) })));
        let state = [length(format, 10_000), vec![7; 10_000]].concat();
        rooted(format, &format!("Vec<{}>", name(0)), &section(newtypes.collect(), &[]), &state)
    });
    table.add("described: 10000 values of an enum of 400 variants".to_owned(), Expect::Bounded, read, move || {
        let state = [length(format, 10_000), length(format, 399).repeat(10_000)].concat();
        rooted(format, "Vec<a::Wide>", &section(wide(400), &[]), &state)
    });
    table.add("described: 5000 arrays of a long name".to_owned(), Expect::Bounded, read, move || {
        let name = format!("a::{}", "n".repeat(3000));
        let types = vec![(name.clone(), newtype("u8"))];
        let state = [length(format, 5_000), vec![7; 5_000]].concat();
        rooted(format, &format!("Vec<[{name}; 1]>"), &section(types, &[]), &state)
    });
    table.add("described: a field of 120 units in each of 1000 values".to_owned(), Expect::Limit, read, move || {
        let wide = [(
            "a::Wide".to_owned(),
            [&[11, 2, 120][..], &[text(""), vec![0], text("()")].concat().repeat(120)].concat(),
        )];
        let state = length(format, 1_000_000);
        rooted(format, "Vec<a::Wide>", &section(wide.into(), &[]), &state)
    });
}

const NAMES: usize = 250;
const MANY: usize = 240;

fn read(bytes: &[u8]) -> Result<(), Error> {
    let codec = Codec::default().registry(Registry::empty());
    codec.read::<serde_json::Value>(bytes, &Schema::default()).map(drop)
}

type Types = Vec<(String, Vec<u8>)>;

fn text(text: &str) -> Vec<u8> {
    [leb128(text.len() as u64), text.as_bytes().to_vec()].concat()
}

/// The shape of a newtype.
fn newtype(inner: &str) -> Vec<u8> {
    [vec![11, 1, 1, 0, 0], text(inner)].concat()
}

/// The shape of a struct that is a list of others.
fn list(element: &str) -> Vec<u8> {
    [vec![11, 2, 1, 0, 0], text(&format!("Vec<{element}>"))].concat()
}

/// One of the spellings of what is an enum all the same.
fn pointers(at: usize) -> String {
    let of = |at: usize| ["Box", "Mutex", "Arc", "Reverse"][at % 4];
    format!("{}<{}<{}<{}<a::Wide>>>>", of(at / 64), of(at / 16), of(at / 4), of(at))
}

/// An enum of so many variants.
fn wide(variants: u64) -> Types {
    let of_one = |at: u64| [text(&joined("v", 20)), leb128(at), vec![0, 0]].concat();
    let variants = [leb128(variants), (0..variants).flat_map(of_one).collect()].concat();
    vec![("a::Wide".to_owned(), [vec![12, 0], variants].concat())]
}

fn section(types: Types, former: &[u8]) -> Vec<u8> {
    let count = leb128(types.len() as u64);
    let types: Vec<u8> = types.into_iter().flat_map(|(name, shape)| [text(&name), shape].concat()).collect();
    [count, types, vec![u8::from(!former.is_empty())], former.to_vec()].concat()
}

/// An envelope of so many trait objects, each of a type of its own, and its state a zero.
fn nested(format: Format, types: Types, name: impl Fn(usize) -> String, former: &[u8]) -> Vec<u8> {
    let section = section(types, former);
    let mut names: Vec<(u64, String)> =
        (1..=NAMES).map(|at| (hash_of(format, &name(at), &section), name(at))).collect();
    names.sort();
    let frame = |at: usize| {
        let frame = [leb128(2 * at as u64), vec![0]].concat();
        [length(format, frame.len() as u64), frame].concat()
    };
    let state: Vec<u8> = [length(format, NAMES as u64)].into_iter().chain((0..NAMES).map(frame)).flatten().collect();
    let listed = names.iter().flat_map(|(hash, name)| [hash.to_le_bytes().to_vec(), text(name)].concat());
    let table = (0..NAMES as u64).flat_map(leb128);
    let names: Vec<u8> =
        leb128(NAMES as u64).into_iter().chain(listed).chain(leb128(NAMES as u64)).chain(table).collect();
    whole(format, "Vec<Box<dyn a::Any>>", &section, &state, Some(&names))
}

/// An envelope of a type that its schema describes.
fn rooted(format: Format, name: &str, section: &[u8], state: &[u8]) -> Vec<u8> {
    whole(format, name, section, state, None)
}

fn whole(format: Format, name: &str, section: &[u8], state: &[u8], names: Option<&[u8]>) -> Vec<u8> {
    let hash = if format == Format::Json { 0 } else { hash_of(format, name, section) };
    forged(format, (name, hash), section, state, names)
}

fn forged(format: Format, (name, hash): (&str, u64), section: &[u8], state: &[u8], names: Option<&[u8]>) -> Vec<u8> {
    let number = Format::ALL.iter().position(|known| *known == format).expect("a format") as u8 + 1;
    let flags = 4 | if names.is_some() { 2 } else { 0 };
    let mut bytes = vec![0xd7, 0x10 | flags, number, 0, 0, 0, 0];
    bytes.extend(hash.to_le_bytes());
    bytes.extend(text(name));
    bytes.extend(state);
    let sections = || names.into_iter().chain([section]);
    sections().for_each(|section| bytes.extend(section));
    sections().for_each(|section| bytes.extend((section.len() as u32).to_le_bytes()));
    repaired(bytes)
}

/// The type hash that these shapes give to a name, as the error of a wrong one tells.
fn hash_of(format: Format, name: &str, section: &[u8]) -> u64 {
    if format == Format::Json {
        return name.bytes().fold(0, |hash, byte| hash * 31 % 0xffff_ffff + u64::from(byte));
    }
    let codec = Codec::default().registry(Registry::empty()).limits(Limits::trusted());
    // A state that is not read earns the memory.
    let bytes = forged(format, (name, 0), section, &[0; 4096], None);
    let error = codec.read::<serde_json::Value>(&bytes, &Schema::default()).expect_err("the hash is wrong").to_string();
    let (_, hash) = error.split_once("in the envelope and ").unwrap_or_else(|| panic!("{name}: {error}"));
    u64::from_str_radix(&hash[..16], 16).expect("a hash")
}
