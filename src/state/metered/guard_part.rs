//! A part of a value of a foreign source: charges it, and notes its name. Imports its siblings.

use super::source::{Result, Source, TakePart};
use crate::state::budget::as_native::PAID;
use crate::state::budget::handle::Each;
use crate::state::decode::types::{Guarded, Session, Watch};
use crate::state::made::Made;
use std::cell::Cell;

/// A part of a value under guard.
pub(in crate::state) struct GuardedPart<'a, 'de> {
    pub(in crate::state) take: &'a mut dyn TakePart<'de>,
    pub(in crate::state) made: &'static Made,
    pub(in crate::state) session: &'a Session,
    /// The number of values to charge for an element that the input claims; 0 for other parts.
    pub(in crate::state) room: usize,
    /// The bytes that the collection takes beside it.
    pub(in crate::state) beside: usize,
    pub(in crate::state) watch: Option<&'a Watch<'a>>,
    /// Whether it is the key of an entry.
    pub(in crate::state) is_key: bool,
}

impl<'de> TakePart<'de> for GuardedPart<'_, 'de> {
    fn take(&mut self, inner: &mut dyn Source<'de>) -> Result<()> {
        let GuardedPart { made, session, room, beside, watch, is_key, .. } = *self;
        let mut slot = made.size;
        if room > 0 {
            match session.each(made) {
                Each::Plain => {
                    session.budget.count_elements(1, true, slot.saturating_add(beside).saturating_mul(room))?
                }
                Each::Exact(size) => {
                    session.budget.count_elements(1, true, size.saturating_add(beside).saturating_mul(room))?;
                    slot = PAID;
                }
                Each::Unit => {
                    session.budget.count_elements(1, true, beside.saturating_mul(room))?;
                    let unit = session.begin_unit(slot);
                    self.take.take(&mut Guarded { inner, session, slot, watch, is_key })?;
                    session.in_scope(|handles| unit.charge(handles, room))?;
                    return Ok(());
                }
            }
        }
        self.take.take(&mut Guarded { inner, session, slot, watch, is_key })
    }
}

impl<'a> Watch<'a> {
    pub(in crate::state) fn new(names: &'static [&'static str]) -> Self {
        Watch::renaming(names, None)
    }

    pub(in crate::state) fn renaming(names: &'static [&'static str], renamed: Option<(usize, &'static str)>) -> Self {
        Watch { names, renamed, listed: None, found: Cell::new(usize::MAX) }
    }

    /// Notes whether the next name is that of a nested type.
    pub(in crate::state) fn for_listed(session: &'a Session) -> Self {
        Watch { listed: Some(session), ..Watch::new(&[]) }
    }

    /// The index of the name that was found.
    pub(in crate::state) fn found(&self) -> Option<usize> {
        Some(self.found.get()).filter(|found| *found != usize::MAX)
    }

    /// Notes `text`; returns its replacement, if it has one.
    pub(in crate::state) fn note(&self, text: &str) -> Option<&'static str> {
        if self.listed.is_some_and(|session| session.lists(text)) {
            self.found.set(0);
            return None;
        }
        let found = self.names.iter().position(|name| *name == text);
        self.found.set(found.unwrap_or(usize::MAX));
        self.renamed.filter(|(index, _)| found == Some(*index)).map(|(_, other)| other)
    }
}
