//! The running session of a thread. Imports `error`, `limits` and its siblings.
//!
//! Invariant: a decode inside a decode joins the running session, so that nothing counts from zero twice.

use super::types::{LookupSource, Session, Terms};
use crate::error::Result;
use crate::limits::Limits;
use crate::state::budget::count::OnDrop;
use crate::state::budget::counters::Budget;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::rc::Rc;

thread_local! {
    // A guard removes the session, so nothing is left to drop when a thread ends.
    static CURRENT: RefCell<ManuallyDrop<Option<Rc<Session>>>> = const { RefCell::new(ManuallyDrop::new(None)) };
    /// The session of the last decode. Reusing its allocations and look-up saves a quarter of a small value's instructions.
    static IDLE: Cell<Option<Rc<Session>>> = const { Cell::new(None) };
}

impl Session {
    pub(crate) fn current() -> Option<Rc<Session>> {
        CURRENT.with_borrow(|session| Option::clone(session))
    }

    /// Whether a decode runs on this thread.
    pub(crate) fn is_running() -> bool {
        CURRENT.with_borrow(|session| session.is_some())
    }

    pub(in crate::state) fn with_current(with: impl FnOnce(&Session)) {
        CURRENT.with_borrow(|session| session.as_deref().map(with));
    }

    fn replace_current(session: Option<Rc<Session>>) -> Option<Rc<Session>> {
        ManuallyDrop::into_inner(CURRENT.replace(ManuallyDrop::new(session)))
    }

    /// Suspends the running session until the guard ends, for a decode of bytes that this process has just written.
    pub(crate) fn set_aside() -> impl Drop {
        let mut aside = Session::replace_current(None);
        OnDrop(move || drop(Session::replace_current(aside.take())))
    }

    /// The running session of this thread, or a new one with `input` bytes of earned memory that ends with the guard.
    pub(crate) fn join_or_start(
        terms: &Terms,
        input: usize,
        global: &impl LookupSource,
    ) -> (Rc<Session>, Option<SessionGuard>) {
        if let Some(running) = Session::current() {
            return (running, None);
        }
        // Only sessions of the global registry are kept. A thread that is about to end has none.
        let is_global = terms.lookups.is_empty() || terms.looks_up_by(&global.lookup());
        let mut idle = if is_global { IDLE.try_with(Cell::take).ok().flatten() } else { None };
        match idle.as_mut().and_then(Rc::get_mut) {
            Some(session) => session.renew(terms),
            None => idle = None,
        }
        let new = || Rc::new(Session::new(Budget::of_decode(terms.own_limits()), terms.clone(), global.lookup()));
        let session = idle.unwrap_or_else(new);
        session.budget.earn(input);
        let (session, guard) = Session::run(session);
        (session, Some(guard))
    }

    /// Runs `decode` in a new session without an envelope, with these limits and `input` bytes. No session may run on this thread.
    #[inline]
    pub(crate) fn alone<T>(
        limits: Option<&Limits>,
        global: &impl LookupSource,
        input: usize,
        decode: impl FnOnce(&Session) -> Result<T>,
    ) -> Result<T> {
        let mut idle = IDLE.try_with(Cell::take).ok().flatten();
        let is_restarted = idle.as_mut().and_then(Rc::get_mut).is_some_and(|session| session.restart(limits, input));
        let session = match idle {
            Some(session) if is_restarted => session,
            _ => {
                let terms = Terms { limits: limits.cloned(), ..Terms::default() };
                let session = Session::new(Budget::of_decode(terms.own_limits()), terms, global.lookup());
                session.budget.earn(input);
                Rc::new(session)
            }
        };
        let (session, _guard) = Session::run(session);
        decode(&session)
    }

    /// Makes `session` the running one until the guard ends.
    pub(in crate::state) fn run(session: Rc<Session>) -> (Rc<Session>, SessionGuard) {
        drop(Session::replace_current(Some(Rc::clone(&session))));
        (session, SessionGuard(()))
    }
}

/// Ends the running session when dropped; the outer session, if there is one, continues.
pub(crate) struct SessionGuard(());

impl Drop for SessionGuard {
    fn drop(&mut self) {
        let Some(ended) = Session::replace_current(None) else { return };
        if let Some(outer) = &ended.outer {
            outer.budget.take_over(&ended.budget);
            drop(Session::replace_current(Some(Rc::clone(outer))));
        } else if ended.may_wait() {
            // A thread that is about to end drops it.
            let _ = IDLE.try_with(|idle| idle.set(Some(ended)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::shape::InterfaceInfo;
    use crate::state::{Lookup, Plan};
    use crate::type_name::TypeRef;
    use std::sync::Arc;

    /// A registry without types.
    struct Nobody;

    impl Lookup for Nobody {
        fn plan(&self, _: &str, _: Option<u64>, _: &'static InterfaceInfo, _: &Limits) -> Result<Arc<Plan>> {
            Err(Kind::Unbound { parameter: None }.into())
        }

        fn is_member(&self, _: TypeRef<'_>, _: &'static InterfaceInfo) -> bool {
            false
        }
    }

    impl LookupSource for Arc<Nobody> {
        fn lookup(&self) -> Arc<dyn Lookup> {
            Arc::<Nobody>::clone(self)
        }
    }

    /// What a codec is given that has this registry.
    fn given(lookup: &Arc<Nobody>) -> Terms {
        Terms { lookups: vec![lookup.lookup()], ..Terms::default() }
    }

    /// Runs `with` in a session of its own.
    fn in_session(terms: &Terms, with: impl FnOnce(&Session)) -> bool {
        let limits = Some(Limits { items: 10, ..Limits::default() });
        let is_reused = IDLE.with(|idle| {
            let session = idle.take();
            let is_there = session.is_some();
            idle.set(session);
            is_there
        });
        let terms = Terms { limits, ..terms.clone() };
        let (session, guard) = Session::join_or_start(&terms, 1, &Arc::new(Nobody));
        assert!(guard.is_some() && Session::current().is_some());
        with(&session);
        drop(guard);
        assert!(Session::current().is_none());
        is_reused
    }

    #[test]
    fn a_session_in_the_room_of_another_counts_from_zero() {
        let spend = |session: &Session| {
            session.budget.count_elements(10, true, 0).unwrap();
            session.budget.charge(1 << 20).unwrap();
            session.check_refusal().unwrap();
            session.budget.count_elements(1, true, 0).unwrap_err();
            session.check_refusal().unwrap_err();
            session.budget.earn(1 << 20);
            session.budget.charge(1).unwrap_err();
        };
        let forge = |session: &Session| {
            session.check_refusal().unwrap();
            Session::refuse_key();
            assert!(session.check_refusal().unwrap_err().is_malformed());
        };
        assert!(!in_session(&Terms::default(), spend));
        assert!(in_session(&Terms::default(), spend));
        assert!(in_session(&Terms::default(), forge));
        assert!(in_session(&Terms::default(), forge));
    }

    #[test]
    fn the_limit_that_is_in_the_way_is_named() {
        let limits = Some(Limits { memory_bytes: 2 << 20, memory_per_byte: 1, ..Limits::default() });
        let start = || {
            let terms = Terms { limits: limits.clone(), ..given(&Arc::new(Nobody)) };
            Session::join_or_start(&terms, 1, &Arc::new(Nobody))
        };
        for (size, limit) in [(2 << 20, "memory_per_byte is 1"), ((2 << 20) + 1, "memory_bytes is 2097152")] {
            let (session, _guard) = start();
            let error = session.budget.charge(size).unwrap_err().to_string();
            assert!(error.contains(limit), "{size}: {error}");
            assert_eq!(session.budget.charge(1).unwrap_err().to_string(), error, "it stays exceeded");
        }
        let (session, _guard) = start();
        session.budget.charge((1 << 20) + 1).unwrap();
    }

    #[test]
    fn a_registry_that_was_made_by_hand_is_let_go() {
        let lookup = Arc::new(Nobody);
        in_session(&given(&lookup), |_| {});
        assert_eq!(Arc::strong_count(&lookup), 1);
        assert!(!in_session(&given(&lookup), |_| {}));
    }

    #[test]
    fn large_room_is_given_back() {
        let (terms, table): (Terms, Vec<u64>) = (Terms::default(), (0..10_000).collect());
        in_session(&terms, |session| drop(session.open_container(table.iter().copied())));
        assert!(!in_session(&terms, |_| {}));
        in_session(&terms, |session| drop(session.open_container(table[..20].iter().copied())));
        assert!(in_session(&terms, |_| {}));
    }

    #[test]
    fn a_session_within_a_session_is_the_same() {
        let terms = Terms::default();
        in_session(&terms, |outer| {
            let (inner, guard) = Session::join_or_start(&terms, 1, &Arc::new(Nobody));
            assert!(guard.is_none() && std::ptr::eq(&*inner, outer));
            let aside = Session::set_aside();
            in_session(&terms, |other| assert!(!std::ptr::eq(other, outer)));
            drop(aside);
            assert!(Session::current().is_some_and(|current| std::ptr::eq(&*current, outer)));
        });
    }
}
