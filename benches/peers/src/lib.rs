//! Who is measured, and on what.
//!
//! `jobs` and `workload` have the values, `case` is what a contender does with them, `rounds` takes the time; each
//! contender is a module of its own.
#![forbid(unsafe_code)]

pub mod archived;
pub mod arrays;
pub mod bevy;
pub mod case;
pub mod closed;
pub mod faceted;
pub mod flexitos;
pub mod foried;
pub mod formats;
pub mod jobs;
pub mod ours;
pub mod plain;
pub mod rounds;
pub mod tagged;
pub mod workload;

use case::Entry;
use workload::Workload;

/// All contenders at one workload, of which the first is what the others are held against.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let contenders: &[fn(Workload) -> Vec<Entry>] = if workload.is_array() {
        &[arrays::entries, foried::arrays, faceted::arrays, ours::arrays]
    } else {
        &[
            closed::entries,
            plain::entries,
            ours::entries,
            tagged::entries,
            flexitos::entries,
            foried::entries,
            bevy::entries,
            archived::entries,
            faceted::entries,
        ]
    };
    contenders.iter().flat_map(|entries| entries(workload)).collect()
}
