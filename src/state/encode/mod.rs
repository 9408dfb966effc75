//! A running encode: the sink, and the names and tables of the state. Imports its siblings.

pub(in crate::state) mod fronts;
pub(in crate::state) mod inner;
mod known;
pub(in crate::state) mod names;
pub(in crate::state) mod sink;
pub(in crate::state) mod sink_by_serde;
pub(in crate::state) mod tables;
#[cfg(feature = "json")]
pub(in crate::state) mod text_types;
