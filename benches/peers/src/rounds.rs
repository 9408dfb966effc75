//! Takes the time of contenders in turn within each round, so that what else the machine does falls on all or on none.
//!
//! Criterion and divan measure one after the other, minutes apart; a ratio needs both sides in the same moment.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// What one contender takes in a round, about.
const SLICE: Duration = Duration::from_millis(4);

/// The median time of the first in seconds, then the median ratios of all to it.
pub fn compare(n_rounds: usize, contenders: &[&dyn Fn()]) -> (f64, Vec<f64>) {
    let n_calls: Vec<u32> = contenders.iter().map(|contender| calls_of(*contender)).collect();
    let mut first = Vec::new();
    let mut ratios = vec![Vec::new(); contenders.len()];
    for round in 0..n_rounds {
        let mut seconds = vec![0.0; contenders.len()];
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            seconds[index] = time(n_calls[index], contenders[index]).as_secs_f64() / f64::from(n_calls[index]);
        }
        first.push(seconds[0]);
        seconds.iter().zip(&mut ratios).for_each(|(second, ratios)| ratios.push(second / seconds[0]));
    }
    (median(first), ratios.into_iter().map(median).collect())
}

fn calls_of(contender: &dyn Fn()) -> u32 {
    let once = time(1, contender).min(time(1, contender)).max(Duration::from_nanos(50));
    (SLICE.as_nanos() / once.as_nanos()).clamp(1, 100_000) as u32
}

fn time(n_calls: u32, call: &dyn Fn()) -> Duration {
    let start = processor_time();
    (0..n_calls).for_each(|_| call());
    processor_time().saturating_sub(start)
}

/// What this thread has used of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
