//! What a registry holds: its index, and the plans that were resolved by it. Imports `error`, `limits`, `shape`, `state`,
//! `type_name` and its siblings.
//!
//! Invariant: no lock is held while code of a user runs, and a plan is kept only while the index is the one it came from.

use super::entry::{Entry, Held};
use super::index::Index;
use super::resolve::Resolver;
use crate::error::Result;
use crate::limits::Limits;
use crate::shape::InterfaceInfo;
use crate::state::{Lookup, Plan};
use crate::type_name::{TypeName, TypeRef};
use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Bytes of all plans that a registry keeps, which a sender cannot make grow beyond it: with the room of the maps less than a MiB.
const CACHED_BYTES: usize = 3 << 18;
/// What an entry takes beside its plan and its name, in both maps.
const CACHED_ENTRY: usize = 2 * (size_of::<Confirmed>() + size_of::<(TypeName, Arc<Plan>)>());

pub(super) struct Contents {
    /// `None`: all linked entries.
    pub(super) by_hand: Option<Vec<Held>>,
    pub(super) value: &'static InterfaceInfo,
    /// Replaced whole, when a library loaded later has added entries.
    index: RwLock<Arc<Index>>,
    /// How often that was done.
    pub(super) epoch: AtomicUsize,
    /// Plans whose type hash an envelope has confirmed.
    plans: RwLock<Plans>,
}

#[derive(Default)]
struct Plans {
    /// By interface and name.
    known: BTreeMap<TypeId, HashMap<TypeName, Arc<Plan>>>,
    /// By the confirmed hash: the same, for names that need no parsing then.
    by_hash: BTreeMap<u64, Vec<Confirmed>>,
    /// Bytes that they take.
    bytes: usize,
}

struct Confirmed {
    interface: TypeId,
    name: TypeName,
    plan: Arc<Plan>,
}

impl Contents {
    pub(super) fn new(by_hand: Option<Vec<Held>>, value: &'static InterfaceInfo) -> Self {
        let index = Index::build(by_hand.clone().unwrap_or_else(held));
        let (index, epoch) = (RwLock::new(Arc::new(index)), AtomicUsize::new(0));
        Contents { by_hand, value, index, epoch, plans: RwLock::default() }
    }

    /// All entries: those that were given, or all that are linked.
    pub(super) fn entries(&self) -> Vec<Held> {
        self.by_hand.clone().unwrap_or_else(held)
    }

    pub(super) fn index(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn plan(&self, name: &TypeName, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        let type_id = (interface.type_id)();
        if let Some(plan) = self.cached(name, type_id) {
            return Ok(plan);
        }
        let index = self.index();
        let resolve = |index: &Arc<Index>| {
            index.check_ids(name)?;
            let resolver = Resolver { index, value: self.value };
            resolver.plan(name.as_ref(), interface)
        };
        let plan = match resolve(&index) {
            Ok(plan) => plan,
            Err(error) => match self.rebuilt(&index) {
                Some(index) => resolve(&index)?,
                None => return Err(error),
            },
        };
        Ok(plan)
    }

    fn cached(&self, name: &TypeName, interface: TypeId) -> Option<Arc<Plan>> {
        self.plans.read().unwrap_or_else(PoisonError::into_inner).of(name, interface)
    }

    /// The plan of a type that an envelope has named before, with the same hash.
    fn confirmed(&self, name: &str, hash: u64, interface: TypeId) -> Option<Arc<Plan>> {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        let mut confirmed = plans.by_hash.get(&hash)?.iter();
        let found = confirmed.find(|known| known.interface == interface && known.name.as_str() == name);
        found.map(|known| Arc::clone(&known.plan))
    }

    /// Keeps a plan, unless the index that it was resolved in has been replaced.
    fn cache(&self, name: &TypeName, hash: u64, interface: TypeId, plan: &Arc<Plan>, index: &Arc<Index>) {
        let mut plans = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(index, &self.index()) || plans.of(name, interface).is_some() {
            return;
        }
        let bytes = plan.memory().saturating_add(name.memory()).saturating_add(CACHED_ENTRY);
        if plans.bytes.saturating_add(bytes) > CACHED_BYTES {
            *plans = Plans::default();
        }
        plans.bytes = plans.bytes.saturating_add(bytes);
        plans.known.entry(interface).or_default().insert(name.clone(), Arc::clone(plan));
        let confirmed = Confirmed { interface, name: name.clone(), plan: Arc::clone(plan) };
        plans.by_hash.entry(hash).or_default().push(confirmed);
    }

    /// A new index if entries were added since `index` was built, as by a library loaded at run time.
    fn rebuilt(&self, index: &Index) -> Option<Arc<Index>> {
        if self.by_hand.is_some() || linked().count() == index.n_entries() {
            return None;
        }
        let index = Arc::new(Index::build(held()));
        self.epoch.fetch_add(1, Ordering::AcqRel);
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&index);
        *self.plans.write().unwrap_or_else(PoisonError::into_inner) = Plans::default();
        Some(index)
    }
}

impl Plans {
    fn of(&self, name: &TypeName, interface: TypeId) -> Option<Arc<Plan>> {
        self.known.get(&interface)?.get(name.as_str()).cloned()
    }
}

impl Lookup for Contents {
    fn plan(
        &self,
        name: &str,
        hash: Option<u64>,
        interface: &'static InterfaceInfo,
        limits: &Limits,
    ) -> Result<Arc<Plan>> {
        let type_id = (interface.type_id)();
        // What is confirmed is a sound name; only its size may be beyond the limits of this decode.
        let hash_of_known = hash.filter(|_| limits.surely_allow_name(name));
        if let Some(plan) = hash_of_known.and_then(|hash| self.confirmed(name, hash, type_id)) {
            return Ok(plan);
        }
        let name = TypeName::parse(name, limits)?;
        let index = self.index();
        let plan = self.plan(&name, interface)?;
        if let Some(hash) = hash {
            plan.check_hash(hash, &name)?;
            // Only what a sender of the same types can have sent is worth its memory.
            self.cache(&name, hash, type_id, &plan, &index);
        }
        Ok(plan)
    }

    fn is_member(&self, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> bool {
        self.plan(&name.to_type_name(), interface).is_ok()
    }
}

pub(super) fn linked() -> impl Iterator<Item = &'static Entry> {
    inventory::iter::<Entry>()
}

fn held() -> Vec<Held> {
    linked().map(Held::Linked).collect()
}
