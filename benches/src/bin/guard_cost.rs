//! What the limits cost: decodes of an envelope under the default limits and under those for trusted senders, and with
//! the checksum that is on by default, against the bare format's decode of the same state:
//! `cargo run --release -p benches --bin guard_cost -- [ROUNDS [NAME]]`.
//!
//! All are timed in turn within each round, by what the thread uses of a processor, so that what else the machine does
//! falls on all of them or on none; what is printed are medians over the rounds, of the ratios and of the bare times. The limit in the last column is for the guard alone: a
//! checksum reads each byte once more, and a string has nothing else to wait for.
#![forbid(unsafe_code)]

use benches::Record;
use rustix::time::{ClockId, clock_gettime};
use serde::de::DeserializeOwned;
use std::ffi::CString;
use std::hint::black_box;
use std::time::Duration;
use typeport::{Codec, Envelope, Format, Limits, Portable};

/// What one contestant takes in a round, about.
const SLICE: Duration = Duration::from_millis(5);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let n_rounds = arguments.next().map_or(41, |text| text.parse().expect("ROUNDS is a number"));
    let wanted = arguments.next().unwrap_or_default();
    println!("| value | format | bare, µs | guarded | trusted limits | guarded, with checksum | at most |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let bench = Bench { n_rounds, wanted };
    bench.rows("2,000 records", 1.5, &Record::many(2000));
    bench.rows("20 records", 1.5, &Record::many(20));
    bench.rows("`Vec<f64>`, 100,000", 1.2, &(0..100_000).map(|index| f64::from(index) / 7.0).collect::<Vec<f64>>());
    bench.rows("`Vec<u64>`, 100,000", 1.2, &(0..100_000_u64).map(|index| index * index).collect::<Vec<u64>>());
    bench.rows("`Vec<u8>`, 1,000,000", 1.2, &(0..1_000_000).map(|index| index as u8).collect::<Vec<u8>>());
    bench.rows("`String`, 1,000,000 bytes", 1.2, &"typeport! ".repeat(100_000));
    bench.rows(
        "byte string, 1,000,000 bytes",
        1.2,
        &CString::new("typeport! ".repeat(100_000)).expect("no zero in it"),
    );
}

struct Bench {
    n_rounds: usize,
    /// A part of the names of the rows that are wanted.
    wanted: String,
}

impl Bench {
    fn rows<T: Portable + DeserializeOwned>(&self, name: &str, at_most: f64, value: &T) {
        for format in Format::ALL.iter().copied().filter(|_| name.contains(&self.wanted)) {
            self.row(name, at_most, value, format);
        }
    }

    fn row<T: Portable + DeserializeOwned>(&self, name: &str, at_most: f64, value: &T, format: Format) {
        let codec = Codec::default().format(format).checksum(false);
        let trusted = codec.clone().limits(Limits::trusted());
        let bytes = codec.to_vec(value).expect("it is encoded");
        let checked = codec.clone().checksum(true).to_vec(value).expect("it is encoded");
        let state = Envelope::parse(&bytes).expect("it was just written").state();
        let contestants: [&dyn Fn(); 4] = [
            &|| drop(black_box(bare::<T>(format, black_box(state)))),
            &|| drop(black_box(codec.from_slice::<T>(black_box(&bytes)).expect("it is decoded"))),
            &|| drop(black_box(trusted.from_slice::<T>(black_box(&bytes)).expect("it is decoded"))),
            &|| drop(black_box(codec.from_slice::<T>(black_box(&checked)).expect("it is decoded"))),
        ];
        let [bare, ratios @ ..] = medians(self.n_rounds, contestants);
        let [guarded, trusted, checked] = ratios.map(|ratio| format!("{ratio:.2}"));
        let mark = if ratios[0] > at_most { " **missed**" } else { "" };
        println!("| {name} | {format} | {:.1} | {guarded}{mark} | {trusted} | {checked} | {at_most:.1} |", bare * 1e6);
    }
}

/// The format's own decode.
fn bare<T: DeserializeOwned>(format: Format, state: &[u8]) -> T {
    match format {
        Format::Postcard => postcard::from_bytes(state).expect("it is decoded"),
        Format::Bincode => {
            let decoded = bincode::serde::decode_from_slice(state, bincode::config::standard());
            decoded.expect("it is decoded").0
        }
        _ => serde_json::from_slice(state).expect("it is decoded"),
    }
}

/// The median time of the first in seconds, and the median ratios of the others to it.
fn medians(n_rounds: usize, contestants: [&dyn Fn(); 4]) -> [f64; 4] {
    let n_calls = contestants.map(|contestant| {
        let once = time(1, contestant).max(time(1, contestant) / 2).max(Duration::from_nanos(50));
        (SLICE.as_nanos() / once.as_nanos()).clamp(1, 100_000) as u32
    });
    let mut rounds: [Vec<f64>; 4] = Default::default();
    for round in 0..n_rounds {
        let mut seconds = [0.0; 4];
        for turn in 0..4 {
            let index = (round + turn) % 4;
            seconds[index] = time(n_calls[index], contestants[index]).as_secs_f64() / f64::from(n_calls[index]);
        }
        rounds[0].push(seconds[0]);
        for index in 1..4 {
            rounds[index].push(seconds[index] / seconds[0]);
        }
    }
    rounds.map(median)
}

fn time(n_calls: u32, call: &dyn Fn()) -> Duration {
    let start = processor_time();
    (0..n_calls).for_each(|_| call());
    processor_time().saturating_sub(start)
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
