//! The law: a decode of the same format returns equal whatever an encode accepts; otherwise the encode is an error. For trait
//! objects, carried values and failures, in other crates' formats and in ours, in each possible position.
//!
//! `TYPEPORT_BLESS=1` updates the two files that list what cannot work: for plain values, and today.
#![forbid(unsafe_code)]

mod cells;
mod formats;
mod positions;
mod renamed;
mod same;
mod slot;
mod values;

use cells::{Cell, Trouble, cells, print_other_panics};
use same::{LOST, check_same};
use slot::{Depth, Expect, Slot};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use typeport::Format;
use values::{Case, Form, Only, cases};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The committed text of a file, or, when it is blessed, the new one.
fn pinned(name: &str, found: &str) -> String {
    if std::env::var_os("TYPEPORT_BLESS").is_some() {
        fs::write(file(name), found).expect("the file can be written");
    }
    fs::read_to_string(file(name)).unwrap_or_default()
}

fn is_same(written: Slot, back: Result<Slot, Trouble>, depth: Depth) -> Result<(), Trouble> {
    let back = back?;
    if depth == Depth::Deep && !matches!(written, Slot::Plain(_)) {
        let (written, back) =
            (written.flattened().map_err(Trouble::Changed)?, back.flattened().map_err(Trouble::Changed)?);
        return check_same(&written, &back).map_err(Trouble::Changed);
    }
    check_same(&written, &back).map_err(Trouble::Changed)
}

/// What becomes of a plain value in a cell: of the value itself, and of the pair of a type's name and the value.
fn plain(cell: &Cell, case: &Case) -> [Result<(), Trouble>; 2] {
    let subjects = if cell.depth == Depth::Flat { &case.plain } else { &case.plain_deep };
    [0, 1].map(|place| {
        let subject = &subjects[place];
        let back = (cell.run)(Slot::Plain((subject.make)()), Expect::Plain(subject.read));
        is_same(Slot::Plain((subject.make)()), back, cell.depth)
    })
}

/// What becomes of plain values: by format, position and case.
type PlainTable = BTreeMap<(&'static str, &'static str, Depth, &'static str), [Result<(), Trouble>; 2]>;

fn plain_table(cells: &[Cell], cases: &[Case]) -> PlainTable {
    let foreign = || cells.iter().filter(|cell| cell.own.is_none());
    let key = |cell: &Cell, case: &Case| (cell.format, cell.position, cell.depth, case.name);
    foreign().flat_map(|cell| cases.iter().map(move |case| (key(cell, case), plain(cell, case)))).collect()
}

/// The table as text: a block for each format, a line for each value, two letters for each position.
fn shown(table: &PlainTable, cells: &[Cell], cases: &[Case]) -> String {
    let mut text = String::from(
        "What becomes of plain values, without typeport: of the value itself, and of a struct of a type's name and the value.\n\
         `.` comes back, `w` is not written, `r` is written and not read, `!` comes back as another value.\n",
    );
    let mut formats: Vec<&str> = cells.iter().filter(|cell| cell.own.is_none()).map(|cell| cell.format).collect();
    formats.dedup();
    for format in formats {
        let columns: Vec<&Cell> = cells.iter().filter(|cell| cell.format == format && cell.own.is_none()).collect();
        let heads: Vec<String> = columns.iter().map(|cell| head(cell)).collect();
        writeln!(text, "\n{format}\n{:16} {}", "", heads.join(" | ")).expect("text");
        for case in cases {
            write!(text, "{:16}", case.name).expect("text");
            for cell in &columns {
                let [alone, pair] = &table[&(cell.format, cell.position, cell.depth, case.name)];
                let letter = |it: &Result<(), Trouble>| it.as_ref().err().map_or('.', Trouble::letter);
                write!(text, " {}{}", letter(alone), letter(pair)).expect("text");
            }
            text.push('\n');
        }
    }
    text
}

fn head(cell: &Cell) -> String {
    let depth = match cell.depth {
        Depth::Flat => "",
        Depth::Deep => "deep ",
        Depth::Whole => "whole ",
    };
    format!("{depth}{}", cell.position)
}

/// Whether the law lets this happen to a nested value, given what happens to plain ones in its place.
fn is_allowed(trouble: &Trouble, cell: &Cell, form: &Form, plain: &[Result<(), Trouble>; 2]) -> bool {
    // These two write by serializers of serde's own, which always say that they are readable.
    let is_readable = cell.readable || matches!(cell.position, "tag newtype" | "flatten one");
    // What nothing here knows has one format, and by its name alone no envelope.
    let has_no_form = match (form.only_in, cell.own) {
        (None, _) => false,
        (Some(Only::In(format)), Some(own)) => format != own,
        (Some(Only::In(format)), None) => is_readable && format != Format::Json,
        (Some(Only::ByName), own) => own.is_some() || !cell.readable,
    };
    // In a readable format a nested value is the pair, and elsewhere a struct of its bytes.
    let works = plain[usize::from(is_readable)..].iter().any(Result::is_ok);
    match trouble {
        Trouble::Refused(_) => !works || has_no_form && !matches!(form.expect, Expect::Failure),
        // Of a failure the messages always arrive.
        Trouble::Changed(what) if what == LOST => has_no_form,
        Trouble::Unread(_) => !works,
        Trouble::Changed(_) => plain.iter().all(|plain| matches!(plain, Err(Trouble::Changed(_)))),
    }
}

struct Failing {
    cell: String,
    form: &'static str,
    case: &'static str,
    trouble: Trouble,
}

/// Goes through all cells, in as many threads as there are processors.
fn failing(cells: &[Cell], cases: fn() -> Vec<Case>, plain: &PlainTable) -> (usize, Vec<Failing>) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let of_some = |cells: &[Cell]| {
        let cases = cases();
        let mut found = (0, Vec::new());
        for (cell, case) in cells.iter().flat_map(|cell| cases.iter().map(move |case| (cell, case))) {
            let plain = &plain[&(cell.plain, cell.position, cell.depth, case.name)];
            found.0 += case.forms.len();
            found.1.extend(case.forms.iter().filter_map(|form| failing_at(cell, case, form, plain)));
        }
        found
    };
    let parts: Vec<(usize, Vec<Failing>)> = std::thread::scope(|scope| {
        let chunks = cells.chunks(cells.len().div_ceil(threads));
        let running: Vec<_> = chunks.map(|chunk| scope.spawn(move || of_some(chunk))).collect();
        running.into_iter().map(|thread| thread.join().expect("the thread runs to its end")).collect()
    });
    let count = parts.iter().map(|(count, _)| count).sum();
    (count, parts.into_iter().flat_map(|(_, failing)| failing).collect())
}

fn failing_at(cell: &Cell, case: &Case, form: &Form, plain: &[Result<(), Trouble>; 2]) -> Option<Failing> {
    // A failure never makes what holds it unknown: `Deep` has it in its place.
    if cell.depth == Depth::Whole && matches!(form.expect, Expect::Failure) {
        return None;
    }
    let (slot, expect) = made(form, cell);
    let trouble = is_same(made(form, cell).0, (cell.run)(slot, expect), cell.depth).err()?;
    if is_allowed(&trouble, cell, form, plain) {
        return None;
    }
    let whose = if cell.own.is_some() { "typeport " } else { "" };
    Some(Failing {
        cell: format!("{whose}{} | {}", cell.format, head(cell)),
        form: form.name,
        case: case.name,
        trouble,
    })
}

fn made(form: &Form, cell: &Cell) -> (Slot, Expect) {
    (form.make)().at(cell.depth, form.expect)
}

/// The failing cells as lines: a format and a position each, with the number of failing values of each form.
fn lines(failing: &[Failing]) -> String {
    let mut by_cell: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for one in failing {
        *by_cell.entry(&one.cell).or_default().entry(one.form).or_default() += 1;
    }
    let mut text = String::new();
    for (cell, forms) in by_cell {
        let forms: Vec<String> = forms.iter().map(|(form, count)| format!("{form} {count}")).collect();
        writeln!(text, "{cell}: {}", forms.join(", ")).expect("text");
    }
    text
}

/// A reason without what differs from value to value.
fn reason(trouble: &Trouble) -> String {
    let (kind, text) = match trouble {
        Trouble::Refused(text) => ("not written", text),
        Trouble::Unread(text) => ("not read", text),
        Trouble::Changed(text) => ("changed", text),
    };
    let (mut short, mut was_digit) = (String::new(), false);
    for character in text.chars().take(150) {
        let is_digit = character.is_ascii_digit();
        match character {
            _ if is_digit && was_digit => {}
            _ if is_digit => short.push('0'),
            '\n' => short.push(' '),
            other => short.push(other),
        }
        was_digit = is_digit;
    }
    format!("{kind}: {short}")
}

/// The failing cells by their reasons, the most frequent first.
fn reasons(failing: &[Failing]) -> String {
    let mut by_reason: BTreeMap<String, Vec<&Failing>> = BTreeMap::new();
    for one in failing {
        by_reason.entry(reason(&one.trouble)).or_default().push(one);
    }
    let mut sorted: Vec<_> = by_reason.into_iter().collect();
    sorted.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
    let mut text = String::new();
    for (reason, all) in sorted {
        let few = |of: fn(&Failing) -> &str| {
            let set: BTreeSet<&str> = all.iter().map(|one| of(one)).collect();
            let some: Vec<&str> = set.iter().copied().take(6).collect();
            format!("{} ({}{})", set.len(), some.join(", "), if set.len() > 6 { ", .." } else { "" })
        };
        let (cells, forms, values) = (few(|it| &it.cell), few(|it| it.form), few(|it| it.case));
        writeln!(text, "{} x {reason}\n    cells {cells}\n    forms {forms}\n    values {values}", all.len())
            .expect("text");
    }
    text
}

/// One test, since the second table is read by the first.
#[test]
fn what_is_written_is_read() {
    print_other_panics();
    let cells = cells();
    let plain = plain_table(&cells, &cases());
    let table = shown(&plain, &cells, &cases());
    let (count, failing) = failing(&cells, cases, &plain);
    println!("{count} cells, {} failing\n{}", failing.len(), reasons(&failing));
    if let Ok(part) = std::env::var("TYPEPORT_SHOW") {
        let all = failing.iter().map(|it| format!("{} | {} | {}: {:?}", it.cell, it.form, it.case, it.trouble));
        all.filter(|line| line.contains(&part)).for_each(|line| println!("{line}"));
    }

    let lines = lines(&failing);
    let known = pinned("known_failures.txt", &lines);
    let (found, known): (BTreeSet<&str>, BTreeSet<&str>) = (lines.lines().collect(), known.lines().collect());
    let (new, gone): (Vec<_>, Vec<_>) = (found.difference(&known).collect(), known.difference(&found).collect());
    assert!(new.is_empty() && gone.is_empty(), "failing, and not known: {new:#?}; known, and otherwise now: {gone:#?}");
    let known = pinned("plain.txt", &table);
    assert_eq!(table, known, "other plain values come back than known: TYPEPORT_BLESS=1 writes the table anew");
}
