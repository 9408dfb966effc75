//! Handles, which stand for parameters in an erased form, and the real sizes of their arguments. Imports `shape` and its siblings.

use crate::shape::StandIns;
use std::any::TypeId;

/// The size of a handle, the value that stands for a parameter in an erased form: a boxed trait object, a function and a plan.
/// `Erased` asserts that it has this size.
pub(crate) const HANDLE: usize = 4 * size_of::<usize>();

/// Whether a type mentions a handle, without which it contains none. Of the types that serde's visitors produce, the name is all that
/// the compiler tells; a wrong answer would move a limit by the size of a handle. A test of `Erased` holds the path searched for.
pub(crate) fn mentions_handle<T: ?Sized>() -> bool {
    std::any::type_name::<T>().contains("typeport::erased::parameter::Erased<")
}

/// The sizes of a native type.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(in crate::state) value: usize,
    pub(in crate::state) option: usize,
}

impl Sizes {
    pub(crate) const fn of<T>() -> Self {
        Sizes { value: size_of::<T>(), option: size_of::<Option<T>>() }
    }
}

/// A parameter of an erased form.
pub(crate) struct Handle {
    pub(in crate::state) types: StandIns,
    /// Whether the argument is a number that does not count as an item.
    pub(in crate::state) is_number: bool,
    /// The sizes of the argument; `None` if it is erased itself.
    pub(in crate::state) sizes: Option<Sizes>,
}

impl Handle {
    /// Whether the type, or the target of the reference, of this id stands for a number that does not count as an item.
    #[cold]
    pub(in crate::state) fn stands_for_number(handles: &[Handle], id: TypeId) -> bool {
        handles.iter().any(|one| one.is_number && (one.types.one == id || one.types.reference == id))
    }
}

/// Whether the name is that of a number of fixed size, whose elements count by their bytes, as text does, and not as items.
pub(in crate::state) fn is_number(name: &str) -> bool {
    ["u8", "i8", "f32", "f64"].contains(&name)
}

/// Like [`is_number`], for a type or a reference to one: serde's collections hand over references.
#[inline]
pub(in crate::state) fn is_number_type<T: ?Sized>() -> bool {
    let id = typeid::of::<T>();
    let is = |one: TypeId, reference: TypeId| id == one || id == reference;
    is(TypeId::of::<u8>(), TypeId::of::<&u8>())
        || is(TypeId::of::<i8>(), TypeId::of::<&i8>())
        || is(TypeId::of::<f32>(), TypeId::of::<&f32>())
        || is(TypeId::of::<f64>(), TypeId::of::<&f64>())
}

/// Whether elements of type `T` stand for numbers that do not count as items.
pub(in crate::state) fn stand_for_numbers<T: ?Sized>(handles: &[Handle]) -> bool {
    Handle::stands_for_number(handles, typeid::of::<T>())
}

/// How to charge each element of a sequence, or key or value of a map.
#[derive(Clone, Copy)]
pub(in crate::state) enum Each {
    /// The size of its type.
    Plain,
    /// The size of the argument behind a handle.
    Exact(usize),
    /// As a unit of its own.
    Unit,
}

impl Each {
    /// How to charge elements of the type of this id, given the handles in scope.
    #[cold]
    #[inline(never)]
    pub(in crate::state) fn of(handles: &[Handle], id: TypeId) -> Each {
        let mut exact = handles.iter().filter_map(|one| {
            let sizes = one.sizes?;
            if id == one.types.one { Some(sizes.value) } else { (id == one.types.option).then_some(sizes.option) }
        });
        exact.next().map_or(Each::Unit, Each::Exact)
    }
}
