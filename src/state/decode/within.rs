//! A session within a session: a decode inside of a decode whose codec was given limits or a registry of its own. Imports
//! `limits` and its siblings.
//!
//! Invariant: what it spends is spent of the outer one too, so nothing counts from zero twice.

use super::running::SessionGuard;
use super::types::{Session, Terms};
use crate::limits::Limits;
use std::rc::Rc;
use std::sync::Arc;

impl Session {
    /// Starts a session that is bound by `terms` and by what is left of `outer`, which waits until the guard ends.
    pub(in crate::state) fn start_within(
        outer: &Rc<Session>,
        terms: &Terms,
        input: usize,
    ) -> (Rc<Session>, SessionGuard) {
        let given = Terms { policy: outer.policy(), own: Vec::new(), ..terms.clone().and(&outer.given) };
        let limits = outer.left_for(terms);
        let mut session = Session::new(limits, given, Arc::clone(&outer.global));
        session.outer = Some(Rc::clone(outer));
        session.handles.set(outer.handles.get());
        session.earn(input);
        Session::run(Rc::new(session))
    }

    /// The limits of a session within this one: the tighter of what is given and what is left.
    fn left_for(&self, terms: &Terms) -> Limits {
        let left = |limit: usize, spent: usize| limit.saturating_sub(spent);
        let own = Limits {
            depth: left(self.limits.depth, self.depth.get()),
            nested: left(self.limits.nested, self.nested.get()),
            items: left(self.limits.items, self.items.get()),
            unbacked_items: left(self.limits.unbacked_items, self.unbacked_items.get()),
            memory_bytes: left(self.memory_limit.get(), self.memory.get()),
            // The bytes around have earned what is left.
            memory_per_byte: usize::MAX,
            ..self.limits.clone()
        };
        terms.limits.as_ref().map_or(own.clone(), |given| own.tighter(given))
    }

    /// Counts what a session within this one has spent.
    pub(in crate::state) fn take_over(&self, inner: &Session) {
        let counters =
            [(&self.items, &inner.items), (&self.unbacked_items, &inner.unbacked_items), (&self.memory, &inner.memory)];
        for (own, inner) in counters {
            own.set(own.get().saturating_add(inner.get()));
        }
        self.handles.set(inner.handles.get());
    }

    /// What a limit that was met in a session within this one is, if it is what was left here: the limit of this one.
    pub(in crate::state) fn own_limit(&self, limit: &'static str, value: u64, asked: u64) -> (&'static str, u64, u64) {
        let (own, spent) = match limit {
            "depth" => (self.limits.depth, self.depth.get()),
            "nested" => (self.limits.nested, self.nested.get()),
            "items" => (self.limits.items, self.items.get()),
            "unbacked_items" => (self.limits.unbacked_items, self.unbacked_items.get()),
            "memory_bytes" => (self.memory_limit.get(), self.memory.get()),
            _ => return (limit, value, asked),
        };
        if own.saturating_sub(spent) as u64 != value {
            return (limit, value, asked);
        }
        let asked = asked.saturating_add(spent as u64);
        if limit != "memory_bytes" {
            return (limit, own as u64, asked);
        }
        let asked = usize::try_from(asked).unwrap_or(usize::MAX);
        let (limit, value, asked) = self.limits.over_memory(asked, self.input.get());
        (limit, value as u64, asked as u64)
    }
}
