//! Changes every number of every envelope: lengths and counts to values that arithmetic may trip over, version, flags and
//! format to all values; the checksum is corrected. Imports `attempt`, `corpus`, `surgery`.

use crate::attempt::Tally;
use crate::corpus::{Entry, corpus};
use crate::samples::json;
use crate::scale::{scaled, thinned};
use crate::surgery::{CHECKSUM, LENGTH, layout, leb128, length_in, repair, repair_checksum, replaced};
use std::collections::BTreeMap;
use std::ops::Range;
use typeport::{Codec, Envelope, Format, Value};

/// Values for a length in front of `rest` bytes.
fn values(rest: usize) -> [u64; 9] {
    let rest = rest as u64;
    [0, 1, rest.saturating_sub(1), rest, rest + 1, (1 << 31) - 1, (1 << 32) - 1, 1 << 63, u64::MAX]
}

#[test]
fn sweep_fields_of_the_envelope() {
    let mut tally = Tally::new("sweep_fields_of_the_envelope");
    for entry in corpus() {
        sweep_length(&mut tally, entry);
        sweep_name_length(&mut tally, entry);
        sweep_names_length(&mut tally, entry);
        tally.check_sound(entry);
    }
    tally.print();
    assert_eq!(tally.accepted, 0);
    tally.assert_inputs(5_000);
}

fn sweep_length(tally: &mut Tally, entry: &Entry) {
    let sound = entry.bytes.len() as u64;
    for value in thinned(4, values(entry.bytes.len()).into_iter().filter(|value| *value != sound)) {
        let Ok(value) = u32::try_from(value) else { continue };
        let mut bytes = entry.bytes.clone();
        bytes[LENGTH].copy_from_slice(&value.to_le_bytes());
        // The checksum is right for the length that is claimed, and for the bytes that are there.
        let claimed = bytes.len().min(value as usize);
        repair_checksum(&mut bytes[..claimed]);
        tally.refuse(entry, &bytes, || format!("envelope length {value}"));
        repair_checksum(&mut bytes);
        tally.refuse(entry, &bytes, || format!("envelope length {value}, checksum at the end"));
    }
}

fn sweep_name_length(tally: &mut Tally, entry: &Entry) {
    let layout = layout(&entry.bytes);
    let sound = layout.name.len() as u64;
    let rest = layout.names_length.end - layout.name.start;
    let others = [sound - 1, sound + 1];
    for value in thinned(4, values(rest).into_iter().chain(others).filter(|value| *value != sound)) {
        let mut bytes = replaced(&entry.bytes, layout.name_length.clone(), &leb128(value));
        repair(&mut bytes);
        tally.refuse(entry, &bytes, || format!("name length {value}"));
    }
}

fn sweep_names_length(tally: &mut Tally, entry: &Entry) {
    let layout = layout(&entry.bytes);
    if layout.names.is_empty() {
        return;
    }
    let sound = layout.names.len() as u64;
    let rest = layout.names.end - layout.name.end;
    let others = [sound - 1, sound + 1, layout.names.end as u64];
    for value in thinned(4, values(rest).into_iter().chain(others).filter(|value| *value != sound)) {
        let Ok(value) = u32::try_from(value) else { continue };
        let mut bytes = replaced(&entry.bytes, layout.names_length.clone(), &value.to_le_bytes());
        repair(&mut bytes);
        tally.refuse(entry, &bytes, || format!("length of names {value}"));
    }
}

/// A number at every place of binary states and of names sections: lengths of sequences, texts, frames and names,
/// counts and indices of tables are all among them.
#[test]
fn sweep_fields_inside() {
    let mut tally = Tally::new("sweep_fields_inside");
    for entry in corpus() {
        let layout = layout(&entry.bytes);
        if entry.format != Format::Json {
            sweep_places(&mut tally, entry, layout.state, entry.format);
        }
        sweep_places(&mut tally, entry, layout.names, Format::Postcard);
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(50_000);
}

fn sweep_places(tally: &mut Tally, entry: &Entry, range: Range<usize>, numbers: Format) {
    let n_names = layout(&entry.bytes).names.len();
    for at in thinned(29, range.clone()) {
        for value in thinned(4, values(range.end - at - 1)) {
            let number = length_in(numbers, value);
            let mut bytes = replaced(&entry.bytes, at..at + 1, &number);
            if range.start == layout(&entry.bytes).names.start {
                let at = layout(&entry.bytes).names_length.start + number.len() - 1;
                bytes[at..at + 4].copy_from_slice(&((n_names + number.len() - 1) as u32).to_le_bytes());
            }
            repair(&mut bytes);
            tally.attempt(entry, &bytes, || format!("{value} at byte {at}"));
        }
    }
}

/// All values of the byte of version and flags. One other value means the same: the flag of a checksum that was not
/// there, together with the checksum. Where that is written over the end of the state, a JSON number that is long
/// enough becomes a shorter one, and nothing can tell.
#[test]
fn sweep_version_and_flags() {
    let mut tally = Tally::new("sweep_version_and_flags");
    for entry in corpus() {
        for byte in thinned(83, (0..=255).filter(|byte| *byte != entry.bytes[1])) {
            let mut bytes = entry.bytes.clone();
            bytes[1] = byte;
            tally.refuse(entry, &bytes, || format!("version and flags {byte:#04x}"));
            repair_checksum(&mut bytes);
            let what = || format!("version and flags {byte:#04x}, checksum repaired");
            if is_more_flags(entry, byte) && entry.format == Format::Json {
                tally.attempt(entry, &bytes, what);
            } else {
                tally.refuse(entry, &bytes, what);
            }
        }
        check_added_checksum(&mut tally, entry);
        tally.check_sound(entry);
    }
    tally.print();
    tally.assert_inputs(100_000);
}

/// Whether the byte has the same meaning as the entry's own, and a checksum.
fn is_more_flags(entry: &Entry, byte: u8) -> bool {
    !entry.manifest.checksum && byte == entry.bytes[1] | CHECKSUM
}

fn check_added_checksum(tally: &mut Tally, entry: &Entry) {
    if !entry.manifest.checksum {
        let mut bytes = [&entry.bytes[..], &[0; 4]].concat();
        bytes[1] |= CHECKSUM;
        repair(&mut bytes);
        let outcome = tally.attempt(entry, &bytes, || "with a checksum".to_owned());
        let is_both = outcome.exact.is_some() && outcome.any.is_some();
        assert!(is_both && same_value(entry, &bytes), "{}: with a checksum: not the value", entry.manifest.file);
    }
}

/// As how many states of one format something else may be read in another.
const FEW: usize = 20;

/// All values of the byte of the format. Under another format that exists, the state may be sound: many are the same
/// bytes in postcard and bincode. Few mean something else there: a digit of JSON is a number in the others, and a
/// number that one of the two ends early may leave the rest to the next field.
#[test]
fn sweep_format() {
    let mut tally = Tally::new("sweep_format");
    let mut meanings: BTreeMap<(&str, &str, bool), Vec<&str>> = BTreeMap::new();
    for entry in corpus() {
        for byte in thinned(2, (0..=scaled(255, 4) as u8).filter(|byte| *byte != entry.bytes[2])) {
            let mut bytes = entry.bytes.clone();
            bytes[2] = byte;
            let what = || format!("format {byte}");
            if entry.manifest.checksum {
                tally.refuse(entry, &bytes, what);
            }
            repair_checksum(&mut bytes);
            if !(1..=3).contains(&byte) {
                tally.refuse(entry, &bytes, what);
            } else if tally.attempt(entry, &bytes, what).is_accepted() {
                let format = Envelope::parse(&bytes).unwrap().format();
                let meaning = (entry.format.name(), format.name(), same_value(entry, &bytes));
                meanings.entry(meaning).or_default().push(&entry.sample.label);
            }
        }
        tally.check_sound(entry);
    }
    tally.print();
    for ((from, to, is_same), labels) in meanings {
        let count = labels.len();
        match is_same {
            true => println!("sweep_format: {count} states of {from} are the same values as {to}"),
            false => println!("sweep_format: {count} states of {from} are other values as {to}: {labels:?}"),
        }
        let is_binary = from != Format::Json.name() && to != Format::Json.name();
        assert!(is_binary || !is_same || count <= FEW, "{from} as {to}: {labels:?} are the same value");
        assert!(is_same || count <= FEW, "{from} as {to}: {labels:?} are other values");
    }
    tally.assert_inputs(50_000);
}

fn same_value(entry: &Entry, bytes: &[u8]) -> bool {
    let any: Box<dyn Value> = Codec::default().from_slice(bytes).unwrap();
    match entry.sample.formats.contains(&Format::Json) {
        true => json(&*any) == entry.value(),
        false => format!("{any:?}") == format!("{:?}", entry.sample.value),
    }
}
