//! An envelope that is being decoded: its names, and what is to be done with values of each.
//! Imports `error`, `policy`, `schema`, `shape` and its siblings only.

use super::decode_plan::{Glue, Plan};
use super::session::EnvelopeParts;
use crate::error::Error;
use crate::policy::Policy;
use crate::schema::Schema;
use crate::shape::TypeExpr;
use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of all nested types of an envelope, sorted by hash; shared by the values that are carried out of it.
pub(crate) type NameList = Arc<[(u64, Arc<str>)]>;

/// The names of an envelope that is being decoded, and what goes with them.
pub(super) struct OpenEnvelope {
    /// That of the codec that opened it; what is inside has to pass it too.
    pub(super) policy: Policy,
    /// None where there are no names.
    pub(super) names: Option<NameList>,
    /// The place of each name among them: made when a nested value first says its name, as in JSON each does.
    by_name: Option<BTreeMap<Arc<str>, usize>>,
    /// What is to be done with values of each of the names, by the interface that asked last: made when one is first resolved.
    resolved: Vec<Option<(TypeId, Resolved)>>,
    pub(super) schema: Option<Arc<Schema>>,
}

/// Which nested values a place takes undecoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carry {
    Nothing,
    /// Those whose type is not linked, or not allowed.
    Unknown,
    All,
}

impl Carry {
    /// Whether a value that cannot be decoded, for this reason, is taken undecoded.
    pub(crate) fn takes(self, error: &Error) -> bool {
        self == Carry::Unknown && (error.is_unlinked() || error.is_denied())
    }
}

/// What a value of a native plan is decoded by.
#[derive(Clone, Copy)]
pub(super) struct NativePlan {
    pub(super) expr: &'static TypeExpr,
    pub(super) glue: &'static Glue,
    pub(super) cast: &'static (dyn Any + Send + Sync),
}

/// What is to be done with a nested value.
#[derive(Clone)]
pub(crate) enum Resolved {
    /// To be decoded.
    Plan(Arc<Plan>),
    /// To be carried under this type hash, if it is known, and this name.
    Carried(Option<u64>, Arc<str>),
}

impl Resolved {
    pub(super) fn native(&self) -> Option<NativePlan> {
        match self {
            Resolved::Plan(plan) if plan.is_native() => {
                Some(NativePlan { expr: plan.expr, glue: plan.glue, cast: plan.cast })
            }
            _ => None,
        }
    }
}

impl OpenEnvelope {
    pub(super) fn new(policy: &Policy, envelope: &EnvelopeParts<'_>) -> Self {
        let names = match envelope.names.as_slice() {
            [] => None,
            names => Some(names.iter().map(|(hash, name)| (*hash, Arc::from(*name))).collect()),
        };
        let schema = envelope.schema.cloned();
        OpenEnvelope { policy: policy.clone(), names, by_name: None, resolved: Vec::new(), schema }
    }

    /// The place of a type among the names, and its name.
    pub(super) fn find(&self, hash: u64) -> Option<(usize, &Arc<str>)> {
        let names = self.names.as_deref()?;
        let at = names.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
        names.get(at).map(|(_, name)| (at, name))
    }

    /// What was resolved before for `interface`.
    pub(super) fn resolved(&self, at: usize, interface: TypeId) -> Option<&Resolved> {
        self.resolved.get(at)?.as_ref().filter(|(of, _)| *of == interface).map(|(_, resolved)| resolved)
    }

    pub(super) fn keep(&mut self, at: usize, interface: TypeId, resolved: &Resolved) {
        if self.resolved.is_empty() {
            let n_names = self.names.as_deref().map_or(0, <[_]>::len);
            self.resolved.resize_with(n_names, || None);
        }
        if let Some(place) = self.resolved.get_mut(at) {
            *place = Some((interface, resolved.clone()));
        }
    }

    /// The place of a name among the names, and its hash.
    pub(super) fn find_name(&mut self, name: &str) -> Option<(usize, u64, &Arc<str>)> {
        // Of equal names the one with the lowest hash counts.
        let names = self.names.as_deref()?;
        let by_name = || names.iter().enumerate().rev().map(|(at, (_, name))| (Arc::clone(name), at)).collect();
        let at = *self.by_name.get_or_insert_with(by_name).get(name)?;
        names.get(at).map(|(hash, name)| (at, *hash, name))
    }
}
