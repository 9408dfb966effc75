//! The contents of a registry: its index, and a cache of resolved plans. Imports `error`, `limits`, `shape`, `state`,
//! `type_name` and its siblings.
//!
//! Invariant: no lock is held while user code runs, and a plan is cached only while its index is current.

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

/// The most bytes of cached plans, so that a sender cannot grow the cache: with the maps' spare room less than a MiB.
const CACHED_BYTES: usize = 3 << 18;
/// The memory of an entry in both maps, without its plan and its name.
const CACHED_ENTRY: usize = 2 * (size_of::<Confirmed>() + size_of::<(TypeName, Arc<Plan>)>());

pub(super) struct Contents {
    /// The given entries; `None` for all linked ones.
    pub(super) by_hand: Option<Vec<Held>>,
    pub(super) value: &'static InterfaceInfo,
    /// Replaced when a library loaded later has added entries.
    index: RwLock<Arc<Index>>,
    /// The number of replacements.
    pub(super) epoch: AtomicUsize,
    /// Plans whose type hash an envelope has confirmed.
    plans: RwLock<Plans>,
}

#[derive(Default)]
struct Plans {
    /// The plans by interface and name.
    known: BTreeMap<TypeId, HashMap<TypeName, Arc<Plan>>>,
    /// The same plans by confirmed hash, so that the name need not be parsed.
    by_hash: BTreeMap<u64, Vec<Confirmed>>,
    /// The bytes of the cached plans.
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

    /// All entries: the given or the linked ones.
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

    /// The cached plan of a type that an earlier envelope named with the same hash.
    fn confirmed(&self, name: &str, hash: u64, interface: TypeId) -> Option<Arc<Plan>> {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        let mut confirmed = plans.by_hash.get(&hash)?.iter();
        let found = confirmed.find(|known| known.interface == interface && known.name.as_str() == name);
        found.map(|known| Arc::clone(&known.plan))
    }

    /// Caches a plan, unless its index has been replaced.
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

    /// A new index if entries were added since `index` was built, for example by a library loaded at run time.
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
        // A confirmed name is valid; only its size may exceed the limits of this decode.
        let hash_of_known = hash.filter(|_| limits.surely_allow_name(name));
        if let Some(plan) = hash_of_known.and_then(|hash| self.confirmed(name, hash, type_id)) {
            return Ok(plan);
        }
        let name = TypeName::parse(name, limits)?;
        let index = self.index();
        let plan = self.plan(&name, interface)?;
        if let Some(hash) = hash {
            plan.check_hash(hash, &name)?;
            // Only plans with a confirmed hash are cached, as only they can come from a sender with the same types.
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
