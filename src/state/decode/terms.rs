//! Terms: the limits, policy and registries that a decode was given. Imports `limits`, `policy` and its siblings.
//!
//! Invariant: terms combine by intersection only, so that an inner or later decode never gets more than all of them allow.

use super::types::{Lookup, Terms};
use crate::limits::Limits;
use crate::policy::Policy;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

impl Terms {
    /// The intersection of both.
    #[must_use]
    pub(crate) fn and(mut self, other: &Terms) -> Terms {
        self.limits = match (self.limits, &other.limits) {
            (Some(own), Some(other)) => Some(own.tighter(other)),
            (own, other) => own.or_else(|| other.clone()),
        };
        for lookup in &other.lookups {
            if !self.lookups.iter().any(|known| Arc::ptr_eq(known, lookup)) {
                self.lookups.push(Arc::clone(lookup));
            }
        }
        self.policy = self.policy.and(other.policy.clone());
        self.own.extend(other.own.iter().cloned());
        self
    }

    /// The terms of values that a decode under these terms and this policy carries, with the defaults that bound it made explicit.
    #[must_use]
    pub(in crate::state) fn of_kept(&self, policy: Policy, global: &Arc<dyn Lookup>) -> Terms {
        let Terms { limits, lookups, .. } = self.clone();
        if self.is_copy {
            return Terms { limits, policy, lookups, ..Terms::default() };
        }
        let lookups = if lookups.is_empty() { vec![Arc::clone(global)] } else { lookups };
        Terms { limits: Some(self.own_limits()), policy, lookups, ..Terms::default() }
    }

    /// Whether the terms name no registry other than this one.
    pub(in crate::state) fn looks_up_by(&self, lookup: &Arc<dyn Lookup>) -> bool {
        self.lookups.iter().all(|known| Arc::ptr_eq(known, lookup))
    }

    #[inline]
    pub(in crate::state) fn are_no_more_than_limits(&self) -> bool {
        let Terms { limits: _, policy, lookups, is_copy, own } = self;
        policy.is_open() && lookups.is_empty() && !is_copy && own.is_empty()
    }

    /// Copies `other`, whose fields are mostly empty.
    pub(in crate::state) fn become_like(&mut self, other: &Terms) {
        let Terms { limits, policy, lookups, is_copy, own } = self;
        limits.clone_from(&other.limits);
        if !(policy.is_open() && other.policy.is_open()) {
            policy.clone_from(&other.policy);
        }
        if !(lookups.is_empty() && other.lookups.is_empty()) {
            lookups.clone_from(&other.lookups);
        }
        *is_copy = other.is_copy;
        if !(own.is_empty() && other.own.is_empty()) {
            own.clone_from(&other.own);
        }
    }

    /// Whether a decode inside another one needs a session of its own. The policy alone does not need one.
    pub(in crate::state) fn are_tighter(&self) -> bool {
        self.limits.is_some() || !self.lookups.is_empty()
    }

    /// The limits of a decode that is not inside another one.
    pub(crate) fn own_limits(&self) -> Limits {
        match &self.limits {
            _ if self.is_copy => Limits::trusted(),
            Some(limits) => limits.clone(),
            None => Limits::default(),
        }
    }
}

// A look-up changes only its caches, behind a lock.
impl UnwindSafe for Terms {}
impl RefUnwindSafe for Terms {}
