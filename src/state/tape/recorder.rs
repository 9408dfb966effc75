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
    pub(super) extent: Extent,
    pub(super) aside: Aside,
    pub(super) session: &'a Session,
    /// Levels of compound values, and of nested values, that may follow.
    pub(super) left: usize,
    pub(super) nested_left: usize,
    pub(super) table: Table,
    /// Whether the envelope lists the types of nested values, and those that have come, with how they are read.
    pub(super) is_listed: bool,
    pub(super) known: Vec<KnownType>,
    /// The places of some of those, by a few bits of their names.
    pub(super) recent: [usize; RECENT],
    /// The last name of a type.
    pub(super) name: String,
}

/// A type of nested values, by its name and for an interface.
pub(super) struct KnownType {
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

/// Bytes of a tape that are not charged, for the text of small values that nobody measures: as many for each value within a value.
const FREE: usize = 4 << 10;

/// What the tape of a value takes.
pub(super) struct Extent {
    /// Where it begins, and what stands aside of other values.
    pub(super) start: usize,
    pub(super) aside_start: usize,
    /// How many bytes it and what stands aside may take before any is charged.
    pub(super) free: usize,
    /// What stands aside.
    pub(super) beside: usize,
    pub(super) charged: usize,
}

impl Extent {
    /// That of a value whose own text is so long, where that is known.
    pub(super) fn new(start: usize, aside_start: usize, text: usize) -> Self {
        Extent { start, aside_start, free: text.max(FREE), beside: 0, charged: 0 }
    }
}

/// Reads a value of a type.
pub(super) struct Seed<'t, 'a, 'p> {
    pub(super) recorder: &'t mut Recorder<'a>,
    pub(super) at: At<'p>,
}
