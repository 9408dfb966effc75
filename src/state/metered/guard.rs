//! A foreign source under a session's guard: JSON, and other formats that a stand-in reads. Imports `shape` and its siblings.
//!
//! The guard wraps the source and not the visitor, so that it is compiled once for all types.
//!
//! Invariant: values are counted as the binary `reader` counts them, and errors are ours, with a path.

use super::guard_take::Guard;
use super::source::{Hint, Result, Source, Take};
use crate::shape::Listed;
use crate::state::binary::parts::Parts;
use crate::state::decode::types::{Guarded, Session};
use crate::state::handoff::{FOREIGN_FIELDS, answer};
use crate::state::made::Made;

impl<'a, 'de> Guarded<'a, 'de> {
    /// Guards a value for which `slot` bytes are already charged.
    pub(crate) fn new(inner: &'a mut dyn Source<'de>, session: &'a Session, slot: usize) -> Self {
        Guarded { inner, session, slot, watch: None, is_key: false }
    }
}

impl Parts {
    /// The names of the parts of a value, by the hint of its type.
    fn of(hint: Hint) -> Self {
        match hint {
            Hint::Tuple(_) | Hint::TupleStruct(..) => Parts::Positions,
            // The fields of a nested value are not the user's, so error paths omit them.
            Hint::Struct(_, names) if std::ptr::eq(names, &FOREIGN_FIELDS) => Parts::Hidden,
            Hint::Struct(owner, names) | Hint::Enum(owner, names) => Parts::Fields(Listed { owner, names }),
            _ => Parts::Claimed,
        }
    }
}

impl<'de> Source<'de> for Guarded<'_, 'de> {
    fn read(&mut self, hint: Hint, made: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        let Guarded { session, slot, watch, is_key, .. } = *self;
        let parts = Parts::of(hint);
        self.inner.read(
            hint,
            made,
            &mut Guard { take, made, session, parts, slot, watch, is_level: true, is_key, hint },
        )
    }

    fn is_human_readable(&self) -> bool {
        answer();
        self.inner.is_human_readable()
    }

    fn is_guarded(&self) -> bool {
        true
    }

    fn unguarded(&mut self) -> &mut dyn Source<'de> {
        self.session.slot.set(self.slot);
        self.inner
    }
}
