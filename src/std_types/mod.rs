//! `Portable` for the standard types that serde supports, and their entries. Imports `shape`.

mod arrays;
mod ascending;
mod atomics;
mod containers;
mod net;
mod pointers;
mod primitives;
mod structs;
mod tuples;

pub use pointers::BOX;

use crate::shape::{Manners, Origin, STD};

/// The origin of a std type: a bare name.
const fn std_origin(id: &'static str) -> Origin {
    Origin::new(id, &[], STD)
}

/// The manners of std types: serde gives them no aliases, and most refuse unknown fields.
const fn manners(name: &'static str, listed: &'static [&'static str]) -> Manners {
    Manners { name, expecting: None, denies_unknown: true, listed }
}

/// Writes `impl Portable`: `portable! { [T: Portable] Option<T> = "Option" [T], Shape::Option { .. } }` becomes the
/// impl with the name `Option<..>` and the given shape; a following `, { .. }` is its `State`, which goes through serde
/// otherwise.
macro_rules! portable {
    ($([$($generics:tt)*] $ty:ty = $id:literal [$($arg:ty),*], $shape:expr $(, { $($state:item)* })?;)*) => {$(
        impl<$($generics)*> $crate::state::State for $ty {
            $(
                const BY_SERDE: Option<&'static $crate::shape::AnyBySerde> = None;
                $($state)*
            )?
        }

        impl<$($generics)*> $crate::codec::Portable for $ty {
            const TYPE: &'static $crate::shape::TypeExpr = &$crate::shape::TypeExpr {
                head: $crate::shape::Head::Origin(const { &$crate::std_types::std_origin($id) }),
                args: &[$(<$arg as $crate::codec::Portable>::TYPE),*],
                shape: <Self as $crate::codec::Portable>::__shape,
                by_serde: <Self as $crate::state::State>::BY_SERDE,
            };

            fn __shape() -> &'static $crate::shape::Shape {
                const { &$shape }
            }
        }
    )*};
}
use portable;

/// Submits one entry for each expression: `submit! { Entry::native_type::<i64>().compared_by(own_traits!(i64)); }`.
macro_rules! submit {
    ($($entry:expr;)*) => {
        $(inventory::submit! { $entry })*
    };
}
use submit;
