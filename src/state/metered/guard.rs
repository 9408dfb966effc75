//! A source of another crate under a session's guard: JSON, and what foreign formats hand to a stand-in. Imports `shape` and
//! its siblings.
//!
//! A guard stands on the side of the format, so that no type has code of its own for it.
//!
//! Invariant: all that passes through is counted as the binary `reader` counts it, and errors are ours, with a place.

use super::guard_take::Guard;
use super::source::{Hint, Result, Source, Take};
use crate::shape::Listed;
use crate::state::binary::parts::Parts;
use crate::state::decode::types::{Guarded, Session};
use crate::state::handoff::{FOREIGN_FIELDS, answer};
use crate::state::made::Made;

impl<'a, 'de> Guarded<'a, 'de> {
    /// Guards a value for which `slot` bytes are charged.
    pub(crate) fn new(inner: &'a mut dyn Source<'de>, session: &'a Session, slot: usize) -> Self {
        Guarded { inner, session, slot, watch: None }
    }
}

impl Parts {
    /// What the parts are called of a value that is asked for so.
    fn of(hint: Hint) -> Self {
        match hint {
            Hint::Tuple(_) | Hint::TupleStruct(..) => Parts::Positions,
            // The fields of a nested value are not the user's, so no path tells them.
            Hint::Struct(_, names) if std::ptr::eq(names, &FOREIGN_FIELDS) => Parts::Hidden,
            Hint::Struct(owner, names) | Hint::Enum(owner, names) => Parts::Fields(Listed { owner, names }),
            _ => Parts::Claimed,
        }
    }
}

impl<'de> Source<'de> for Guarded<'_, 'de> {
    fn read(&mut self, hint: Hint, made: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        let Guarded { session, slot, watch, .. } = *self;
        let (parts, is_any) = (Parts::of(hint), matches!(hint, Hint::Any));
        self.inner.read(hint, made, &mut Guard { take, made, session, parts, slot, watch, is_level: true, is_any })
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
