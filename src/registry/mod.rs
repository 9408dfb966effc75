//! The registry: who is linked, and how a name is resolved. Imports `error`, `limits`, `schema`, `shape`,
//! `state`, `type_name`.
//!
//! Invariant: what it answers depends on what is linked only, never on what ran before or on the order of linking;
//! no lock is held while code of a user runs.

mod conflict;
mod entry;
mod index;
mod nearest;
mod resolve;
mod schema;
mod table;

pub use conflict::{Conflict, Conflicts};
pub use entry::{Cast, Entry};
pub(crate) use entry::{EntryForm, EntryKind};
pub(crate) use schema::std_schema;

use crate::error::Result;
use crate::limits::Limits;
use crate::shape::InterfaceInfo;
use crate::state::{Lookup, Plan};
use crate::type_name::{TypeName, TypeRef};
use entry::Held;
use index::Index;
use resolve::Resolver;
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Nodes of the names of all plans that a registry keeps: a sender cannot make them grow beyond a megabyte.
const CACHED_NODES: usize = 4096;

/// The types, members and interfaces that a process can decode.
///
/// [`Registry::global`] holds what all linked crates registered. Clones share their contents.
///
/// ```
/// use typeport::{Registry, Resolution};
/// let registry = Registry::global();
/// registry.check()?;
/// assert_eq!(registry.resolve(&"Vec<i64>".parse()?), Resolution::Native);
/// assert_eq!(registry.resolve(&"Vec<Vec<Vec<i64>>>".parse()?), Resolution::Erased);
/// assert_eq!(registry.resolve(&"acme::Nowhere".parse()?), Resolution::Unlinked);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Registry {
    contents: Arc<Contents>,
}

struct Contents {
    /// `None`: all linked entries.
    by_hand: Option<Vec<Held>>,
    value: &'static InterfaceInfo,
    /// Replaced whole, when a library loaded later has added entries.
    index: RwLock<Arc<Index>>,
    /// Plans whose type hash an envelope has confirmed.
    plans: RwLock<Plans>,
}

#[derive(Default)]
struct Plans {
    /// By interface and name.
    known: HashMap<TypeId, HashMap<String, Arc<Plan>>>,
    /// By the confirmed hash: the same, for names that need no parsing then.
    by_hash: HashMap<u64, Vec<Confirmed>>,
    /// Nodes of their names.
    nodes: usize,
}

struct Confirmed {
    interface: TypeId,
    name: Box<str>,
    plan: Arc<Plan>,
}

/// How a type name can be decoded in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The very type is compiled in and registered.
    Native,
    /// Its origin is, and its arguments are erased.
    Erased,
    /// Its origin or an argument is not linked, or is ambiguous.
    Unlinked,
}

/// One entry of a registry's listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The type or interface; parameters print as `?0`.
    pub name: String,
    /// Package, version, file and line of the definition.
    pub site: String,
}

impl Registry {
    pub(crate) fn new(by_hand: Option<Vec<Held>>, value: &'static InterfaceInfo) -> Self {
        let index = Index::build(by_hand.clone().unwrap_or_else(held));
        let contents = Contents { by_hand, value, index: RwLock::new(Arc::new(index)), plans: RwLock::default() };
        Registry { contents: Arc::new(contents) }
    }

    /// A registry with one more entry; [`entry!`](crate::entry) writes entries.
    #[must_use]
    pub fn with(&self, entry: Entry) -> Self {
        let mut entries = self.contents.by_hand.clone().unwrap_or_else(held);
        entries.push(Held::Added(Arc::new(entry)));
        Registry::new(Some(entries), self.contents.value)
    }

    /// The linked types, sorted by name.
    pub fn types(&self) -> Vec<Listing> {
        self.listing(|entry| entry.kind == EntryKind::Type)
    }

    /// The linked interfaces, as `Box<dyn ..>`, sorted by name.
    pub fn interfaces(&self) -> Vec<Listing> {
        self.listing(|entry| entry.kind == EntryKind::Interface)
    }

    /// The members of the interface with this id, sorted by name: native types and patterns of erased ones.
    pub fn members(&self, interface: &str) -> Vec<Listing> {
        self.listing(|entry| entry.makes_members() && entry.interface.origin.answers_to(interface))
    }

    fn listing(&self, keep: impl Fn(&Entry) -> bool) -> Vec<Listing> {
        let index = self.index();
        let entries = index.entries().into_iter().filter(|entry| keep(entry));
        let mut listing: Vec<Listing> =
            entries.map(|entry| Listing { name: entry.expr.display(), site: entry.site.to_string() }).collect();
        listing.dedup();
        listing
    }

    /// How values of this type can be decoded here.
    pub fn resolve(&self, name: &TypeName) -> Resolution {
        match self.plan(name, self.contents.value) {
            Ok(plan) if plan.is_native() => Resolution::Native,
            Ok(_) => Resolution::Erased,
            Err(_) => Resolution::Unlinked,
        }
    }

    /// Checks that no id is claimed twice: for start-up and for tests.
    ///
    /// # Errors
    ///
    /// All ambiguous ids with their claims.
    pub fn check(&self) -> Result<(), Conflicts> {
        let conflicts = self.index().conflicts();
        if conflicts.is_empty() { Ok(()) } else { Err(Conflicts(conflicts)) }
    }

    /// The conflict about an id that `name` mentions, if any.
    pub(crate) fn check_ids(&self, name: &TypeName) -> Result<()> {
        self.index().check_ids(name)
    }

    pub(crate) fn plan(&self, name: &TypeName, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        let type_id = (interface.type_id)();
        if let Some(plan) = self.cached(name, type_id) {
            return Ok(plan);
        }
        let index = self.index();
        let resolve = |index: &Index| {
            index.check_ids(name)?;
            let resolver = Resolver { index, value: self.contents.value };
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
        let plans = self.contents.plans.read().unwrap_or_else(PoisonError::into_inner);
        self.cached_in(&plans, name, interface)
    }

    /// The plan of a type that an envelope has named before, with the same hash.
    fn confirmed(&self, name: &str, hash: u64, interface: TypeId) -> Option<Arc<Plan>> {
        let plans = self.contents.plans.read().unwrap_or_else(PoisonError::into_inner);
        let mut confirmed = plans.by_hash.get(&hash)?.iter();
        let found = confirmed.find(|known| known.interface == interface && *known.name == *name);
        found.map(|known| Arc::clone(&known.plan))
    }

    fn cached_in(&self, plans: &Plans, name: &TypeName, interface: TypeId) -> Option<Arc<Plan>> {
        plans.known.get(&interface)?.get(name.as_str()).cloned()
    }

    /// Keeps a plan, unless the index that it was resolved in has been replaced.
    fn cache(&self, name: &TypeName, hash: u64, interface: TypeId, plan: &Arc<Plan>, index: &Arc<Index>) {
        let mut plans = self.contents.plans.write().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(index, &self.index()) || self.cached_in(&plans, name, interface).is_some() {
            return;
        }
        let nodes = name.n_nodes().saturating_add(plan.name.n_nodes());
        if plans.nodes.saturating_add(nodes) > CACHED_NODES {
            *plans = Plans::default();
        }
        plans.nodes = plans.nodes.saturating_add(nodes);
        plans.known.entry(interface).or_default().insert(name.as_str().to_owned(), Arc::clone(plan));
        let confirmed = Confirmed { interface, name: name.as_str().into(), plan: Arc::clone(plan) };
        plans.by_hash.entry(hash).or_default().push(confirmed);
    }

    fn index(&self) -> Arc<Index> {
        Arc::clone(&self.contents.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new index if entries were added since `index` was built, as by a library loaded at run time.
    fn rebuilt(&self, index: &Index) -> Option<Arc<Index>> {
        if self.contents.by_hand.is_some() || linked().count() == index.n_entries() {
            return None;
        }
        let index = Arc::new(Index::build(held()));
        *self.contents.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&index);
        *self.contents.plans.write().unwrap_or_else(PoisonError::into_inner) = Plans::default();
        Some(index)
    }

    /// This registry as what a session looks things up in.
    pub(crate) fn lookup(&self, limits: &Limits) -> Rc<dyn Lookup> {
        Rc::new(RegistryLookup { registry: self.clone(), limits: limits.clone() })
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({} entries)", self.index().n_entries())
    }
}

fn linked() -> impl Iterator<Item = &'static Entry> {
    inventory::iter::<Entry>()
}

fn held() -> Vec<Held> {
    linked().map(Held::Linked).collect()
}

/// Asks the linked entries one by one.
pub(crate) fn find_linked<T>(ask: impl FnMut(&Entry) -> Option<T>) -> Option<T> {
    linked().find_map(ask)
}

struct RegistryLookup {
    registry: Registry,
    limits: Limits,
}

impl Lookup for RegistryLookup {
    fn plan(&self, name: &str, hash: Option<u64>, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        let type_id = (interface.type_id)();
        // What is confirmed is a sound name; only its size may be beyond the limits of this decode.
        let hash_of_known = hash.filter(|_| self.limits.surely_allow_name(name));
        if let Some(plan) = hash_of_known.and_then(|hash| self.registry.confirmed(name, hash, type_id)) {
            return Ok(plan);
        }
        let name = TypeName::parse(name, &self.limits)?;
        let index = self.registry.index();
        let plan = self.registry.plan(&name, interface)?;
        if let Some(hash) = hash {
            plan.check_hash(hash, &name)?;
            // Only what a sender of the same types can have sent is worth its memory.
            self.registry.cache(&name, hash, type_id, &plan, &index);
        }
        Ok(plan)
    }

    fn is_member(&self, name: TypeRef<'_>, interface: &'static InterfaceInfo) -> bool {
        self.registry.plan(&name.to_type_name(), interface).is_ok()
    }
}

/// The registry of all linked entries, built at first use.
pub(crate) fn global(value: &'static InterfaceInfo) -> &'static Registry {
    static GLOBAL: OnceLock<Registry> = OnceLock::new();
    GLOBAL.get_or_init(|| Registry::new(None, value))
}
