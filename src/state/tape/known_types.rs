//! A cache of the types of a text's nested values, by name. Imports `error`, `shape`, `type_name` and its siblings.
//!
//! Invariant: the cache holds what the session would resolve again.

use crate::error::{Kind, Result};
use crate::shape::InterfaceInfo;
use crate::state::decode::open_envelope::{Carry, Resolved};
use crate::state::decode::types::{NativePlan, Plan, Session};
use crate::type_name::TypeName;
use std::sync::Arc;

/// The sizes of the direct-mapped index and of the list.
const RECENT: usize = 16;
const REMEMBERED: usize = 32;

/// The types of one text.
pub(super) struct KnownTypes {
    /// Whether an envelope lists the types; a foreign reader has no list.
    pub(super) are_listed: bool,
    list: Vec<KnownType>,
    /// Indexes into `list`, by a hash of the name.
    recent: [usize; RECENT],
    /// The index of the type whose name was read last, or `None` if the list is full; then `name` is that name.
    last: Option<usize>,
    name: String,
}

/// A type, by name and interface.
struct KnownType {
    name: TypeName,
    interface: &'static InterfaceInfo,
    form: Found,
}

/// How to read values of a type.
#[derive(Clone)]
pub(super) enum Found {
    Native(NativePlan),
    Planned(Arc<Plan>),
}

/// The hash of a name.
fn place_of(name: &str) -> usize {
    let bytes = name.as_bytes();
    let of = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default());
    (bytes.len() ^ of(bytes.last()) ^ of(bytes.get(bytes.len() / 2))) % RECENT
}

impl KnownTypes {
    pub(super) fn new(session: &Session) -> Self {
        let (list, recent, last, name) = (Vec::new(), [0; RECENT], None, String::new());
        KnownTypes { are_listed: !session.is_foreign(), list, recent, last, name }
    }

    /// Finds how to read values of the type of this name.
    pub(super) fn find(&mut self, session: &Session, name: &str, interface: &'static InterfaceInfo) -> Result<Found> {
        let is_it = |known: &&KnownType| known.name.as_str() == name && std::ptr::eq(known.interface, interface);
        let at = self.recent.get(place_of(name)).copied().unwrap_or_default();
        let Some(known) = self.list.get(at).filter(is_it) else {
            return self.find_further(session, name, interface);
        };
        self.last = Some(at);
        Ok(known.form.clone())
    }

    /// The last name that was read.
    pub(super) fn last_name(&self) -> &str {
        self.last.and_then(|at| self.list.get(at)).map_or(&self.name, |known| known.name.as_str())
    }

    #[inline(never)]
    fn find_further(&mut self, session: &Session, name: &str, interface: &'static InterfaceInfo) -> Result<Found> {
        let is_it = |known: &KnownType| known.name.as_str() == name && std::ptr::eq(known.interface, interface);
        if let Some(at) = self.list.iter().position(is_it) {
            if let Some(recent) = self.recent.get_mut(place_of(name)) {
                *recent = at;
            }
            self.last = Some(at);
            return self.list.get(at).map(|known| known.form.clone()).ok_or_else(not_taken);
        }
        let (resolved, _, spelled) = session.named(name, interface, true, Carry::Nothing)?;
        let Resolved::Plan(plan) = resolved else { return Err(not_taken()) };
        let form = match NativePlan::of(&plan) {
            Some(native) if native.glue.readable.is_none() => Found::Native(native),
            _ => Found::Planned(plan),
        };
        if self.list.len() < REMEMBERED && spelled.as_str() == name {
            self.last = Some(self.list.len());
            self.list.push(KnownType { name: spelled, interface, form: form.clone() });
        } else {
            // Only now it is known to be no longer than a name may be.
            self.last = None;
            self.name.clear();
            self.name.push_str(name);
        }
        Ok(form)
    }
}

#[cold]
fn not_taken() -> crate::error::Error {
    Kind::Registration { reason: "a field refuses the kind of value that it requested" }.into()
}
