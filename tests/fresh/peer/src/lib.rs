//! The common code of the processes: what they do with a value, and what they report. Imports `results` for its interfaces.
//!
//! Invariant: no specialization is named here, and `domain` is not linked by this crate.
#![forbid(unsafe_code)]

mod forward;
mod report;
mod serve;
mod subject;

pub use forward::{Bundle, Outcome, forward};
pub use report::{Account, Equality, Hop, Report, Seen, Sent};
pub use serve::{format_named, print, serve};
pub use subject::{Subject, see};
