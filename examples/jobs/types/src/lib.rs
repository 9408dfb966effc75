//! The types that worker and replay share: the interfaces, the jobs, their results and errors. The admin program links none of
//! them.
#![forbid(unsafe_code)]

mod errors;
mod interfaces;
mod jobs;
mod results;
mod site;

pub use errors::{DownloadFailed, Negative};
pub use interfaces::{Job, JobResult};
pub use jobs::{Configure, Download, Each, Publish, Roots, Share};
pub use results::{GenericResult, Part};
