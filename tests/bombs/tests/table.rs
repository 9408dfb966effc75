//! Every bomb, in a process with 64 MiB of address space besides its code: it ends with the required result, in time, and with
//! at most a small multiple of the heap that its bytes may charge; and a valid envelope decodes after it.
//!
//! `TYPEPORT_BOMBS=all` prints a line for each.
#![forbid(unsafe_code)]

use bombs::MILLISECONDS;
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Kilobytes of address space, above those of a program that has only started.
const ADDRESS_SPACE: usize = 64 << 10;
/// Seconds of processor time after which a child is killed.
const PROCESSOR_TIME: usize = 20;
/// Bombs of a format at least.
const BOMBS: usize = 150;

/// Bombs that a process decodes one after the other: to start one takes longer than most bombs. What a bomb leaves behind takes
/// from the memory of the next, so that the limit is no wider for any.
const TOGETHER: usize = 50;

#[test]
fn postcard_bombs() {
    check("postcard");
}

#[test]
fn bincode_bombs() {
    check("bincode");
}

#[test]
fn json_bombs() {
    check("json");
}

/// Unknown names leave nothing behind. `TYPEPORT_NAMES=1000000` is the whole run.
#[test]
fn a_million_unknown_names_are_not_kept() {
    let count = std::env::var("TYPEPORT_NAMES").unwrap_or_else(|_| "6000".to_owned());
    let output = child(&["names", &count]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<u64> = line.trim().split('\t').map(|number| number.parse().unwrap()).collect();
    println!("{} unknown names: the heap grew by {} bytes, {} ms", numbers[0], numbers[1], numbers[2]);
    assert!(numbers[1] < 1 << 20, "{} bytes are kept", numbers[1]);
}

/// What a child said of a bomb.
struct Report {
    name: String,
    expect: String,
    outcome: String,
    input: u64,
    peak: u64,
    micros: u64,
    text: String,
}

impl Report {
    fn new(name: &str, line: &str) -> Self {
        let parts: Vec<&str> = line.split('\t').collect();
        let number = |index: usize| parts.get(index).and_then(|part: &&str| part.parse().ok()).unwrap_or_default();
        let part = |index: usize| parts.get(index).copied().unwrap_or_default().to_owned();
        let (input, peak, micros) = (number(2), number(3), number(4));
        Report { name: name.to_owned(), expect: part(0), outcome: part(1), input, peak, micros, text: part(5) }
    }

    fn died(name: &str, output: &Output) -> Self {
        let said = String::from_utf8_lossy(&output.stderr).replace('\n', " ");
        let text = format!("{}: {}", output.status, said.chars().take(160).collect::<String>());
        let (name, expect, outcome) = (name.to_owned(), String::new(), "Died".to_owned());
        Report { name, expect, outcome, input: 0, peak: 0, micros: 0, text }
    }

    /// Most heap: four times what a decode may charge for so many bytes, and 2 MiB; and the boxes of erased arguments, of which
    /// the type with the long name has 49.
    fn heap_limit(&self) -> u64 {
        let elements = self.name.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0);
        let boxes = if self.name.ends_with("with a long name") { 49 * elements } else { 0 };
        4 * ((1 << 20) + 64 * self.input).min(128 << 20) + (2 << 20) + 96 * boxes
    }

    /// What is wrong, if anything is.
    fn fault(&self) -> Option<String> {
        let ends_well = match self.expect.as_str() {
            "Refused" => ["Refused", "Limit"].contains(&self.outcome.as_str()),
            "Bounded" => ["Decoded", "Refused", "Limit"].contains(&self.outcome.as_str()),
            expected => expected == self.outcome,
        };
        if !ends_well {
            return Some(format!("{} where {} is expected", self.outcome, self.expect));
        }
        if self.peak > self.heap_limit() {
            return Some(format!("{} KiB of heap where {} are allowed", self.peak >> 10, self.heap_limit() >> 10));
        }
        let is_slow = self.micros > MILLISECONDS * 1000;
        is_slow.then(|| format!("{} ms where {MILLISECONDS} are allowed", self.micros / 1000))
    }

    fn line(&self) -> String {
        let Report { name, outcome, input, peak, micros, text, .. } = self;
        format!("{outcome:8} {input:8} bytes {:7} KiB {:7.3} ms  {name}  {text}", peak >> 10, *micros as f64 / 1000.0)
    }
}

#[track_caller]
fn check(format: &str) {
    let output = child(&["list", format]);
    let names = String::from_utf8(output.stdout).unwrap();
    let names: Vec<&str> = names.lines().collect();
    let mut reports = Vec::new();
    while let Some(left) = names.get(reports.len()..).filter(|left| !left.is_empty()) {
        reports.extend(run(format, reports.len(), &left[..TOGETHER.min(left.len())]));
    }
    let slowest = reports.iter().max_by_key(|report| report.micros).unwrap();
    let largest = reports.iter().max_by_key(|report| report.peak * 1000 / report.heap_limit()).unwrap();
    if std::env::var_os("TYPEPORT_BOMBS").is_some() {
        reports.iter().for_each(|report| println!("{format}: {}", report.line()));
    }
    println!("{format}: {} bombs", reports.len());
    println!("{format}: the slowest: {}", slowest.line());
    println!("{format}: the largest for its input: {}", largest.line());
    let faults = reports.iter().filter_map(|report| Some(format!("{}: {}", report.fault()?, report.line())));
    let faults: Vec<String> = faults.collect();
    assert!(faults.is_empty(), "{} of {} bombs:\n{}", faults.len(), reports.len(), faults.join("\n"));
    assert!(reports.len() >= BOMBS, "{} bombs", reports.len());
}

/// The reports of a process that decodes these bombs, of which the first has this number: of all; or of those in front of the one
/// at which it died, which is the first of the next process then. Only what dies as the first has died by its own fault.
fn run(format: &str, first: usize, names: &[&str]) -> Vec<Report> {
    let output = child(&["run", format, &first.to_string(), &names.len().to_string()]);
    let said = String::from_utf8_lossy(&output.stdout);
    let lines = said.lines().filter(|line| *line != "made");
    let reports: Vec<Report> = names.iter().zip(lines).map(|(name, line)| Report::new(name, line)).collect();
    if !reports.is_empty() {
        assert_eq!(output.status.success(), reports.len() == names.len(), "{format}: {names:?}: {output:?}");
        return reports;
    }
    assert!(said == "made\n", "{format}: {}: its bytes are too large to be made: {output:?}", names[0]);
    vec![Report::died(names[0], &output)]
}

const BOMB: &str = env!("CARGO_BIN_EXE_bomb");

/// Starts the child under its limits. One arena of the allocator is enough; more take address space.
fn child(arguments: &[&str]) -> Output {
    static SIZE: OnceLock<usize> = OnceLock::new();
    let size = SIZE.get_or_init(|| {
        let output = Command::new(BOMB).arg("size").output().expect("the child can be started");
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
    });
    let limits = format!("ulimit -v {} && ulimit -t {PROCESSOR_TIME} && exec \"$0\" \"$@\"", size + ADDRESS_SPACE);
    let mut command = Command::new("sh");
    command.args(["-c", &limits, BOMB]).args(arguments);
    command.env("MALLOC_ARENA_MAX", "1").env("RUST_BACKTRACE", "0");
    command.output().expect("a shell can be started")
}
