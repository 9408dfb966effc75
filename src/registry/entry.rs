//! Entries: `const` data by which a linked crate registers a type, membership or interface. Imports `error`, `shape` and
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
    /// The interface of the membership; `dyn Value` for types.
    pub(crate) interface: &'static InterfaceInfo,
    /// The `TypeId` of the compiled form, or of an interface's trait object.
    pub(crate) type_id: fn() -> TypeId,
    /// How to decode the type; `None` if only the id is registered.
    pub(crate) form: Option<EntryForm>,
    /// The comparison of values.
    pub(crate) own_traits: &'static OwnTraits,
    /// An `ErrorView`, if the type is an error.
    pub(crate) error: Option<&'static (dyn Any + Send + Sync)>,
    pub(crate) site: Site,
}

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A type, by its definition: claims the id.
    Type,
    /// A listed specialization.
    Listed,
    /// A type as a member of an interface.
    Member,
    /// An interface, by its definition: claims the id.
    Interface,
}

/// How to decode a compiled form, and how to turn it into a trait object.
#[derive(Clone, Copy)]
pub(crate) struct EntryForm {
    pub(crate) glue: &'static Glue,
    /// A `Cast<I>` of the entry's interface.
    pub(crate) cast: &'static (dyn Any + Send + Sync),
}

/// How to turn values of one type into trait objects.
pub struct Cast<I: ?Sized> {
    /// Turns a decoded value into a trait object.
    pub cast: fn(AnyBox) -> Option<Box<I>>,
    /// Reads a value of the type; the second argument is its slot.
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
    /// Sets the comparison of values, which `own_traits!` detects.
    pub const fn compared_by(self, own_traits: &'static OwnTraits) -> Entry {
        Entry { own_traits, ..self }
    }

    /// Sets the view of an error as a value of the type, which `error_view!` detects.
    pub const fn seen_by(self, error: Option<&'static (dyn Any + Send + Sync)>) -> Entry {
        Entry { error, ..self }
    }

    /// Whether the entry can be decoded and is not a box of a trait object.
    pub(crate) fn makes_members(&self) -> bool {
        self.form.is_some() && self.kind != EntryKind::Interface
    }

    /// Whether the entry provides members of the interface with this trait object.
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
