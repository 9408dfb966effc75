//! Small inputs that claim much memory, time or stack: the cases, and the code that runs one. The child process `bomb` runs
//! several in sequence; `tests/table.rs` starts it, under a memory limit.
#![forbid(unsafe_code)]
#![allow(missing_docs, reason = "a test's own crate")]

mod amplified;
mod case;
mod counts;
mod described;
mod envelope;
mod json;
mod lengths;
mod names;
mod nesting;
pub mod types;
mod unknown;

pub use case::{Case, Decode, Expect, MILLISECONDS, Outcome, Table};
pub use unknown::unknown_names;

/// All bombs in one format.
pub fn table(format: typeport::Format) -> Table {
    let mut table = Table::new(format);
    counts::add(&mut table);
    amplified::add(&mut table);
    lengths::add(&mut table);
    nesting::add(&mut table);
    if table.is_json() {
        json::add(&mut table);
    }
    table.add_readings();
    names::add(&mut table);
    if !table.is_json() {
        described::add(&mut table);
    }
    if table.is_json() {
        counts::add_items(&mut table);
    }
    table
}
