//! Claimed counts of elements that take no input, in each collection and each position. Imports `case`, `envelope`,
//! `types`.

use crate::case::{Expect, Table, erased, exact};
use crate::envelope::{held, length, nested, of, sequence};
use crate::types::*;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;
use typeport::{Format, Portable};

/// Elements without input that a decode may have.
const UNBACKED: u64 = 8192;
const BINARY_COUNTS: [u64; 5] = [UNBACKED, UNBACKED + 1, 1 << 20, 1 << 32, 1 << 60];
/// In JSON an element takes two bytes at least, so that a count is no claim; all elements together are limited.
const JSON_COUNTS: [u64; 3] = [UNBACKED, UNBACKED + 1, 1 << 14];
const ITEMS: u64 = 1 << 20;

pub fn add(table: &mut Table) {
    collections(table);
    large_elements(table);
    positions(table);
    sums(table);
}

fn collections(table: &mut Table) {
    counted::<Vec<()>>(table, "null", size_of::<()>());
    counted::<Vec<Box<()>>>(table, "null", size_of::<Box<()>>());
    counted::<Vec<Arc<()>>>(table, "null", size_of::<Arc<()>>());
    counted::<Vec<PhantomData<String>>>(table, "null", 0);
    counted::<Vec<[u64; 0]>>(table, "[]", 0);
    counted::<Vec<((), ())>>(table, "[null,null]", 0);
    counted::<Vec<Marker>>(table, "{}", size_of::<Marker>());
    counted::<Vec<Defaulted>>(table, "{}", size_of::<Defaulted>());
    counted::<Box<[()]>>(table, "null", 0);
    counted::<VecDeque<()>>(table, "null", 0);
    counted::<LinkedList<()>>(table, "null", 16);
    counted::<HashSet<()>>(table, "null", 0);
    counted::<HashSet<Marker>>(table, "{}", size_of::<Marker>());
    counted::<BTreeSet<()>>(table, "null", 0);
    counted::<BTreeSet<Marker>>(table, "{}", size_of::<Marker>());
    counted::<BinaryHeap<()>>(table, "null", 0);
    if !table.is_json() {
        maps::<HashMap<(), ()>>(table);
        maps::<BTreeMap<(), ()>>(table);
    }
}

/// An entry of a map is two elements.
fn maps<T: Portable + Default + Debug>(table: &mut Table) {
    for count in [UNBACKED / 2, UNBACKED / 2 + 1, 1 << 20, 1 << 32, 1 << 60] {
        let (format, expect) = (table.format, expected(table.format, 2 * count, 0));
        let (name, state) = (short_name::<T>(), move || length(format, count));
        table.add(format!("{count} in {name}"), expect, exact::<T>, move || of::<T>(format, &state()));
        table.add(format!("{count} in erased {name}"), expect, erased, move || held::<T>(format, &state()));
    }
}

/// Few elements are already too many.
fn large_elements(table: &mut Table) {
    counted::<Vec<Hollow1K>>(table, "{}", size_of::<Hollow1K>());
    counted::<Vec<Hollow16K>>(table, "{}", size_of::<Hollow16K>());
    counted::<Vec<Hollow128K>>(table, "{}", size_of::<Hollow128K>());
    counted::<Vec<Box<Hollow16K>>>(table, "{}", size_of::<Hollow16K>());
    counted::<Vec<Arc<Hollow16K>>>(table, "{}", size_of::<Hollow16K>());
    counted::<Vec<(Box<Hollow16K>, Box<Hollow16K>)>>(table, "[{},{}]", 2 * size_of::<Hollow16K>());
    counted::<Vec<Holder<Hollow16K>>>(table, "{\"value\":{}}", size_of::<Hollow16K>());
    counted::<LinkedList<Hollow16K>>(table, "{}", size_of::<Hollow16K>());
    counted::<VecDeque<Hollow16K>>(table, "{}", size_of::<Hollow16K>());
    if !table.is_json() {
        counted::<BTreeMap<(), Hollow16K>>(table, "", size_of::<Hollow16K>());
        counted::<HashMap<(), Hollow16K>>(table, "", size_of::<Hollow16K>());
    }
}

/// The cases of one collection; each element takes `size` bytes of memory and is `json` in JSON. Where it takes none,
/// so many that they are too many fit into the memory of the process even in JSON.
fn counted<T: Portable + Default + Debug>(table: &mut Table, json: &'static str, size: usize) {
    let format = table.format;
    let counts: &[u64] = if table.is_json() { &JSON_COUNTS } else { &BINARY_COUNTS };
    let name = short_name::<T>();
    for &count in counts {
        let expect = expected(format, count, size);
        let state = move || sequence(format, count, b"", json);
        table.add(format!("{count} in {name}"), expect, exact::<T>, move || of::<T>(format, &state()));
        // An erased element is larger than its value, so that a smaller count may already be too much memory.
        let expect = if expect == Expect::Decoded { Expect::Bounded } else { expect };
        table.add(format!("{count} in erased {name}"), expect, erased, move || held::<T>(format, &state()));
    }
}

/// Elements that take two bytes and more, one more than may be. A reader without types, which makes something of each,
/// may take more memory for so long an input than there is.
pub fn add_items(table: &mut Table) {
    one_too_many::<Vec<()>>(table);
    one_too_many::<Vec<PhantomData<String>>>(table);
    one_too_many::<Box<[()]>>(table);
    one_too_many::<VecDeque<()>>(table);
    one_too_many::<HashSet<()>>(table);
    one_too_many::<BTreeSet<()>>(table);
    one_too_many::<BinaryHeap<()>>(table);
}

fn one_too_many<T: Portable + Default + Debug>(table: &mut Table) {
    let format = table.format;
    let make = move || of::<T>(format, &sequence(format, ITEMS + 1, b"", "null"));
    table.add(format!("{} in {}", ITEMS + 1, short_name::<T>()), Expect::Limit, exact::<T>, make);
}

fn expected(format: Format, count: u64, size: usize) -> Expect {
    let is_too_many = format != Format::Json && count > UNBACKED;
    if is_too_many || size > 32 { Expect::Limit } else { Expect::Decoded }
}

/// The name of a type without the paths in it.
fn short_name<T>() -> String {
    let name = std::any::type_name::<T>();
    name.split_inclusive(['<', ',', ' ', '(', '[']).map(|part| part.rsplit("::").next().unwrap_or(part)).collect()
}

/// A unit vector in each position that a value can have.
fn positions(table: &mut Table) {
    let format = table.format;
    let counts: &[u64] = if table.is_json() { &JSON_COUNTS } else { &BINARY_COUNTS };
    for &count in counts {
        let expect = expected(format, count, 0);
        let state = move || sequence(format, count, b"", "null");
        let mut add = |place: &str, decode, make: fn(Format, Vec<u8>) -> Vec<u8>| {
            table.add(format!("{count} units {place}"), expect, decode, move || make(format, state()));
        };
        add("in an option", exact::<Option<Vec<()>>>, |format, units| {
            of::<Option<Vec<()>>>(format, &some(format, units))
        });
        add("in an erased option", erased, |format, units| held::<Option<Vec<()>>>(format, &some(format, units)));
        add("in a tuple", exact::<(u8, Vec<()>)>, |format, units| of::<(u8, Vec<()>)>(format, &pair(format, units)));
        add("in an erased tuple", erased, |format, units| held::<(u8, Vec<()>)>(format, &pair(format, units)));
        add("in a newtype variant", exact::<Units>, |format, units| of::<Units>(format, &variant(format, 0, units)));
        add("in a tuple variant", exact::<Units>, |format, units| of::<Units>(format, &variant(format, 1, units)));
        add("in a struct variant", exact::<Units>, |format, units| of::<Units>(format, &variant(format, 2, units)));
        add("in an erased variant", erased, |format, units| held::<Units>(format, &variant(format, 1, units)));
        add("in a trait object", exact::<Around>, |format, units| nested::<Vec<()>>(format, &units));
    }
}

type Units = Carrier<Vec<()>>;

fn some(format: Format, state: Vec<u8>) -> Vec<u8> {
    if format == Format::Json { state } else { [vec![1], state].concat() }
}

fn pair(format: Format, state: Vec<u8>) -> Vec<u8> {
    match format {
        Format::Json => [b"[0,".as_slice(), &state, b"]"].concat(),
        _ => [vec![0], state].concat(),
    }
}

/// The state of the newtype, the tuple or the struct variant of [`Carrier`].
fn variant(format: Format, index: usize, state: Vec<u8>) -> Vec<u8> {
    let [front, back] = [["{\"Newtype\":", "}"], ["{\"Tuple\":[0,", "]}"], ["{\"Struct\":{\"value\":", "}}"]][index];
    match (format, index) {
        (Format::Json, _) => [front.as_bytes(), &state, back.as_bytes()].concat(),
        (_, 1) => [vec![2, 0], state].concat(),
        _ => [vec![index as u8 + 1], state].concat(),
    }
}

/// Small counts that add up: one budget serves them all.
fn sums(table: &mut Table) {
    let format = table.format;
    for (outer, inner) in [(1, UNBACKED), (2, UNBACKED / 2), (2, UNBACKED / 2 + 1), (1000, 10), (UNBACKED, 0)] {
        let over = !table.is_json() && outer * inner > UNBACKED;
        let expect = if over { Expect::Limit } else { Expect::Decoded };
        let state = move || {
            let units = sequence(format, inner, b"", "null");
            let text = String::from_utf8_lossy(&units).into_owned();
            sequence(format, outer, &units, &text)
        };
        let name = format!("{outer} times {inner} units");
        table.add(name.clone(), expect, exact::<Vec<Vec<()>>>, move || of::<Vec<Vec<()>>>(format, &state()));
        table.add(format!("{name}, erased"), expect, erased, move || held::<Vec<Vec<()>>>(format, &state()));
    }
}
