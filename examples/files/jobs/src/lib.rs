//! The types that dispatcher and worker share: the interfaces, the generic jobs and answers, and plain types as their
//! arguments. Neither program lists a specialization: a `Report<Vec<Word>>` can be sent because `Report` and `Word` are here.
#![forbid(unsafe_code)]

mod answers;
mod findings;
mod interfaces;
mod jobs;
mod patterns;
mod totals;

pub use answers::{Failure, Farewell, Report};
pub use findings::{Counts, Hit, Word};
pub use interfaces::{Answer, Finding, Job, Pattern, Reason};
pub use jobs::{Count, ListWords, Search};
pub use patterns::LongerThan;
pub use totals::{Size, Totals};
