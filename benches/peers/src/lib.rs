//! The contenders and the workloads.
//!
//! `jobs`, `workload` and `datasets` have the values, `case` the calls of a contender, `rounds` measures the time; each
//! contender is a module of its own. `targets` has the targets of typeport. Without the feature `others`, only typeport,
//! typetag and serde's own code are here.
#![forbid(unsafe_code)]

#[cfg(feature = "others")]
pub mod archived;
#[cfg(feature = "others")]
pub mod arrays;
#[cfg(feature = "others")]
pub mod bevy;
pub mod case;
pub mod closed;
pub mod datasets;
#[cfg(feature = "others")]
pub mod faceted;
#[cfg(feature = "others")]
pub mod flexitos;
#[cfg(feature = "others")]
pub mod foried;
pub mod formats;
pub mod jobs;
pub mod ours;
#[cfg(feature = "others")]
pub mod plain;
pub mod rounds;
pub mod seeded;
pub mod tagged;
pub mod targets;
pub mod workload;

#[cfg(feature = "others")]
use {case::Entry, workload::Workload};

/// All contenders at one workload; the others are compared with the first one.
#[cfg(feature = "others")]
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
