//! Counts allocations: prints a line for each contender and direction of one call. Times are measured elsewhere, as counting
//! takes time.
#![forbid(unsafe_code)]

use peers::case::{Call, Entry};
use peers::workload::Workload;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    for workload in Workload::ALL {
        for Entry { name, case, .. } in peers::entries(workload) {
            for (direction, call) in case.iter().flat_map(|case| case.directions()) {
                let count = counted(call);
                println!("{}\t{name}\t{direction}\t{count}", workload.name());
            }
        }
    }
}

/// What the second call allocates: the first one may build what all later ones use.
fn counted(call: &Call) -> usize {
    call();
    let region = Region::new(ALLOCATOR);
    call();
    let change = region.change();
    change.allocations + change.reallocations
}
