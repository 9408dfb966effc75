//! Tuples of up to twelve elements: std prints no longer ones, and a portable type is `Debug`. Imports `codec`, `erased`, `error`, `registry`, `shape`, `state` and its siblings.

use super::submit;
use crate::__own_traits as own_traits;
use crate::codec::Portable;
use crate::erased::Erased;
use crate::error::Result;
use crate::registry::Entry;
use crate::shape::{AnyBySerde, Head, Leaf, Shape, TypeExpr};
use crate::state::{Input, Sink, State, deepest, fill_part, in_position, read_part, stack_of};

/// `tuples! { (A 0, B 1) }` becomes the impl for `(A, B)` and the entry for `(Erased<0>, Erased<1>)`.
macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: Portable),+> State for ($($name,)+) {
            const BY_SERDE: Option<&'static AnyBySerde> = None;
            const MIN: usize = 0 $(+ $name::MIN)+;
            const IS_FIXED: bool = true $(&& $name::IS_FIXED)+;
            const IS_PLAIN: bool = true $(&& $name::IS_PLAIN)+;
            const LEVELS: usize = deepest(&[$($name::LEVELS),+]);
            const IS_DIRECT: bool = true;
            const STACK: usize = stack_of::<Self>(0, &[$($name::STACK),+]);

            #[inline]
            fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
                sink.enter()?;
                $(self.$index.put(sink)?;)+
                sink.leave();
                Ok(())
            }

            #[inline]
            fn take(input: &mut Input<'_, '_>) -> Result<Self> {
                if const { Self::IS_FIXED } {
                    if let Some(values) = input.fixed_state() {
                        return Ok(values);
                    }
                }
                input.enter::<Self>()?;
                let values = ($($name::take(input).map_err(|error| in_position(error, $index))?,)+);
                input.leave();
                Ok(values)
            }

            #[inline]
            fn fill(&self, bytes: &mut [u8]) {
                $(let bytes = fill_part(&self.$index, bytes);)+
                let _ = bytes;
            }

            #[inline]
            fn read(mut bytes: &[u8]) -> Option<Self> {
                Some(($(read_part::<$name>(&mut bytes)?,)+))
            }
        }

        impl<$($name: Portable),+> Portable for ($($name,)+) {
            const TYPE: &'static TypeExpr =
                &TypeExpr { head: Head::Tuple, args: &[$($name::TYPE),+], shape: <Self as Portable>::__shape, by_serde: None };

            fn __shape() -> &'static Shape {
                const { &Shape::Tuple { elements: &[$($name::TYPE),+] } }
            }
        }
        submit! { Entry::erased_type::<($(Erased<$index>,)+)>().compared_by(own_traits!(erased ($(Erased<$index>,)+))); }
    )*};
}

impl State for () {
    const BY_SERDE: Option<&'static AnyBySerde> = None;
    const IS_FIXED: bool = true;
    const IS_PLAIN: bool = true;
    const IS_DIRECT: bool = true;

    #[inline]
    fn put(&self, _: &mut Sink<'_>) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn take(_: &mut Input<'_, '_>) -> Result<Self> {
        Ok(())
    }

    #[inline]
    fn read(_: &[u8]) -> Option<Self> {
        Some(())
    }
}

impl Portable for () {
    const TYPE: &'static TypeExpr =
        &TypeExpr { head: Head::Tuple, args: &[], shape: <Self as Portable>::__shape, by_serde: None };

    fn __shape() -> &'static Shape {
        &Shape::Leaf(Leaf::Unit)
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
