//! Measures times and sizes: `times ROUNDS [WORKLOAD..]` prints a line for each contender and direction, for `report`.
#![forbid(unsafe_code)]

use peers::case::{Call, Case, DECODE, ENCODE, ENCODE_AGAIN, Entry};
use peers::rounds::Rounds;
use peers::workload::Workload;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let n_rounds = arguments.next().and_then(|text| text.parse().ok()).expect("the first argument is how many rounds");
    let wanted: Vec<String> = arguments.collect();
    for workload in Workload::ALL {
        if wanted.is_empty() || wanted.iter().any(|name| name == workload.name()) {
            measure(workload, n_rounds);
        }
    }
}

fn measure(workload: Workload, n_rounds: usize) {
    let entries = peers::entries(workload);
    for Entry { name, case, .. } in &entries {
        let is_round = case.as_ref().is_none_or(Case::is_round);
        assert!(is_round, "{name} does not give back what it was given: workload {}", workload.name());
    }
    for direction in [ENCODE, ENCODE_AGAIN, DECODE] {
        measure_direction(direction, workload, n_rounds, &entries);
    }
}

fn measure_direction(direction: &str, workload: Workload, n_rounds: usize, entries: &[Entry]) {
    let able: Vec<(&Entry, &Case, &Call)> = entries
        .iter()
        .filter_map(|entry| {
            let case = entry.case.as_ref()?;
            let (_, call) = case.directions().find(|(name, _)| *name == direction)?;
            Some((entry, case, call))
        })
        .collect();
    let calls: Vec<&dyn Fn()> = able.iter().map(|(_, _, call)| &***call as &dyn Fn()).collect();
    let rounds = Rounds::take(n_rounds, &calls);
    for (at, (entry, case, _)) in able.iter().enumerate() {
        let peer = entry.against.and_then(|name| able.iter().position(|(other, ..)| other.name == name));
        let against = peer.map_or(String::new(), |peer| rounds.ratio(at, peer).to_string());
        let (seconds, ratio) = (rounds.seconds(at), rounds.ratio(at, 0));
        let (workload, name, size) = (workload.name(), entry.name, case.size);
        println!("{workload}\t{name}\t{direction}\t{size}\t{seconds}\t{ratio}\t{against}");
    }
}
