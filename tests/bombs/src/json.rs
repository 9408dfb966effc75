//! Bombs that only JSON allows: long numbers and strings, unknown and repeated keys, buffered content. Imports `case`,
//! `envelope`, `types`.

use crate::case::{Decode, Expect, Table, erased, exact};
use crate::envelope::{field, held, joined, of};
use crate::types::*;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use typeport::{Format, Portable};

const SIZES: [usize; 3] = [100, 10_000, 100_000];

pub fn add(table: &mut Table) {
    open_brackets(table);
    for size in SIZES {
        numbers(table, size);
        strings(table, size);
        keys(table, size);
        buffered(table, size);
    }
}

/// Adds the state as it stands.
fn state<T: Portable + Default + Debug>(
    table: &mut Table,
    name: String,
    expect: Expect,
    text: impl Fn() -> String + 'static,
) {
    table.add(name, expect, exact::<T>, move || of::<T>(Format::Json, text().as_bytes()));
}

/// Brackets that are never closed.
fn open_brackets(table: &mut Table) {
    state::<Bare>(table, "a million times [ into vectors".to_owned(), Expect::Limit, || "[".repeat(1_000_000));
    for part in ["[", "{\"\":", "[[],", "{\"children\":[", "{\"value\":", "\"", "-", " ", "\\"] {
        for count in [127, 129, 10_000, 100_000] {
            let text = move || part.repeat(count);
            let name = format!("{count} times {part}");
            state::<Bare>(table, format!("{name} into vectors"), Expect::Refused, text);
            state::<Holder<u8>>(table, format!("{name} into a struct"), Expect::Refused, text);
            state::<Holder<u8>>(table, format!("{name} into an unknown field"), Expect::Refused, move || {
                format!("{{\"unknown\":{}", text())
            });
            let make = move || held::<Bare>(Format::Json, text().as_bytes());
            table.add(format!("{name}, erased"), Expect::Refused, erased as Decode, make);
        }
    }
}

fn numbers(table: &mut Table, size: usize) {
    let digits = move |front: &str, digit: &str, back: &str| format!("{front}{}{back}", digit.repeat(size));
    for (what, front, digit, back) in [
        ("whole number", "", "9", ""),
        ("negative number", "-", "9", ""),
        ("fraction", "0.", "1", ""),
        ("small fraction", "0.", "0", "1"),
        ("exponent", "1e", "9", ""),
        ("negative exponent", "1e-", "9", ""),
        ("large number with an exponent", "1", "0", "e-5"),
    ] {
        let text = move || digits(front, digit, back);
        state::<f64>(table, format!("{what} of {size} digits as f64"), Expect::Bounded, text);
        state::<u64>(table, format!("{what} of {size} digits as u64"), Expect::Refused, text);
        state::<i128>(table, format!("{what} of {size} digits as i128"), Expect::Refused, text);
        state::<String>(table, format!("{what} of {size} digits as text"), Expect::Refused, text);
    }
}

fn strings(table: &mut Table, size: usize) {
    for (what, part) in
        [("letters", "a"), ("escapes", "\\n"), ("escaped characters", "\\u0041"), ("pairs", "\\ud83d\\ude00")]
    {
        let text = move || format!("\"{}\"", part.repeat(size));
        state::<String>(table, format!("{size} {what} as text"), Expect::Decoded, text);
        state::<Bare>(table, format!("{size} {what} as vectors"), Expect::Refused, text);
        state::<Holder<u8>>(table, format!("a name of a field of {size} {what}"), Expect::Refused, move || {
            format!("{{{}:0}}", text())
        });
        state::<Around>(table, format!("a type of {size} {what}"), Expect::Refused, move || {
            format!("{{\"inner\":{{\"type\":{},\"value\":0}}}}", text())
        });
    }
}

fn keys(table: &mut Table, size: usize) {
    let object = move |entry: &str| format!("{{{}}}", joined(entry, size));
    state::<HashMap<String, u8>>(table, format!("{size} equal keys in a hash map"), Expect::Bounded, move || {
        object("\"a\":0")
    });
    state::<BTreeMap<u64, ()>>(table, format!("{size} equal keys in a tree map"), Expect::Bounded, move || {
        object("\"1\":null")
    });
    state::<Holder<u8>>(table, format!("{size} equal fields"), Expect::Refused, move || object("\"value\":0"));
    state::<Holder<()>>(table, format!("{size} unknown fields"), Expect::Bounded, move || {
        format!("{{{}\"value\":null}}", (0..size).map(|index| format!("\"{index:x}\":[],")).collect::<String>())
    });
    state::<HashMap<String, u8>>(table, format!("{size} distinct keys"), Expect::Bounded, move || {
        format!("{{{}\"\":0}}", (0..size).map(|index| format!("\"{index:x}\":0,")).collect::<String>())
    });
}

/// What serde gathers before it knows the type of it.
fn buffered(table: &mut Table, size: usize) {
    for (what, part, back) in [("numbers", "0,", "0"), ("vectors", "[],", "[]"), ("objects", "{},", "{}")] {
        state::<Gathering>(table, format!("{size} {what}, buffered"), Expect::Bounded, move || {
            field_text(&format!("[{}{back}]", part.repeat(size)))
        });
    }
    state::<Gathering>(table, format!("{size} levels, buffered"), Expect::Bounded, move || {
        field_text(&format!("{}{}", "[".repeat(size), "]".repeat(size)))
    });
}

fn field_text(state: &str) -> String {
    String::from_utf8(field(Format::Json, "rest", state.as_bytes())).expect("both are text")
}
