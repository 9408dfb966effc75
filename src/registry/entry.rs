//! Entries: what a linked crate says of one type, membership or interface, as `const` data. Imports `error`, `shape` and
//! `state`.

use crate::error::{Error, Kind, Result};
use crate::shape::{InterfaceInfo, Site, TypeExpr};
use crate::state::{AnyBox, Glue, Input, OwnTraits};
use std::any::{Any, TypeId};
use std::ops::Deref;
use std::sync::Arc;

/// An item that a linked crate registers; the macros write these.
#[derive(Clone, Copy)]
pub struct Entry {
    pub(crate) kind: EntryKind,
    /// The type, or the pattern of the erased types.
    pub(crate) expr: &'static TypeExpr,
    /// What it is a member of: `dyn Value` for types.
    pub(crate) interface: &'static InterfaceInfo,
    /// The compiled form, or for an interface its trait object.
    pub(crate) type_id: fn() -> TypeId,
    /// How to decode it; `None` where nothing was registered but the id.
    pub(crate) form: Option<EntryForm>,
    /// How values compare.
    pub(crate) own_traits: &'static OwnTraits,
    /// An `ErrorView`, if the type is an error.
    pub(crate) error: Option<&'static (dyn Any + Send + Sync)>,
    pub(crate) site: Site,
}

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A type, by its definition: claims the id.
    Type,
    /// A specialization that somebody listed.
    Listed,
    /// A type as a member of an interface.
    Member,
    /// An interface, by its definition: claims the id.
    Interface,
}

/// How to decode a compiled form, and how to make a trait object of it.
#[derive(Clone, Copy)]
pub(crate) struct EntryForm {
    pub(crate) glue: &'static Glue,
    /// A `Cast<I>` of the entry's interface.
    pub(crate) cast: &'static (dyn Any + Send + Sync),
}

/// How trait objects are made of values of one type.
pub struct Cast<I: ?Sized> {
    /// A decoded value as a trait object.
    pub cast: fn(AnyBox) -> Option<Box<I>>,
    /// A value of that type, read into a place for which so many bytes are charged.
    pub take: for<'i, 'a, 'de> fn(&'i mut Input<'a, 'de>, usize) -> Result<Box<I>>,
}

impl<I: ?Sized> Clone for Cast<I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I: ?Sized> Copy for Cast<I> {}

impl<I: ?Sized> Cast<I> {
    pub(crate) fn apply(self, value: AnyBox) -> Result<Box<I>> {
        (self.cast)(value).ok_or_else(Cast::<I>::of_another)
    }

    pub(crate) fn of_another() -> Error {
        Kind::Registration { reason: "the cast of a member is for another type" }.into()
    }
}

impl Entry {
    /// The entry, with how its values compare; `own_traits!` asks the types.
    pub const fn compared_by(self, own_traits: &'static OwnTraits) -> Entry {
        Entry { own_traits, ..self }
    }

    /// The entry, with how to see an error as a value of the type; `error_view!` asks the type.
    pub const fn seen_by(self, error: Option<&'static (dyn Any + Send + Sync)>) -> Entry {
        Entry { error, ..self }
    }

    /// Whether there is something to decode, and it is a type of its own rather than a box of a trait object.
    pub(crate) fn makes_members(&self) -> bool {
        self.form.is_some() && self.kind != EntryKind::Interface
    }

    /// Whether the entry makes members of the interface with this trait object.
    pub(crate) fn is_for(&self, interface: TypeId) -> bool {
        (self.interface.type_id)() == interface
    }
}

/// An entry of a registry.
#[derive(Clone)]
pub(crate) enum Held {
    Linked(&'static Entry),
    Added(Arc<Entry>),
}

impl Deref for Held {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        match self {
            Held::Linked(entry) => entry,
            Held::Added(entry) => entry,
        }
    }
}

inventory::collect!(Entry);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_of_another_type_is_a_fault_of_its_registration() {
        let take = <i64 as crate::codec::Value>::__take;
        let cast: Cast<dyn crate::codec::Value> = Cast { cast: |_| None, take };
        let error = cast.apply(Box::new(5_i64)).map(drop).unwrap_err();
        assert_eq!(error.code(), 32);
        assert!(error.is_registration() && !error.is_malformed(), "{error}");
    }
}
