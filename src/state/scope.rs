//! The arguments in scope: what the parameters of an erased type stand for here. Imports `error` and its siblings.
//!
//! Invariant: the innermost entered plan counts, and a guard's end restores the one before, also after a panic.

use super::types::Plan;
use crate::error::{Kind, Result};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Arc;

thread_local! {
    static PLANS: RefCell<Vec<Arc<Plan>>> = const { RefCell::new(Vec::new()) };
}

/// The scope of this thread.
pub(crate) enum Scope {}

impl Scope {
    /// Puts the arguments of `plan` in scope until the guard ends.
    pub(crate) fn enter(plan: &Arc<Plan>) -> ScopeGuard {
        PLANS.with_borrow_mut(|plans| plans.push(Arc::clone(plan)));
        ScopeGuard { _not_send: PhantomData }
    }

    /// The plan whose arguments are in scope.
    pub(crate) fn innermost() -> Option<Arc<Plan>> {
        PLANS.with_borrow(|plans| plans.last().cloned())
    }

    /// Does something with the plan whose arguments are in scope. It may not enter a scope.
    #[cfg(feature = "json")]
    pub(super) fn with_innermost<T>(with: impl FnOnce(&Plan) -> T) -> Option<T> {
        PLANS.with_borrow(|plans| plans.last().map(|plan| with(plan)))
    }

    /// The plan of the argument that parameter `index` stands for.
    pub(crate) fn argument(index: usize) -> Result<Arc<Plan>> {
        let found = PLANS.with_borrow(|plans| plans.last().and_then(|plan| plan.argument(index)));
        found.ok_or_else(|| Kind::Unbound { parameter: Some(index) }.into())
    }
}

/// Ends a scope when dropped.
pub struct ScopeGuard {
    // The scope belongs to the thread that entered it.
    _not_send: PhantomData<*const ()>,
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        PLANS.with_borrow_mut(|plans| plans.pop());
    }
}
