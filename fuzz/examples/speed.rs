//! Counts executions per second of each target over mutated seeds, on stable and without the fuzzer:
//! `cargo run --release --manifest-path fuzz/Cargo.toml --no-default-features --example speed -- SECONDS SEED [TARGET..]`.
//!
//! It is an ordinary mutation tester too: an input that breaks a law is printed, and the exit code tells of it. Where
//! CORPORA names a folder of inputs that a campaign has found, each of them is run as it is, and is a seed as well.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use typeport_fuzz::{Body, TARGETS, seeds};

/// Longest input, as the README gives it to the fuzzer.
const LONGEST: usize = 4096;
/// Inputs between two looks at the clock.
const BATCH: u64 = 64;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| match arguments.next().map(|text| text.parse()) {
        Some(number) => number.expect("SECONDS and SEED are numbers"),
        None => default,
    };
    let (seconds, seed) = (number(2), number(1));
    let wanted: Vec<String> = arguments.collect();
    let mut broken = false;
    for (target, body) in TARGETS {
        if wanted.is_empty() || wanted.iter().any(|name| name == target) {
            broken |= run(target, body, Duration::from_secs(seconds), seed).is_err();
        }
    }
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs one target until its time is over; the input that breaks a law is the error.
fn run(target: &str, body: Body, time: Duration, seed: u64) -> Result<(), Vec<u8>> {
    let corpus = corpus(target);
    let mut random = Random(seed | 1);
    let mut input = Vec::new();
    let (mut done, start) = (0_u64, Instant::now());
    let mut execute = |input: &[u8]| {
        done += 1;
        let kept = catch_unwind(AssertUnwindSafe(|| body(input)));
        kept.map(|()| done).map_err(|_| {
            println!("{target}: a law is broken by execution {done}: b\"{}\"", input.escape_ascii());
            input.to_vec()
        })
    };
    let mut done = 0;
    for input in &corpus {
        done = execute(input)?;
    }
    while start.elapsed() < time {
        for _ in 0..BATCH {
            random.mutate(&corpus, &mut input);
            done = execute(&input)?;
        }
    }
    println!("{target}: {:.0} executions per second", done as f64 / start.elapsed().as_secs_f64());
    Ok(())
}

/// The seeds of a target, and what a campaign has found.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> =
        seeds().into_iter().filter(|seed| seed.target == target).map(|seed| seed.bytes).collect();
    if let Some(folder) = std::env::var_os("CORPORA") {
        let entries = std::fs::read_dir(std::path::Path::new(&folder).join(target)).into_iter().flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        files.sort();
        corpus.extend(files.iter().map(|file| std::fs::read(file).expect("a readable file")));
    }
    corpus
}

/// Xorshift: the same inputs for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % end.max(1) as u64) as usize
    }

    /// Makes `input` a seed with some changes.
    fn mutate(&mut self, corpus: &[Vec<u8>], input: &mut Vec<u8>) {
        input.clear();
        input.extend(&corpus[self.below(corpus.len())]);
        for _ in 0..self.below(4) {
            let at = self.below(input.len() + 1);
            match self.below(6) {
                0 => input.insert(at, self.below(256) as u8),
                1 => input.truncate(at),
                2 if at < input.len() => drop(input.remove(at)),
                3 if at < input.len() => input[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
                4 => self.splice(corpus, at, input),
                _ if at < input.len() => input[at] ^= 1 << self.below(8),
                _ => {}
            }
        }
        input.truncate(LONGEST);
    }

    /// Puts a part of another seed in place of what stands at `at`.
    fn splice(&mut self, corpus: &[Vec<u8>], at: usize, input: &mut Vec<u8>) {
        let other = &corpus[self.below(corpus.len())];
        let from = self.below(other.len());
        let part = &other[from..from + self.below(other.len() - from + 1)];
        let end = (at + self.below(part.len() + 1)).min(input.len());
        input.splice(at..end, part.iter().copied());
    }
}
