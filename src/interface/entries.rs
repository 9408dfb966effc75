//! Entries by Rust types: what the macros submit. Imports `codec`, `erased`, `registry`, `shape`, `state`.

use crate::codec::{Interface, Portable, VALUE, Value};
use crate::erased::{ErasedForm, Specialized};
use crate::registry::{Cast, ContainerEntry, Entry, EntryForm, EntryKind};
use crate::shape::{Head, Origin, STD, Site, TypeExpr, no_shape};
use crate::state::{Form, Native, OwnTraits};
use std::any::TypeId;
use std::marker::PhantomData;

impl Entry {
    /// A type that is compiled as such, alone and inside `Vec`, `Option` and `Box`.
    pub const fn native_type<T: Portable>() -> Entry {
        Entry::native(EntryKind::Type, T::TYPE, NativeOf::<T>::FORM).of::<T>(Some(NativeOf::<T>::CONTAINERS))
    }

    /// A type that is compiled with its parameters erased, alone and inside `Vec`, `Option` and `Box`.
    pub const fn erased_type<G: Portable>() -> Entry {
        Entry::native(EntryKind::Type, G::TYPE, ErasedOf::<G>::FORM).of::<G>(Some(ErasedOf::<G>::CONTAINERS))
    }

    /// A specialization that somebody listed.
    pub const fn listed_type<T: Portable>() -> Entry {
        Entry { kind: EntryKind::Listed, ..Entry::native_type::<T>() }
    }

    /// A type of which nothing can be decoded without a list: only its id is known.
    pub const fn unlisted_type(expr: &'static TypeExpr) -> Entry {
        let (site, type_id) = (site_of(expr), TypeId::of::<()>);
        Entry {
            kind: EntryKind::Type,
            expr,
            interface: &VALUE,
            type_id,
            form: None,
            own_traits: NO_TRAITS,
            error: None,
            containers: None,
            site,
        }
    }

    /// A native member of `I`.
    pub const fn native_member<T: Portable, I: Interface + ?Sized>(cast: &'static Cast<I>, site: Site) -> Entry {
        Entry::member::<I>(T::TYPE, EntryForm { glue: Native::<T>::GLUE, cast }, TypeId::of::<T>, site)
    }

    /// A member of `I` with its parameters erased.
    pub const fn erased_member<G: Portable, I: Interface + ?Sized>(cast: &'static Cast<I>, site: Site) -> Entry {
        Entry::member::<I>(G::TYPE, EntryForm { glue: Specialized::<G>::GLUE, cast }, TypeId::of::<G>, site)
    }

    /// An interface, and `Box` of its trait objects as a type.
    pub const fn interface<I: Interface + ?Sized>() -> Entry
    where
        Box<I>: Portable,
    {
        let site = I::INFO.origin.site;
        let entry = Entry::native(EntryKind::Interface, <Box<I>>::TYPE, NativeOf::<Box<I>>::FORM);
        Entry { site, ..entry.of::<Box<I>>(None) }
    }

    /// A std container whose erased form `F` is another type than the container of erased elements `G`.
    pub(crate) const fn stand_in<G: Portable, F: ErasedForm>(expr: &'static TypeExpr) -> Entry {
        let form = EntryForm { glue: Specialized::<F>::GLUE, cast: &Cast::<dyn Value>(<Specialized<F>>::__cast) };
        Entry::native(EntryKind::Type, expr, form).of::<G>(None)
    }

    const fn native(kind: EntryKind, expr: &'static TypeExpr, form: EntryForm) -> Entry {
        let site = site_of(expr);
        Entry {
            kind,
            expr,
            interface: &VALUE,
            type_id: TypeId::of::<()>,
            form: Some(form),
            own_traits: NO_TRAITS,
            error: None,
            containers: None,
            site,
        }
    }

    const fn of<T: 'static>(self, containers: Option<&'static [ContainerEntry; 3]>) -> Entry {
        Entry { type_id: TypeId::of::<T>, containers, ..self }
    }

    const fn member<I: Interface + ?Sized>(
        expr: &'static TypeExpr,
        form: EntryForm,
        type_id: fn() -> TypeId,
        site: Site,
    ) -> Entry {
        let form = Some(form);
        Entry {
            kind: EntryKind::Member,
            expr,
            interface: I::INFO,
            type_id,
            form,
            own_traits: NO_TRAITS,
            error: None,
            containers: None,
            site,
        }
    }
}

/// Where a type was defined; std types say so.
const fn site_of(expr: &'static TypeExpr) -> Site {
    match expr.head {
        Head::Origin(origin) => origin.site,
        _ => STD,
    }
}

const NO_TRAITS: &[OwnTraits; 4] = &[OwnTraits::NONE; 4];

struct NativeOf<T>(PhantomData<T>);

impl<T: Portable> NativeOf<T> {
    const FORM: EntryForm = EntryForm { glue: Native::<T>::GLUE, cast: &Cast::<dyn Value>(T::__cast) };
    const CONTAINERS: &'static [ContainerEntry; 3] = &[
        ContainerEntry { origin: "Vec", expr: <Vec<T>>::TYPE, form: NativeOf::<Vec<T>>::FORM },
        ContainerEntry { origin: "Option", expr: <Option<T>>::TYPE, form: NativeOf::<Option<T>>::FORM },
        ContainerEntry { origin: "Box", expr: <Box<T>>::TYPE, form: NativeOf::<Box<T>>::FORM },
    ];
}

struct ErasedOf<G>(PhantomData<G>);

impl<G: Portable> ErasedOf<G> {
    const FORM: EntryForm =
        EntryForm { glue: Specialized::<G>::GLUE, cast: &Cast::<dyn Value>(<Specialized<G>>::__cast) };
    const CONTAINERS: &'static [ContainerEntry; 3] = &[
        ContainerEntry { origin: "Vec", expr: <Vec<G>>::TYPE, form: ErasedOf::<Vec<G>>::FORM },
        ContainerEntry { origin: "Option", expr: <Option<G>>::TYPE, form: ErasedOf::<Option<G>>::FORM },
        ContainerEntry { origin: "Box", expr: <Box<G>>::TYPE, form: ErasedOf::<Box<G>>::FORM },
    ];
}

/// The expression of an origin whose types nothing can name here.
pub const fn origin_only(origin: &'static Origin) -> TypeExpr {
    TypeExpr { head: Head::Origin(origin), args: &[], shape: no_shape }
}
