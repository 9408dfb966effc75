//! Numbers as Markdown.

use crate::measured::{Measured, Numbers};
use peers::case::{DECODE, ENCODE, ENCODE_AGAIN, Entry};
use peers::workload::Workload;
use std::fmt::Write;

/// All that is known of one workload.
pub fn of_workload(workload: Workload, entries: &[Entry], measured: &Measured) -> String {
    let mut notes: Vec<&str> = Vec::new();
    let mut table = String::from(
        "| | bytes | encode | ratio | allocations | instructions | decode | ratio | allocations | instructions |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for Entry { name, note, .. } in entries {
        let mark = mark(note, &mut notes);
        let [encode, decode] = [ENCODE, DECODE].map(|direction| measured.of(workload, name, direction));
        let bytes = encode.map_or("–".to_owned(), |encode| grouped(encode.bytes));
        let [encode, decode] = [encode, decode].map(cells);
        writeln!(table, "| {name}{mark} | {bytes} | {encode} | {decode} |").expect("a text takes all");
    }
    for (at, note) in notes.iter().enumerate() {
        writeln!(table, "{}{}. {note}", if at == 0 { "\n" } else { "" }, at + 1).expect("a text takes all");
    }
    table
}

/// The number of a note, which is added if it is a new one.
fn mark<'a>(note: &'a str, notes: &mut Vec<&'a str>) -> String {
    if note.is_empty() {
        return String::new();
    }
    let at = notes.iter().position(|known| *known == note).unwrap_or_else(|| {
        notes.push(note);
        notes.len() - 1
    });
    format!(" [{}]", at + 1)
}

fn cells(numbers: Option<&Numbers>) -> String {
    let Some(numbers) = numbers else { return "– | – | – | –".to_owned() };
    let count = |count: Option<u64>| count.map_or("–".to_owned(), grouped);
    let (allocations, instructions) = (count(numbers.allocations), numbers.instructions.map_or("–".to_owned(), large));
    format!("{} | {} | {allocations} | {instructions}", time(numbers.seconds), ratio(numbers.ratio))
}

/// One direction's ratios to the first contender, a column for each workload.
pub fn overview(direction: &str, columns: &[(Workload, Vec<Entry>)], measured: &Measured) -> String {
    let mut table = header("", columns);
    for name in names(columns) {
        let cells: Vec<String> = columns
            .iter()
            .map(|(workload, _)| {
                measured.of(*workload, name, direction).map_or("–".to_owned(), |found| ratio(found.ratio))
            })
            .collect();
        writeln!(table, "| {name} | {} |", cells.join(" | ")).expect("a text takes all");
    }
    table
}

/// What two contenders of one workload are to each other: encode and decode.
pub fn pairs(columns: &[(Workload, Vec<Entry>)], measured: &Measured) -> String {
    let mut table = header("one by the other", columns);
    let mut known: Vec<(&str, &str)> = Vec::new();
    for entry in columns.iter().flat_map(|(_, entries)| entries) {
        let Some(against) = entry.against else { continue };
        if !known.contains(&(entry.name, against)) {
            known.push((entry.name, against));
        }
    }
    for (name, against) in known {
        let cell = |workload: Workload, entries: &[Entry]| {
            entries.iter().find(|entry| entry.name == name && entry.against == Some(against))?;
            let [encode, decode] = [ENCODE, DECODE]
                .map(|direction| measured.of(workload, name, direction).and_then(|found| found.against));
            Some(format!("{} / {}", ratio(encode?), ratio(decode?)))
        };
        let cells: Vec<String> = columns
            .iter()
            .map(|(workload, entries)| cell(*workload, entries).unwrap_or_else(|| "–".to_owned()))
            .collect();
        writeln!(table, "| {name} by {against} | {} |", cells.join(" | ")).expect("a text takes all");
    }
    table
}

/// Those that encode into a buffer that is kept: ratio to the first, and allocations.
pub fn again(columns: &[(Workload, Vec<Entry>)], measured: &Measured) -> String {
    let cell = |workload: Workload, name: &str| {
        let found = measured.of(workload, name, ENCODE_AGAIN)?;
        Some(format!("{}, {}", ratio(found.ratio), found.allocations.map_or("–".to_owned(), grouped)))
    };
    let mut table = header("ratio, allocations", columns);
    for name in names(columns) {
        let cells: Vec<Option<String>> = columns.iter().map(|(workload, _)| cell(*workload, name)).collect();
        if cells.iter().any(Option::is_some) {
            let cells: Vec<String> = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".to_owned())).collect();
            writeln!(table, "| {name} | {} |", cells.join(" | ")).expect("a text takes all");
        }
    }
    table
}

/// All that can do one of the workloads, each once.
fn names(columns: &[(Workload, Vec<Entry>)]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for entry in columns.iter().flat_map(|(_, entries)| entries) {
        if entry.case.is_some() && !names.contains(&entry.name) {
            names.push(entry.name);
        }
    }
    names
}

fn header(first: &str, columns: &[(Workload, Vec<Entry>)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(workload, _)| workload.name()).collect();
    format!("| {first} | {} |\n| --- |{}\n", names.join(" | "), " ---: |".repeat(names.len()))
}

/// With as many places as it is worth.
pub fn ratio(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 9.95 => format!("{ratio:.2}"),
        ratio if ratio < 99.5 => format!("{ratio:.1}"),
        ratio => format!("{ratio:.0}"),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 1e-6 => format!("{} ns", three(seconds * 1e9)),
        seconds if seconds < 1e-3 => format!("{} µs", three(seconds * 1e6)),
        seconds => format!("{} ms", three(seconds * 1e3)),
    }
}

fn large(count: u64) -> String {
    match count {
        0..10_000 => grouped(count),
        10_000..1_000_000 => format!("{} k", three(count as f64 / 1e3)),
        _ => format!("{} M", three(count as f64 / 1e6)),
    }
}

fn three(number: f64) -> String {
    match number {
        number if number < 9.995 => format!("{number:.2}"),
        number if number < 99.95 => format!("{number:.1}"),
        number => format!("{number:.0}"),
    }
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
