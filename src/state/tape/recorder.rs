//! What a text is recorded with, and one value of it. Imports its siblings.

use super::at::At;
use crate::state::decode::types::{Aside, Session, Table};

/// Writes what comes to a tape.
pub(super) struct Recorder<'a> {
    pub(super) bytes: Vec<u8>,
    /// How many bytes they and what stands aside may take before any is charged.
    pub(super) free: usize,
    /// What stands aside.
    pub(super) beside: usize,
    pub(super) charged: usize,
    pub(super) aside: Aside,
    pub(super) session: &'a Session,
    /// Levels of compound values, and of nested values, that may follow.
    pub(super) left: usize,
    pub(super) nested_left: usize,
    pub(super) table: Table,
}

/// Reads a value of a type.
pub(super) struct Seed<'t, 'a, 'p> {
    pub(super) recorder: &'t mut Recorder<'a>,
    pub(super) at: At<'p>,
}
