//! An envelope that is being decoded: its names, and whether to decode or carry the values of each. Imports `error`, `policy`,
//! `type_name` and its siblings.

use super::types::{
    Answer, EnvelopeParts, Input, Lookup, NativePlan, OpenEnvelope, Plan, Provenance, Reads, SlotPlan, Terms,
};
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::state::few::FewMap;
use crate::type_name::TypeName;
use std::any::TypeId;
use std::sync::Arc;

impl Reads {
    /// What another crate's deserializer reads, judged by its error type.
    #[cfg(feature = "json")]
    pub(crate) fn by_error<E>() -> Self {
        if typeid::of::<E>() == TypeId::of::<serde_json::Error>() { Reads::Json } else { Reads::Other }
    }
}

/// Which nested values a field keeps undecoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carry {
    Nothing,
    /// Values whose type is not linked or not allowed.
    Unknown,
    All,
}

impl Carry {
    /// Whether the field keeps a value undecoded that fails with this error.
    pub(crate) fn takes(self, error: &Error) -> bool {
        self == Carry::Unknown && (error.is_unlinked() || error.is_denied())
    }
}

/// How to treat a nested value.
#[derive(Clone)]
pub(crate) enum Resolved {
    /// Decode it by this plan.
    Plan(Arc<Plan>),
    /// Carry it under this type hash, if known, and this name.
    Carried(Option<u64>, TypeName),
}

impl NativePlan {
    /// Reads a value through `read`, on a stack with room for it.
    #[inline]
    pub(crate) fn take<'de, T>(
        &self,
        input: &mut Input<'_, 'de>,
        read: impl FnOnce(&mut Input<'_, 'de>, usize) -> Result<T>,
    ) -> Result<T> {
        input.room(self.glue.stack, |input| read(input, 0))
    }

    pub(in crate::state) fn of(plan: &Plan) -> Option<Self> {
        plan.is_native().then_some(NativePlan { expr: plan.expr, glue: plan.glue, cast: plan.cast })
    }
}

impl SlotPlan {
    pub(in crate::state) fn of(plan: &Arc<Plan>) -> Self {
        NativePlan::of(plan).map_or_else(|| SlotPlan::Erased(Arc::clone(plan)), SlotPlan::Native)
    }
}

impl OpenEnvelope {
    pub(in crate::state) fn new(policy: Policy, envelope: &EnvelopeParts<'_>) -> Self {
        OpenEnvelope {
            policy,
            names: envelope.names.cloned(),
            is_indexed: false,
            answers: FewMap::default(),
            schema: envelope.schema.cloned(),
            provenance: None,
            is_foreign: false,
            reads: Reads::Other,
        }
    }

    /// The provenance of values that are carried out of the envelope; `given` are the terms of its session, and `global` is the
    /// registry if these name none.
    pub(in crate::state) fn provenance(&mut self, given: &Terms, global: &Arc<dyn Lookup>) -> &Arc<Provenance> {
        let OpenEnvelope { policy, names, schema, provenance, .. } = self;
        provenance.get_or_insert_with(|| {
            let terms = given.of_kept(policy.clone(), global);
            let (names, schema) = (names.clone().unwrap_or_default(), schema.clone());
            Arc::new(Provenance { names, schema, terms, ..Provenance::default() })
        })
    }

    /// A value that a foreign deserializer reads, which has no list of names.
    pub(in crate::state) fn foreign(reads: Reads, policy: Policy) -> Self {
        let parts = EnvelopeParts { state: &[], names: None, table: &[], schema: None, memory: 0 };
        OpenEnvelope { is_foreign: true, reads, ..OpenEnvelope::new(policy, &parts) }
    }

    /// The index of a type among the names, and its name.
    pub(in crate::state) fn find(&self, hash: u64) -> Option<(usize, &TypeName)> {
        let names = self.names.as_ref()?;
        let at = names.place_of(hash)?;
        names.get(at).map(|(_, name)| (at, name))
    }

    /// The kept answer for `interface`.
    pub(in crate::state) fn answer(&self, at: usize, interface: TypeId) -> Option<&Answer> {
        self.answers.get(&(at, interface))
    }

    /// How to treat a value according to the kept answer.
    pub(in crate::state) fn resolved(&self, at: usize, interface: TypeId, carry: Carry) -> Option<Result<Resolved>> {
        match self.answer(at, interface)? {
            Ok(plan) => Some(Ok(Resolved::Plan(Arc::clone(plan)))),
            Err(error) if carry.takes(error) => {
                let (hash, name) = self.names.as_deref()?.get(at)?;
                Some(Ok(Resolved::Carried(Some(*hash), name.clone())))
            }
            Err(error) => error.again().map(Err),
        }
    }

    pub(in crate::state) fn keep(&mut self, at: usize, interface: TypeId, answer: Answer) {
        self.answers.insert((at, interface), answer);
    }

    /// The bytes of memory that the next look-up by name takes: the first one builds the index.
    pub(in crate::state) fn cost_of_names(&self) -> usize {
        let entry = size_of::<(TypeName, usize)>().saturating_mul(2);
        if self.is_indexed { 0 } else { self.names.as_deref().map_or(0, <[_]>::len).saturating_mul(entry) }
    }

    /// The index of a name among the names, and its hash.
    pub(in crate::state) fn find_name(&mut self, name: &str) -> Option<(usize, u64, &TypeName)> {
        let names = self.names.as_ref()?;
        self.is_indexed = true;
        let at = names.place_of_name(name)?;
        names.get(at).map(|(hash, name)| (at, *hash, name))
    }
}
