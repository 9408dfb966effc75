//! Makes each call of one workload where `callgrind` counts: `instructions WORKLOAD`. A call before it builds what is built
//! once, but for arrays, of which a call takes seconds there and builds nothing that counts beside them.
//!
//! It prints who and which direction, in the order of the counts.
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
