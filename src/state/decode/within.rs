//! A session within a session: a decode inside of a decode whose codec was given limits or a registry of its own. Imports
//! its siblings.
//!
//! Invariant: what it spends is spent of the outer one too, so nothing counts from zero twice.

use super::running::SessionGuard;
use super::types::{Session, Terms};
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
        let budget = outer.budget.within(terms.limits.as_ref());
        let mut session = Session::new(budget, given, Arc::clone(&outer.global));
        session.outer = Some(Rc::clone(outer));
        session.budget.earn(input);
        Session::run(Rc::new(session))
    }
}
