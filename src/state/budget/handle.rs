//! What stands for a parameter in an erased form, and the sizes of what it stands for. Imports `shape` and its siblings.

use crate::shape::StandIns;
use std::any::TypeId;

/// What stands for a parameter in an erased form: a box with its table, a function, and a plan. `Erased` is held to it.
pub(crate) const HANDLE: usize = 4 * size_of::<usize>();

/// How the name of its type begins, wherever that is mentioned in another's. `Erased` is held to this too.
pub(crate) const HANDLE_NAME: &str = "typeport::erased::parameter::Erased<";

/// The sizes of a type that is compiled as such.
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
    /// Whether it stands for a number that is no item.
    pub(in crate::state) is_number: bool,
    /// Those of the argument; none where it is erased itself.
    pub(in crate::state) sizes: Option<Sizes>,
}

impl Handle {
    /// Whether a type, or what a reference of this type refers to, stands for a number whose elements are no items.
    #[cold]
    pub(in crate::state) fn stands_for_number(handles: &[Handle], id: TypeId) -> bool {
        handles.iter().any(|one| one.is_number && (one.types.one == id || one.types.reference == id))
    }
}

/// Whether it is the name of a number of fixed size: elements of it are no items, since they count by their bytes, as text does.
pub(in crate::state) fn is_number(name: &str) -> bool {
    ["u8", "i8", "f32", "f64"].contains(&name)
}

/// The same of a type, or of what it refers to: serde's collections hand references over.
#[inline]
pub(in crate::state) fn is_number_type<T: ?Sized>() -> bool {
    let id = typeid::of::<T>();
    let is = |one: TypeId, reference: TypeId| id == one || id == reference;
    is(TypeId::of::<u8>(), TypeId::of::<&u8>())
        || is(TypeId::of::<i8>(), TypeId::of::<&i8>())
        || is(TypeId::of::<f32>(), TypeId::of::<&f32>())
        || is(TypeId::of::<f64>(), TypeId::of::<&f64>())
}

/// Whether elements of type `T` stand for such numbers.
pub(in crate::state) fn stand_for_numbers<T: ?Sized>(handles: &[Handle]) -> bool {
    Handle::stands_for_number(handles, typeid::of::<T>())
}

/// How each element of a sequence, or key or value of a map, is charged.
#[derive(Clone, Copy)]
pub(in crate::state) enum Each {
    /// By the size of its type.
    Plain,
    /// It is a handle, of an argument of this size.
    Exact(usize),
    /// It is a unit of its own.
    Unit,
}

impl Each {
    /// What stands for a type of this id among the handles.
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
