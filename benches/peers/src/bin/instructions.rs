//! Runs each call of one workload for `callgrind` to count: `instructions WORKLOAD`. A first call builds everything that is
//! built once, except for arrays, whose calls take seconds there.
//!
//! It prints contender and direction, in the order of the counts.
#![forbid(unsafe_code)]

use peers::case::{Entry, counted};
use peers::workload::Workload;

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let workload = Workload::named(&name).expect("the argument is a workload");
    for Entry { name, case, .. } in peers::entries(workload) {
        for (direction, call) in case.iter().flat_map(|case| case.directions()) {
            if !workload.is_array() {
                call();
            }
            counted(call);
            println!("{name}\t{direction}");
        }
    }
}
