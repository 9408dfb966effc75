//! Tuples of up to twelve elements. Imports its parent, `codec`, `erased`, `registry`, `shape`.

use super::submit;
use crate::__own_traits as own_traits;
use crate::codec::Portable;
use crate::erased::Erased;
use crate::registry::Entry;
use crate::shape::{Head, Shape, TypeExpr};

/// `tuples! { (A 0, B 1) }` is the impl for `(A, B)` and the entry for `(Erased<0>, Erased<1>)`.
macro_rules! tuples {
    ($(($($name:ident $index:literal),+))*) => {$(
        impl<$($name: Portable),+> Portable for ($($name,)+) {
            const TYPE: &'static TypeExpr =
                &TypeExpr { head: Head::Tuple, args: &[$($name::TYPE),+], shape: <Self as Portable>::__shape };

            fn __shape() -> &'static Shape {
                const { &Shape::Tuple { elements: &[$($name::TYPE),+] } }
            }
        }
        submit! { Entry::erased_type::<($(Erased<$index>,)+)>().compared_by(own_traits!(erased ($(Erased<$index>,)+))); }
    )*};
}

impl Portable for () {
    const TYPE: &'static TypeExpr = &TypeExpr { head: Head::Tuple, args: &[], shape: <Self as Portable>::__shape };

    fn __shape() -> &'static Shape {
        &Shape::Leaf("unit")
    }
}

submit! { Entry::native_type::<()>().compared_by(own_traits!(())); }

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
}
