//! Constructors of entries from Rust types, for the macros. Imports `codec`, `erased`, `registry`, `shape` and `state`.

use crate::codec::{Interface, Portable, VALUE, Value};
use crate::erased::{ErasedForm, Specialized};
use crate::registry::{Cast, Entry, EntryForm, EntryKind};
use crate::shape::{Head, Origin, STD, Site, TypeExpr, no_shape};
use crate::state::{Form, Native, OwnTraits};
use std::any::TypeId;
use std::marker::PhantomData;

impl Entry {
    /// A native type.
    pub const fn native_type<T: Portable>() -> Entry {
        Entry::native(EntryKind::Type, T::TYPE, NativeOf::<T>::FORM).of::<T>()
    }

    /// A type with erased parameters.
    pub const fn erased_type<G: Portable>() -> Entry {
        Entry::native(EntryKind::Type, G::TYPE, ErasedOf::<G>::FORM).of::<G>()
    }

    /// A listed specialization.
    pub const fn listed_type<T: Portable>() -> Entry {
        Entry { kind: EntryKind::Listed, ..Entry::native_type::<T>() }
    }

    /// A type without an erased form: only its id is registered, and values need listed specializations.
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
            site,
        }
    }

    /// A native member of `I`.
    pub const fn native_member<T: Portable, I: Interface + ?Sized>(cast: &'static Cast<I>, site: Site) -> Entry {
        Entry::member::<I>(T::TYPE, EntryForm { glue: Native::<T>::GLUE, cast }, TypeId::of::<T>, site)
    }

    /// A member of `I` with erased parameters.
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
        Entry { site, ..entry.of::<Box<I>>() }
    }

    /// A std container whose erased form `F` differs from the container of erased elements `G`.
    pub(crate) const fn stand_in<G: Portable, F: ErasedForm>(expr: &'static TypeExpr) -> Entry {
        let form = EntryForm { glue: Specialized::<F>::GLUE, cast: Specialized::<F>::AS_VALUE };
        Entry::native(EntryKind::Type, expr, form).of::<G>()
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
            site,
        }
    }

    const fn of<T: 'static>(self) -> Entry {
        Entry { type_id: TypeId::of::<T>, ..self }
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
            site,
        }
    }
}

/// The site of a type's definition; std types have their own.
const fn site_of(expr: &'static TypeExpr) -> Site {
    match expr.head {
        Head::Origin(origin) => origin.site,
        _ => STD,
    }
}

const NO_TRAITS: &OwnTraits = &OwnTraits::NONE;

struct NativeOf<T>(PhantomData<T>);

impl<T: Portable> NativeOf<T> {
    const FORM: EntryForm = EntryForm {
        glue: Native::<T>::GLUE,
        cast: &Cast::<dyn Value> { cast: <T as Value>::__cast, take: <T as Value>::__take },
    };
}

struct ErasedOf<G>(PhantomData<G>);

impl<G: Portable> ErasedOf<G> {
    const FORM: EntryForm = EntryForm { glue: Specialized::<G>::GLUE, cast: Specialized::<G>::AS_VALUE };
}

/// The expression of an origin without a type.
pub const fn origin_only(origin: &'static Origin) -> TypeExpr {
    TypeExpr { head: Head::Origin(origin), args: &[], shape: no_shape, by_serde: None }
}
