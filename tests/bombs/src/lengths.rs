//! Each length that bytes can declare, with values that arithmetic and allocation may trip over. Imports `case`, `envelope`,
//! `types`.

use crate::case::{Expect, Table, erased, exact, value};
use crate::envelope::{field, held, leb128, length, nested, of, repaired};
use crate::types::*;
use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::ffi::CString;
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use typeport::{Error, Format, Portable, Value};

/// Bytes that really follow a length.
const REST: u64 = 3;
const LENGTHS: [u64; 9] = [0, 1, REST - 1, REST, REST + 1, (1 << 31) - 1, (1 << 32) - 1, 1 << 63, u64::MAX];

pub fn add(table: &mut Table) {
    of_the_envelope(table);
    of_the_sections(table);
    if !table.is_json() {
        of_the_state(table);
    }
}

fn of_the_state(table: &mut Table) {
    claimed::<String>(table, "a string");
    claimed::<Arc<str>>(table, "a shared string");
    claimed::<PathBuf>(table, "a path");
    claimed::<CString>(table, "a byte string");
    claimed::<Vec<u8>>(table, "a vector of bytes");
    claimed::<Vec<u64>>(table, "a vector of numbers");
    claimed::<Vec<Hollow16K>>(table, "a vector of large values");
    claimed::<Vec<String>>(table, "a vector of strings");
    claimed::<VecDeque<u64>>(table, "a deque");
    claimed::<LinkedList<u64>>(table, "a linked list");
    claimed::<BTreeMap<u8, u8>>(table, "a tree map");
    claimed::<HashMap<u64, u64>>(table, "a hash map");
    for claim in LENGTHS {
        let format = table.format;
        let frame = move || [length(format, claim), vec![0; REST as usize]].concat();
        let make = move || of::<Around>(format, &frame());
        table.add(format!("frame of {claim}"), Expect::Bounded, exact::<Around>, make);
        let claim = claim.min(u64::MAX >> 1);
        let make = move || of::<Around>(format, &table_of(format, claim << 1));
        table.add(format!("frame with a table of {claim}"), Expect::Refused, exact::<Around>, make);
        let make = move || of::<Around>(format, &table_of(format, claim << 1 | 1));
        table.add(format!("frame with {claim} of the table around"), Expect::Refused, exact::<Around>, make);
    }
}

fn claimed<T: Portable + Default + Debug>(table: &mut Table, what: &str) {
    for claim in LENGTHS {
        let format = table.format;
        let state = move || [length(format, claim), vec![0; REST as usize]].concat();
        // Zeros are elements of most types; what is left over is refused.
        let expect = if claim > REST { Expect::Refused } else { Expect::Bounded };
        table.add(format!("{what} of {claim}"), expect, exact::<T>, move || of::<T>(format, &state()));
        table.add(format!("{what} of {claim}, erased"), Expect::Bounded, erased, move || held::<T>(format, &state()));
        table.add(format!("{what} of {claim}, nested"), Expect::Bounded, exact::<Around>, move || {
            nested::<T>(format, &state())
        });
    }
}

/// A frame that claims a table, of its own or of the front of that around.
fn table_of(format: Format, head: u64) -> Vec<u8> {
    let frame = [vec![1], leb128(head), vec![0; REST as usize]].concat();
    [length(format, frame.len() as u64), frame].concat()
}

/// The length in the prefix, of a slice and of a stream.
fn of_the_envelope(table: &mut Table) {
    let format = table.format;
    let sound = move || of::<Holder<u8>>(format, &field(format, "value", b"0"));
    let length = sound().len() as u64;
    for claim in [0, 1, 6, 7, length - 1, length + 1, 16 << 20, (16 << 20) + 1, (1 << 31) - 1, (1 << 32) - 1] {
        let make = move || {
            let mut bytes = sound();
            bytes[3..7].copy_from_slice(&(claim as u32).to_le_bytes());
            bytes
        };
        table.add(format!("an envelope of {claim}"), Expect::Refused, value, make);
        table.add(format!("a stream with an envelope of {claim}"), Expect::Refused, streamed, make);
    }
}

fn streamed(bytes: &[u8]) -> Result<(), Error> {
    typeport::from_reader::<Box<dyn Value>>(bytes).map(drop)
}

/// The length of the type name, and the counts and lengths of the names section.
fn of_the_sections(table: &mut Table) {
    let format = table.format;
    for claim in LENGTHS {
        table.add(format!("a type name of {claim}"), Expect::Refused, value, move || {
            let sound = of::<Holder<u8>>(format, &field(format, "value", b"0"));
            repaired([&sound[..15], &leb128(claim), &sound[16..]].concat())
        });
        table.add(format!("{claim} names"), Expect::Refused, exact::<Around>, move || {
            with_names(format, &leb128(claim))
        });
        table.add(
            format!("the length of {claim} of the first of the names"),
            Expect::Refused,
            exact::<Around>,
            move || with_names(format, &[vec![1], vec![0; 8], leb128(claim), b"u8".to_vec(), vec![0]].concat()),
        );
        table.add(format!("a table of {claim} behind the names"), Expect::Refused, exact::<Around>, move || {
            with_names(format, &[vec![1], vec![0; 8], vec![2], b"u8".to_vec(), leb128(claim)].concat())
        });
        table.add(format!("a section of {claim} bytes of names"), Expect::Refused, exact::<Around>, move || {
            let mut bytes = with_names(format, &[1, 2, 3]);
            let at = bytes.len() - 4;
            bytes[at..].copy_from_slice(&(claim as u32).to_le_bytes());
            bytes
        });
    }
}

/// An envelope of [`Around`] with this names section and an empty state.
fn with_names(format: Format, section: &[u8]) -> Vec<u8> {
    let sound = nested::<u8>(format, b"0");
    let name_end = 16 + usize::from(sound[15]);
    let length = (section.len() as u32).to_le_bytes();
    repaired([&sound[..name_end], section, &length].concat())
}
