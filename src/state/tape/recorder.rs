//! What a text is recorded with, and one value of it. Imports `shape`, `type_name` and
//! its siblings.

use super::at::At;
use crate::shape::InterfaceInfo;
use crate::state::decode::types::{Aside, NativePlan, Plan, Session, Table};
use crate::type_name::TypeName;
use std::sync::Arc;

/// So many types are found at once.
pub(super) const RECENT: usize = 16;

/// Writes what comes to a tape.
pub(super) struct Recorder<'a> {
    pub(super) bytes: Vec<u8>,
    pub(super) room: Room,
    pub(super) aside: Aside,
    pub(super) session: &'a Session,
    /// Levels of compound values, and of nested values, that may follow.
    pub(super) left: usize,
    pub(super) nested_left: usize,
    pub(super) table: Table,
    /// Whether the envelope lists the types of nested values, and those that have come, with how they are read.
    pub(super) is_listed: bool,
    pub(super) known: Vec<Known>,
    /// The places of some of those, by a few bits of their names.
    pub(super) recent: [usize; RECENT],
    /// The last name of a type.
    pub(super) name: String,
}

/// A type of nested values, by its name and for an interface.
pub(super) struct Known {
    pub(super) name: TypeName,
    pub(super) interface: &'static InterfaceInfo,
    pub(super) form: Found,
}

/// How values of a type are read.
#[derive(Clone)]
pub(super) enum Found {
    Native(NativePlan),
    Planned(Arc<Plan>),
}

/// What the tape of a value takes.
pub(super) struct Room {
    /// Where it begins, and what stands aside of other values.
    pub(super) start: usize,
    pub(super) aside_start: usize,
    /// How many bytes it and what stands aside may take before any is charged.
    pub(super) free: usize,
    /// What stands aside.
    pub(super) beside: usize,
    pub(super) charged: usize,
}

/// Reads a value of a type.
pub(super) struct Seed<'t, 'a, 'p> {
    pub(super) recorder: &'t mut Recorder<'a>,
    pub(super) at: At<'p>,
}
