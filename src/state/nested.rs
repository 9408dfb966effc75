//! The values inside of the envelopes that are open: their names and tables, and what is to be done with each.
//! Imports `error`, `policy`, `schema`, `shape` and its siblings only.
//!
//! Invariant: a type is resolved once a container, and what a place does not take undecoded is never carried into it.

use super::decode_plan::Plan;
use super::session::{EnvelopeParts, OnDrop, Session};
use crate::error::{Error, Kind, Result};
use crate::policy::Policy;
use crate::schema::Schema;
use crate::shape::InterfaceInfo;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names of all nested types of an envelope, sorted by hash; shared by the values that are carried out of it.
pub(crate) type NameList = Arc<[(u64, Arc<str>)]>;

/// The names of an envelope that is being decoded, and the tables of its open containers.
pub(super) struct OpenEnvelope {
    /// That of the codec that opened it; what is inside has to pass it too.
    pub(super) policy: Policy,
    names: NameList,
    /// The same by name: made when a nested value first says its name, as in JSON each does.
    by_name: Option<BTreeMap<Arc<str>, u64>>,
    containers: Vec<Vec<Slot>>,
    schema: Option<Arc<Schema>>,
}

/// An entry of a container's table: resolved at the first value of the type, then reused.
struct Slot {
    hash: u64,
    resolved: Option<(TypeId, Resolved)>,
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

/// What is to be done with a nested value.
#[derive(Clone)]
pub(crate) enum Resolved {
    /// To be decoded.
    Plan(Arc<Plan>),
    /// To be carried under this type hash, if it is known, and this name.
    Carried(Option<u64>, Arc<str>),
}

impl OpenEnvelope {
    pub(super) fn new(policy: &Policy, envelope: &EnvelopeParts<'_>) -> Self {
        let names = envelope.names.iter().map(|(hash, name)| (*hash, Arc::from(*name))).collect();
        let schema = envelope.schema.cloned();
        OpenEnvelope { policy: policy.clone(), names, by_name: None, containers: vec![slots(envelope.table)], schema }
    }

    fn name_of(&self, hash: u64) -> Option<Arc<str>> {
        let at = self.names.binary_search_by_key(&hash, |(hash, _)| *hash).ok()?;
        self.names.get(at).map(|(_, name)| Arc::clone(name))
    }

    fn hash_of(&mut self, name: &str) -> Option<u64> {
        // Of equal names the one with the lowest hash counts.
        let by_name = || self.names.iter().rev().map(|(hash, name)| (Arc::clone(name), *hash)).collect();
        self.by_name.get_or_insert_with(by_name).get(name).copied()
    }
}

fn slots(table: &[u64]) -> Vec<Slot> {
    table.iter().map(|hash| Slot { hash: *hash, resolved: None }).collect()
}

impl Session {
    /// Runs `decode` inside a nested container with this table.
    pub(crate) fn with_container<T>(&self, table: &[u64], decode: impl FnOnce() -> Result<T>) -> Result<T> {
        self.innermost(|envelope| envelope.containers.push(slots(table)));
        let _open = OnDrop(|| drop(self.innermost(|envelope| envelope.containers.pop())));
        decode()
    }

    /// What is to be done with a value of entry `index` of the innermost container's table.
    pub(crate) fn nested(&self, index: u64, interface: &'static InterfaceInfo, carry: Carry) -> Result<Resolved> {
        let type_id = (interface.type_id)();
        let malformed = |reason| Kind::Malformed { what: "nested value", reason };
        let index = usize::try_from(index).map_err(|_| malformed("its type is not in the table"))?;
        let found = self.innermost(|envelope| {
            let slot = envelope.containers.last()?.get(index)?;
            Some((slot.hash, slot.resolved.as_ref().filter(|(of, _)| *of == type_id).map(|(_, known)| known.clone())))
        });
        let (hash, resolved) = found.flatten().ok_or_else(|| malformed("its type is not in the table"))?;
        match resolved {
            Some(Resolved::Plan(plan)) if carry != Carry::All => return Ok(Resolved::Plan(plan)),
            Some(carried @ Resolved::Carried(..)) if carry == Carry::Unknown => return Ok(carried),
            _ => {}
        }
        let name = self.innermost(|envelope| envelope.name_of(hash)).flatten();
        let name = name.ok_or_else(|| malformed("its type has no name in the envelope"))?;
        if carry == Carry::All {
            // Nothing was looked up, so there is nothing to keep for others.
            return Ok(Resolved::Carried(Some(hash), name));
        }
        let resolved = self.resolved(name, Some(hash), interface, carry)?;
        self.innermost(|envelope| {
            let slot = envelope.containers.last_mut().and_then(|table| table.get_mut(index));
            if let Some(slot) = slot {
                slot.resolved = Some((type_id, resolved.clone()));
            }
        });
        Ok(resolved)
    }

    /// What is to be done with a nested value that says its name beside itself. In a state of ours the envelope lists it, with its
    /// hash; a foreign deserializer has no more than the name.
    pub(crate) fn named(
        &self,
        name: &str,
        interface: &'static InterfaceInfo,
        is_ours: bool,
        carry: Carry,
    ) -> Result<Resolved> {
        let hash = self.hash_of(name);
        let resolved = self.resolved(Arc::from(name), hash, interface, carry)?;
        if is_ours && hash.is_none() {
            let reason = "its type has no name in the envelope";
            return Err(Kind::Malformed { what: "nested value", reason }.into());
        }
        Ok(resolved)
    }

    /// The type hash that goes with a name in the innermost envelope.
    pub(crate) fn hash_of(&self, name: &str) -> Option<u64> {
        self.innermost(|envelope| envelope.hash_of(name)).flatten()
    }

    fn resolved(
        &self,
        name: Arc<str>,
        hash: Option<u64>,
        interface: &'static InterfaceInfo,
        carry: Carry,
    ) -> Result<Resolved> {
        if carry == Carry::All {
            return Ok(Resolved::Carried(hash, name));
        }
        match self.plan(&name, hash, interface) {
            Ok(plan) => Ok(Resolved::Plan(plan)),
            Err(error) if carry.takes(&error) => Ok(Resolved::Carried(hash, name)),
            Err(error) => Err(error),
        }
    }

    /// The names of the innermost envelope.
    pub(crate) fn names(&self) -> NameList {
        self.innermost(|envelope| Arc::clone(&envelope.names)).unwrap_or_else(|| Arc::from([]))
    }

    /// The schema of the innermost envelope.
    pub(crate) fn schema(&self) -> Option<Arc<Schema>> {
        self.innermost(|envelope| envelope.schema.clone()).flatten()
    }

    fn innermost<T>(&self, with: impl FnOnce(&mut OpenEnvelope) -> T) -> Option<T> {
        self.envelopes.borrow_mut().last_mut().map(with)
    }
}
