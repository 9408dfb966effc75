//! A session inside a session: an inner decode whose codec was given its own limits or registry. Imports its siblings.
//!
//! Invariant: the inner session spends the budget of the outer one, so nothing counts from zero twice.

use super::running::SessionGuard;
use super::types::{Session, Terms};
use std::rc::Rc;
use std::sync::Arc;

impl Session {
    /// Starts a session that is bound by `terms` and by the rest of `outer`, which is suspended until the guard ends.
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
