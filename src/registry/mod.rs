//! The registry: the linked types, and the resolution of names. Imports `error`, `shape`, `state`, `type_name` and its siblings.
//!
//! Invariant: its answers depend only on what is linked, never on earlier calls or link order; no lock is held while user code
//! runs.

mod conflict;
mod contents;
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
use crate::shape::InterfaceInfo;
use crate::state::{Lookup, LookupSource, Plan};
use crate::type_name::TypeName;
use contents::{Contents, linked};
use entry::Held;
use index::Index;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};

/// The types, members and interfaces that a process can decode.
///
/// [`Registry::global`] holds the entries of all linked crates. Clones share their contents.
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

/// How a type name can be decoded in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// This type is compiled in and registered.
    Native,
    /// Its origin is compiled in and registered, and its arguments are erased.
    Erased,
    /// Its origin or an argument is not linked, or is ambiguous.
    Unlinked,
}

/// One type or interface in a registry's listing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// The type or interface; parameters print as `?0`.
    pub name: String,
    /// Package, version, file and line of the definition.
    pub site: String,
}

impl Registry {
    pub(crate) fn new(by_hand: Option<Vec<Held>>, value: &'static InterfaceInfo) -> Self {
        Registry { contents: Arc::new(Contents::new(by_hand, value)) }
    }

    /// Returns a registry with one more entry; [`entry!`](crate::entry) creates entries.
    #[must_use]
    pub fn with(&self, entry: Entry) -> Self {
        let mut entries = self.contents.entries();
        entries.push(Held::Added(Arc::new(entry)));
        Registry::new(Some(entries), self.contents.value)
    }

    /// Returns the linked types, sorted by name.
    pub fn types(&self) -> Vec<Listing> {
        self.listing(|entry| entry.kind == EntryKind::Type)
    }

    /// Returns the linked interfaces, as `Box<dyn ..>`, sorted by name.
    pub fn interfaces(&self) -> Vec<Listing> {
        self.listing(|entry| entry.kind == EntryKind::Interface)
    }

    /// Returns the members of the interface with this id, sorted by name: native types and patterns of erased ones.
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

    /// Returns how this process can decode values of this type.
    pub fn resolve(&self, name: &TypeName) -> Resolution {
        match self.plan(name, self.contents.value) {
            Ok(plan) if plan.is_native() => Resolution::Native,
            Ok(_) => Resolution::Erased,
            Err(_) => Resolution::Unlinked,
        }
    }

    /// Checks that no id is claimed twice: call it at start-up and in tests.
    ///
    /// # Errors
    ///
    /// Lists all ambiguous ids with their claims.
    pub fn check(&self) -> Result<(), Conflicts> {
        let conflicts = self.index().conflicts();
        if conflicts.is_empty() { Ok(()) } else { Err(Conflicts(conflicts)) }
    }

    /// The conflict about an id that `name` mentions, if any.
    pub(crate) fn check_ids(&self, name: &TypeName) -> Result<()> {
        self.index().check_ids(name)
    }

    pub(crate) fn plan(&self, name: &TypeName, interface: &'static InterfaceInfo) -> Result<Arc<Plan>> {
        self.contents.plan(name, interface)
    }

    /// How often entries were added since the registry was built, for example by a library loaded at run time.
    #[inline]
    pub(crate) fn epoch(&self) -> usize {
        self.contents.epoch.load(Ordering::Acquire)
    }

    fn index(&self) -> Arc<Index> {
        self.contents.index()
    }
}

impl LookupSource for Registry {
    fn lookup(&self) -> Arc<dyn Lookup> {
        Arc::<Contents>::clone(&self.contents)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({} entries)", self.index().n_entries())
    }
}

/// Calls `ask` on the linked entries one by one.
pub(crate) fn find_linked<T>(ask: impl FnMut(&Entry) -> Option<T>) -> Option<T> {
    linked().find_map(ask)
}

/// The registry of all linked entries, built at first use.
pub(crate) fn global(value: &'static InterfaceInfo) -> &'static Registry {
    static GLOBAL: OnceLock<Registry> = OnceLock::new();
    GLOBAL.get_or_init(|| Registry::new(None, value))
}
