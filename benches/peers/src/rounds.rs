//! Measures the contenders in turn within each round, so that other load on the machine affects all of them alike.
//!
//! Criterion and divan measure one after the other, minutes apart; a ratio needs both sides at the same moment.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// What one contender takes in a round, at least.
const SLICE: Duration = Duration::from_millis(4);

/// Seconds of each contender in each round.
pub struct Rounds(Vec<Vec<f64>>);

impl Rounds {
    /// Calls all contenders in each of the rounds, a different one first each time.
    pub fn take(n_rounds: usize, contenders: &[&dyn Fn()]) -> Self {
        let n_calls: Vec<u32> = contenders.iter().map(|contender| calls_of(*contender)).collect();
        let mut seconds = vec![Vec::with_capacity(n_rounds); contenders.len()];
        for round in 0..n_rounds {
            for turn in 0..contenders.len() {
                let at = (round + turn) % contenders.len();
                seconds[at].push(time(n_calls[at], contenders[at]).as_secs_f64() / f64::from(n_calls[at]));
            }
        }
        Rounds(seconds)
    }

    /// The median time of a contender.
    pub fn seconds(&self, contender: usize) -> f64 {
        median(self.0[contender].clone())
    }

    /// The median of one contender's time by another's of the same round.
    pub fn ratio(&self, contender: usize, to: usize) -> f64 {
        median(self.0[contender].iter().zip(&self.0[to]).map(|(one, other)| one / other).collect())
    }
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
