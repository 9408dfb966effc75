//! Elements that take little input and much memory, and lengths that mislead an allocation. Imports `case`, `envelope`,
//! `types`.

use crate::case::{Expect, Table, erased, exact};
use crate::envelope::{frame, held, length, of, sequence, with_state};
use crate::types::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;
use std::sync::Arc;
use typeport::{Codec, Envelope, Format, Portable, Value};

const COUNTS: [u64; 4] = [40, 400, 4000, 16_000];

pub fn add(table: &mut Table) {
    sparse(table);
    maps(table);
    trait_objects(table);
    if !table.is_json() {
        lying_lengths(table);
    }
}

/// Elements of a byte or two.
fn sparse(table: &mut Table) {
    repeated::<Vec<Option<Hollow16K>>>(table, &[0], "null");
    repeated::<Vec<Option<Box<Hollow16K>>>>(table, &[1], "{}");
    repeated::<Vec<Carrier<Hollow16K>>>(table, &[0], "\"Unit\"");
    repeated::<Vec<Vec<Hollow16K>>>(table, &[1], "[{}]");
    repeated::<Vec<Arc<[Hollow16K]>>>(table, &[1], "[{}]");
    repeated::<Vec<(u8, Box<Hollow16K>)>>(table, &[0], "[0,{}]");
    repeated::<Vec<String>>(table, &[0], "\"\"");
    repeated::<Vec<Arc<str>>>(table, &[0], "\"\"");
    repeated::<Vec<Vec<u8>>>(table, &[1, 0], "[0]");
    repeated::<Vec<HashSet<u8>>>(table, &[1, 0], "[0]");
    repeated::<Vec<BTreeSet<u8>>>(table, &[1, 0], "[0]");
    repeated::<Vec<List<Hollow1K>>>(table, &[0], "{\"pad\":{},\"next\":null}");
    // Chains of boxes, each as large as the place where it stands.
    repeated::<Vec<Term<Hollow1K>>>(table, &[1, 1, 1, 1, 1, 1, 1, 1, 0], r#"{"Not":{"Not":"End"}}"#);
    repeated::<Vec<Newtype<Hollow1K>>>(table, &[1, 1, 1, 1, 1, 1, 1, 1, 0], r#"{"More":{"More":"End"}}"#);
}

/// A node of a tree map has place for eleven entries, a hash map for four.
fn maps(table: &mut Table) {
    repeated::<Vec<BTreeMap<u8, u8>>>(table, &[1, 0, 0], "{\"0\":0}");
    repeated::<Vec<HashMap<u8, u8>>>(table, &[1, 0, 0], "{\"0\":0}");
    repeated::<Vec<BTreeMap<u8, Hollow1K>>>(table, &[1, 0], "{\"0\":{}}");
    repeated::<Vec<BTreeMap<u8, Hollow16K>>>(table, &[1, 0], "{\"0\":{}}");
    repeated::<Vec<HashMap<u8, Hollow1K>>>(table, &[1, 0], "{\"0\":{}}");
    repeated::<Vec<HashMap<u8, Hollow16K>>>(table, &[1, 0], "{\"0\":{}}");
}

fn repeated<T: Portable + Default + Debug>(table: &mut Table, element: &'static [u8], json: &'static str) {
    let format = table.format;
    let name = std::any::type_name::<T>().replace("alloc::", "").replace("bombs::types::", "");
    for count in COUNTS {
        let state = move || sequence(format, count, element, json);
        let (exactly, in_holder) = (format!("{count} small in {name}"), format!("{count} small in erased {name}"));
        table.add(exactly, Expect::Bounded, exact::<T>, move || of::<T>(format, &state()));
        table.add(in_holder, Expect::Bounded, erased, move || held::<T>(format, &state()));
    }
}

/// A nested value of two bytes.
fn trait_objects(table: &mut Table) {
    for count in COUNTS {
        let (format, expect) = (table.format, Expect::Bounded);
        if table.is_json() && count == 16_000 {
            // A megabyte of input may charge more than the address space of the child.
            continue;
        }
        let make = move || boxes(format, count, vec![Box::new(Holder::<Hollow16K>::default())]);
        table.add(format!("{count} boxed trait objects of 16 KiB"), expect, exact::<Vec<Box<dyn Load>>>, make);
        let make = move || boxes(format, count, vec![Box::new(Holder::<()>::default())]);
        table.add(format!("{count} boxed trait objects of nothing"), expect, exact::<Vec<Box<dyn Load>>>, make);
        if table.is_json() && count > 400 {
            // Each name stands there in full: megabytes again.
            continue;
        }
        let make = move || boxes(format, count, vec![Box::new(Holder::<Wide>::default())]);
        table.add(format!("{count} boxed trait objects with a long name"), expect, exact::<Vec<Box<dyn Load>>>, make);
    }
}

/// As many frames of the only element's type; their state has no bytes in a binary format.
fn boxes(format: Format, count: u64, element: Vec<Box<dyn Load>>) -> Vec<u8> {
    let sound = Codec::default().format(format).to_vec(&*element[0]).expect("the element is small");
    let state = Envelope::parse(&sound).expect("it was just written").state().to_vec();
    let frame = frame(format, element[0].type_name().as_str(), &state);
    let json = String::from_utf8_lossy(&frame).into_owned();
    with_state(&element, format, &sequence(format, count, &frame, &json))
}

/// A vector reserves for what is claimed; one within the other, all at once.
fn lying_lengths(table: &mut Table) {
    for depth in [1, 8, 16, 31, 62, 1000] {
        for claimed in [1 << 20, 1 << 40, u64::MAX] {
            let format = table.format;
            let state = move || length(format, claimed).repeat(depth);
            let expect = if depth > 64 { Expect::Limit } else { Expect::Refused };
            let name = format!("{depth} vectors within each other claim {claimed} each");
            table.add(name.clone(), expect, exact::<Bare>, move || of::<Bare>(format, &state()));
            let name = format!("{name}, erased");
            table.add(name, Expect::Refused, erased, move || held::<Tree<()>>(format, &state()));
        }
    }
}
