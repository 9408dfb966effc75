//! Adds up the answers, in total and by kind, without knowing the kinds. Imports `files_jobs`, `worker`.

use crate::worker::Arrival;
use files_jobs::{Answer, Job, Totals};
use std::collections::BTreeMap;
use typeport::{Registry, Resolution, TypeName};

/// What was asked, and what has arrived.
#[derive(Default)]
pub struct Ledger {
    pub totals: Totals,
    pub n_jobs: BTreeMap<TypeName, u64>,
    pub kinds: BTreeMap<TypeName, Kind>,
    pub n_sent: u64,
    pub n_received: u64,
}

/// The answers of one type.
pub struct Kind {
    pub n_answers: u64,
    /// Whether this program decodes the type natively or erased.
    pub resolution: Resolution,
    pub n_bytes: u64,
    pub largest: Box<dyn Answer>,
    n_bytes_of_largest: u64,
}

impl Ledger {
    /// A ledger that has only the jobs yet.
    pub fn new(jobs: &[Box<dyn Job>]) -> Self {
        let mut ledger = Ledger::default();
        jobs.iter().for_each(|job| *ledger.n_jobs.entry(job.type_name()).or_default() += 1);
        ledger
    }

    /// Adds an answer.
    pub fn add(&mut self, arrival: Arrival) {
        let Arrival { answer, n_sent, n_received } = arrival;
        answer.add_to(&mut self.totals);
        self.n_sent += n_sent;
        self.n_received += n_received;
        let name = answer.type_name();
        match self.kinds.get_mut(&name) {
            Some(kind) => kind.add(answer, n_received),
            None => {
                let kind = Kind::new(&name, answer, n_received);
                self.kinds.insert(name, kind);
            }
        }
    }
}

impl Kind {
    fn new(name: &TypeName, answer: Box<dyn Answer>, n_bytes: u64) -> Self {
        let resolution = Registry::global().resolve(name);
        Kind { n_answers: 1, resolution, n_bytes, largest: answer, n_bytes_of_largest: n_bytes }
    }

    fn add(&mut self, answer: Box<dyn Answer>, n_bytes: u64) {
        self.n_answers += 1;
        self.n_bytes += n_bytes;
        if n_bytes > self.n_bytes_of_largest {
            (self.largest, self.n_bytes_of_largest) = (answer, n_bytes);
        }
    }
}
