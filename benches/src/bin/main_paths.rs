//! Compares the instructions of the main paths with those recorded in `benches/main_paths.tsv`: `cargo run --release -p benches
//! --bin main_paths`. It fails if a path takes over 5 % more than recorded, and if it takes over 5 % less, so that a gain is
//! recorded too and cannot be lost unnoticed. `-- record` writes the counts.
//!
//! Counts do not depend on other load of a machine, but on the compiler and on the C library: the file names the compiler, and
//! with another one the program says so and does not fail.
#![forbid(unsafe_code)]

use benches::counted::{can_count, instructions};
use benches::{Batch, Link, Named, Record, Work};
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use typeport::{Codec, Format, Portable, Value};

/// How far a count may be from the recorded one.
const MARGIN: f64 = 0.05;

type Call = Box<dyn Fn()>;

/// A main path; the prepared call runs once before it is counted.
type Path = (&'static str, fn() -> Call);

const PATHS: &[Path] = &[
    ("encode one record", || encode(Format::Postcard, Record::new(7))),
    ("decode one record", || decode(Format::Postcard, &Record::new(7))),
    ("decode one record as a trait object", || decode_any(Format::Postcard, &Record::new(7))),
    ("encode 500 records", || encode(Format::Postcard, Record::many(500))),
    ("decode 500 records", || decode(Format::Postcard, &Record::many(500))),
    ("encode 500 records, bincode", || encode(Format::Bincode, Record::many(500))),
    ("decode 500 records, bincode", || decode(Format::Bincode, &Record::many(500))),
    ("encode 500 records, json", || encode(Format::Json, Record::many(500))),
    ("decode 500 records, json", || decode(Format::Json, &Record::many(500))),
    ("encode 500 trait objects", || encode(Format::Postcard, jobs(500))),
    ("decode 500 trait objects", || decode(Format::Postcard, &jobs(500))),
    ("decode 500 records, native in a trait object", || {
        decode_any(Format::Postcard, &Named { items: Record::many(500) })
    }),
    ("decode 500 records, erased", || decode_any(Format::Postcard, &Batch { items: Record::many(500) })),
    ("decode 500 records, erased twice", || decode_any(Format::Postcard, &Batch { items: twice(500) })),
    ("encode 100,000 floats", || encode(Format::Postcard, floats())),
    ("decode 100,000 floats", || decode(Format::Postcard, &floats())),
    ("decode 8 trait objects, one in the other", || decode_any(Format::Postcard, &chain(8))),
];

fn jobs(count: usize) -> Vec<Box<dyn Work>> {
    let job = |index| -> Box<dyn Work> {
        match index % 2 {
            0 => Box::new(Record::new(index)),
            _ => Box::new(Link { next: None }),
        }
    };
    (0..count).map(job).collect()
}

fn twice(count: usize) -> Vec<Batch<usize>> {
    (0..count).map(|index| Batch { items: vec![index] }).collect()
}

fn floats() -> Vec<f64> {
    (0..100_000).map(|index| f64::from(index) / 7.0).collect()
}

fn chain(depth: usize) -> Link {
    let inner = |link, _| Link { next: Some(Box::new(link)) };
    (1..depth).fold(Link { next: None }, inner)
}

fn encode<V: Value>(format: Format, value: V) -> Call {
    let codec = Codec::default().format(format);
    Box::new(move || drop(black_box(codec.to_vec(black_box(&value)).expect("it is encoded"))))
}

fn decode<T: Portable>(format: Format, value: &T) -> Call {
    let codec = Codec::default().format(format);
    let bytes = codec.to_vec(value).expect("it is encoded");
    Box::new(move || drop(black_box(codec.from_slice::<T>(black_box(&bytes)).expect("it is decoded"))))
}

fn decode_any<V: Value>(format: Format, value: &V) -> Call {
    let codec = Codec::default().format(format);
    let bytes = codec.to_vec(value).expect("it is encoded");
    Box::new(move || drop(black_box(codec.from_slice::<Box<dyn Work>>(black_box(&bytes)).expect("it is decoded"))))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run", path] => run_once(path),
        ["record"] => record(),
        [] => return check(),
        _ => panic!("nothing, or `record`"),
    }
    ExitCode::SUCCESS
}

fn run_once(path: &str) {
    let (_, prepare) = PATHS.iter().find(|(name, _)| *name == path).expect("the path is known");
    let call = prepare();
    call();
    measured(&call);
}

/// Valgrind looks for this name.
#[inline(never)]
fn measured(call: &Call) {
    call();
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("main_paths.tsv")
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("rustc can be started");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn record() {
    let rows: String = PATHS.iter().map(|(name, _)| format!("{name}\t{}\n", instructions(&["run", name]))).collect();
    fs::write(file(), format!("{}\n{rows}", compiler())).expect("the file can be written");
}

fn check() -> ExitCode {
    if !can_count() {
        return ExitCode::SUCCESS;
    }
    let recorded = fs::read_to_string(file()).expect("benches/main_paths.tsv can be read");
    let (by, rows) = recorded.split_once('\n').expect("the first line says which compiler counted");
    let is_comparable = by == compiler();
    if !is_comparable {
        println!("recorded with {by}, which is not the compiler here: nothing fails");
    }
    let mut ok = true;
    println!("| path | recorded | now | ratio |\n| --- | --- | --- | --- |");
    for (name, _) in PATHS {
        let row = rows.lines().find_map(|row| row.split_once('\t').filter(|(known, _)| known == name));
        let recorded: f64 = row.map_or(f64::NAN, |(_, count)| count.parse().expect("a count is a number"));
        let now = instructions(&["run", name]);
        let ratio = now as f64 / recorded;
        // Not a number where nothing is recorded, and then it is not within the margin either.
        let is_within = (ratio - 1.0).abs() <= MARGIN;
        println!("| {name} | {recorded} | {now} | {ratio:.3}{} |", if is_within { "" } else { " **changed**" });
        ok &= is_within;
    }
    if ok || !is_comparable {
        return ExitCode::SUCCESS;
    }
    println!("if that is meant: cargo run --release -p benches --bin main_paths -- record, and say why in the commit");
    ExitCode::FAILURE
}
