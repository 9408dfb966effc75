//! Nested values, from one level to a million, with much or little inline data, on two stacks. Imports `case`, `envelope`,
//! `types`.

use crate::case::{Case, Decode, Expect, STACKS, Table, erased, exact};
use crate::envelope::{field, length, of, with_state};
use crate::types::*;
use std::fmt::Debug;
use std::rc::Rc;
use typeport::{Codec, Envelope, Format, Portable};

const DEPTHS: [usize; 6] = [1, 8, 31, 64, 1000, 1_000_000];
/// Within the longest envelope, JSON goes less deep.
const JSON_DEPTHS: [usize; 6] = [1, 8, 31, 64, 1000, 100_000];

/// How one level is written: what stands around the next one, and the innermost. In JSON, `@` is the payload.
struct Level {
    binary: [&'static [u8]; 3],
    json: [&'static str; 3],
}

const LIST: Level =
    Level { binary: [&[1], &[0], &[]], json: ["{\"pad\":@,\"next\":", "{\"pad\":@,\"next\":null}", "}"] };
const TREE: Level =
    Level { binary: [&[1], &[0], &[]], json: ["{\"pad\":@,\"children\":[", "{\"pad\":@,\"children\":[]}", "]}"] };
const BARE: Level = Level { binary: [&[1], &[0], &[]], json: ["[", "[]", "]"] };
const PAIRS: Level = Level { binary: [&[1], &[0], &[0]], json: ["[@,[", "[@,null]", ",0]]"] };
const TERM: Level = Level { binary: [&[1], &[0], &[]], json: ["{\"Not\":", "\"End\"", "}"] };
const DICT: Level =
    Level { binary: [&[1, 0], &[0], &[]], json: ["{\"pad\":@,\"entries\":{\"\":", "{\"pad\":@,\"entries\":{}}", "}}"] };
const NEWTYPE: Level = Level { binary: [&[1], &[0], &[]], json: ["{\"More\":", "\"End\"", "}"] };

/// How large the payload of each level is, and whether eight levels of it have to pass.
#[derive(Clone, Copy)]
struct Payload {
    name: &'static str,
    json: &'static str,
    is_small: bool,
}

pub fn add(table: &mut Table) {
    payload::<()>(table, Payload { name: "nothing", json: "null", is_small: true });
    payload::<Hollow1K>(table, Payload { name: "1 KiB", json: "{}", is_small: true });
    payload::<Hollow4K>(table, Payload { name: "4 KiB", json: "{}", is_small: false });
    payload::<Hollow16K>(table, Payload { name: "16 KiB", json: "{}", is_small: false });
    let nothing = Payload { name: "nothing", json: "", is_small: true };
    nested(table, "bare vectors", nothing, &BARE, exact::<Bare>, of::<Bare>);
}

fn payload<P: Portable + Default + Debug>(table: &mut Table, payload: Payload) {
    nested(table, "lists", payload, &LIST, exact::<List<P>>, of::<List<P>>);
    nested(table, "erased lists", payload, &LIST, erased, of::<List<P>>);
    nested(table, "trees", payload, &TREE, exact::<Tree<P>>, of::<Tree<P>>);
    nested(table, "erased trees", payload, &TREE, erased, of::<Tree<P>>);
    nested(table, "tuples", payload, &PAIRS, exact::<Pairs<P>>, of::<Pairs<P>>);
    nested(table, "enums", payload, &TERM, exact::<Term<P>>, of::<Term<P>>);
    nested(table, "maps", payload, &DICT, exact::<Dict<P>>, of::<Dict<P>>);
    nested(table, "newtypes", payload, &NEWTYPE, exact::<Newtype<P>>, of::<Newtype<P>>);
    trait_objects::<P>(table, payload);
}

type Envelop = fn(Format, &[u8]) -> Vec<u8>;

fn nested(table: &mut Table, what: &str, payload: Payload, level: &'static Level, decode: Decode, envelop: Envelop) {
    let format = table.format;
    for depth in if table.is_json() { JSON_DEPTHS } else { DEPTHS } {
        let expect = match depth {
            1 | 8 if payload.is_small => Expect::Decoded,
            0..=256 => Expect::Bounded,
            _ => Expect::Limit,
        };
        let name = format!("{depth} {what} with {} inline", payload.name);
        on_stacks(table, &name, expect, decode, move || {
            let state = levels(format, level, payload.json, depth);
            envelop(format, &state)
        });
    }
}

/// Adds a case for each stack.
fn on_stacks(
    table: &mut Table,
    name: &str,
    expect: Expect,
    decode: Decode,
    make: impl Fn() -> Vec<u8> + Copy + 'static,
) {
    for stack in STACKS {
        let name = format!("{name}, {} KiB of stack", stack >> 10);
        table.cases.push(Case { name, expect, stack, make: Rc::new(make), decode });
    }
}

fn levels(format: Format, level: &Level, payload: &str, depth: usize) -> Vec<u8> {
    let [front, innermost, back] = match format {
        Format::Json => level.json.map(|part| part.replace('@', payload).into_bytes()),
        _ => level.binary.map(<[u8]>::to_vec),
    };
    [front.repeat(depth), innermost, back.repeat(depth)].concat()
}

/// Trait objects within each other, of which there may be 64.
fn trait_objects<P: Portable + Default + Debug>(table: &mut Table, payload: Payload) {
    let format = table.format;
    for depth in [1, 7, 8, 9, 63, 64, 65, 1000, 100_000] {
        let expect = match depth {
            1 | 7 | 63 if payload.is_small => Expect::Decoded,
            0..=64 => Expect::Bounded,
            _ => Expect::Limit,
        };
        let name = format!("{depth} trait objects with {} inline", payload.name);
        on_stacks(table, &name, expect, erased, move || linked::<P>(format, payload, depth));
    }
}

fn linked<P: Portable + Default + Debug>(format: Format, payload: Payload, depth: usize) -> Vec<u8> {
    let two = Link { pad: P::default(), next: Some(Box::new(Link::<P>::default())) };
    let bytes = Codec::default().to_vec(&two).expect("two links are few");
    let envelope = Envelope::parse(&bytes).expect("it was just written");
    let (name, hash) = (envelope.type_name().as_str(), envelope.type_hash());
    let state = match format {
        Format::Json => linked_json(payload, name, depth),
        _ => linked_frames(format, hash, depth),
    };
    with_state(&two, format, &state)
}

fn linked_json(payload: Payload, name: &str, depth: usize) -> Vec<u8> {
    let pad = payload.json;
    let front = format!("{{\"pad\":{pad},\"next\":{{\"type\":\"{name}\",\"value\":");
    let innermost = field(Format::Json, "pad", format!("{pad},\"next\":null").as_bytes());
    [front.into_bytes().repeat(depth), innermost, b"}}".repeat(depth)].concat()
}

/// Each frame but the innermost has a table of one type. Lengths are known from within, and written from without.
fn linked_frames(format: Format, hash: u64, depth: usize) -> Vec<u8> {
    let mut heads = Vec::with_capacity(depth);
    let mut size = 1;
    for index in 0..depth {
        let mut head = if index == 0 { vec![0] } else { [[1, 2].as_slice(), &hash.to_le_bytes()].concat() };
        let mut front = [vec![1], length(format, (head.len() + size) as u64)].concat();
        front.append(&mut head);
        size += front.len();
        heads.push(front);
    }
    heads.reverse();
    heads.push(vec![0]);
    heads.concat()
}
