//! The child process: runs bombs and prints the result of each, its heap and its time. `bomb list FORMAT` names the bombs,
//! `bomb run FORMAT FIRST COUNT` runs COUNT of them, `bomb names COUNT` decodes COUNT unknown names, `bomb size` prints its own
//! size.
#![forbid(unsafe_code)]

use bombs::{Case, Decode, MILLISECONDS, Outcome, table, unknown_names};
use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};
use typeport::Format;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What takes more than half of the time that it may take is run again, so often at most: the shortest counts, so that the state of
/// the machine does not.
const SHORT: Duration = Duration::from_millis(MILLISECONDS / 2);
const RUNS: usize = 3;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["list", format] => table(format_of(format)).cases.iter().for_each(|case| println!("{}", case.name)),
        ["run", format, first, count] => {
            let cases = table(format_of(format)).cases.into_iter();
            cases.skip(number(first)).take(number(count)).for_each(|case| run(&case));
        }
        ["names", count] => names(number(count)),
        ["size"] => println!("{}", address_space()),
        _ => panic!("one of: list FORMAT, run FORMAT FIRST COUNT, names COUNT, size"),
    }
}

fn format_of(name: &str) -> Format {
    Format::ALL.iter().copied().find(|format| format.name() == name).expect("a format")
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

/// Prints one line when the bytes are there, and one when the bomb was decoded.
fn run(case: &Case) {
    let bytes = (case.make)();
    let good = typeport::to_vec(&vec!["good".to_owned()]).expect("a small value");
    println!("made");
    let mut runs = Vec::new();
    while runs.len() < RUNS && runs.iter().all(|run: &Run| run.time > SHORT) {
        runs.push(explode(case.decode, case.stack, &bytes, &good));
    }
    let first = &runs[0];
    assert!(runs.iter().all(|run| run.outcome == first.outcome), "it ends in one way");
    let time = runs.iter().map(|run| run.time).min().unwrap_or_default();
    let peak = runs.iter().map(|run| run.peak).max().unwrap_or_default();
    let text = first.text.replace('\n', " ");
    println!("{:?}\t{:?}\t{}\t{peak}\t{}\t{text}", case.expect, first.outcome, bytes.len(), time.as_micros());
}

struct Run {
    outcome: Outcome,
    text: String,
    peak: usize,
    time: Duration,
}

/// Decodes the bomb on a stack of its size, then an envelope that is good.
fn explode(bomb: Decode, stack: usize, bytes: &[u8], good: &[u8]) -> Run {
    std::thread::scope(|scope| {
        let decode = || {
            HEAP.reset_peak_usage();
            let (before, start) = (HEAP.current_usage(), processor_time());
            let result = bomb(bytes);
            let (time, peak) = (processor_time().saturating_sub(start), HEAP.peak_usage().saturating_sub(before));
            let again: Vec<String> = typeport::from_slice(good).expect("a good envelope decodes after a bomb");
            assert_eq!(again, ["good"]);
            let text = result.as_ref().err().map(|error| format!("{}: {error}", error.code())).unwrap_or_default();
            Run { outcome: Outcome::of(&result), text, peak, time }
        };
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, decode);
        thread.expect("a thread can be started").join().expect("the bomb is contained")
    })
}

/// What this thread has used of a processor, which other processes do not lengthen.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

/// Kilobytes that this process takes before it does anything.
fn address_space() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Prints the most that the heap grew while `count` names were decoded, after some for warm-up.
fn names(count: usize) {
    let warm = 10;
    unknown_names(0, warm);
    let (before, start) = (HEAP.current_usage(), Instant::now());
    HEAP.reset_peak_usage();
    unknown_names(warm, count);
    let grown = HEAP.peak_usage().saturating_sub(before);
    println!("{count}\t{grown}\t{}", start.elapsed().as_millis());
}
