//! Arrays of up to 32 elements, which serde supports. Imports `codec`, `erased`, `error`, `registry`, `shape`, `state` and its
//! siblings.

use super::submit;
use crate::__own_traits as own_traits;
use crate::codec::Portable;
use crate::erased::{Erased, ErasedArray};
use crate::error::Result;
use crate::registry::Entry;
use crate::shape::{AnyBySerde, ConstValue, Head, Shape, TypeExpr, no_shape};
use crate::state::{Input, Sink, State, deepest, fill_part, in_position, read_part, stack_of};

submit! {
    Entry::stand_in::<[Erased<0>; 1], ErasedArray>(&ERASED_ARRAY).compared_by(own_traits!(erased ErasedArray));
}

/// Arrays of any length: element and length are parameters.
static ERASED_ARRAY: TypeExpr = TypeExpr {
    head: Head::Array,
    args: &[<Erased<0>>::TYPE, &TypeExpr { head: Head::ConstParam(1), args: &[], shape: no_shape, by_serde: None }],
    shape: <[Erased<0>; 1]>::__shape,
    by_serde: ErasedArray::BY_SERDE,
};

/// The elements, one after the other.
fn put<T: State>(values: &[T], sink: &mut Sink<'_>) -> Result<()> {
    sink.enter()?;
    values.iter().try_for_each(|value| value.put(sink))?;
    sink.leave();
    Ok(())
}

/// Reads the elements one after the other.
struct Elements<'i, 'a, 'de> {
    input: &'i mut Input<'a, 'de>,
    at: usize,
}

impl Elements<'_, '_, '_> {
    fn next<T: State>(&mut self) -> Result<T> {
        let at = self.at;
        self.at = at.saturating_add(1);
        T::take(self.input).map_err(|error| in_position(error, at))
    }
}

/// An expression for each element.
macro_rules! each {
    ($each:tt $expression:expr) => {
        $expression
    };
}

/// `arrays! { 0 [] 1 [_] 2 [_ _] }` implements `State` and `Portable` for arrays of these lengths.
macro_rules! arrays {
    ($($length:literal [$($each:tt)*])*) => {$(
        impl<T: Portable> State for [T; $length] {
            const BY_SERDE: Option<&'static AnyBySerde> = None;
            const MIN: usize = T::MIN.saturating_mul($length);
            const IS_FIXED: bool = T::IS_FIXED || $length == 0;
            const IS_PLAIN: bool = T::IS_PLAIN;
            const LEVELS: usize = deepest(&[T::LEVELS]);
            const IS_DIRECT: bool = true;
            const STACK: usize = stack_of::<Self>(0, &[T::STACK]);

            fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
                put(self, sink)
            }

            fn take(input: &mut Input<'_, '_>) -> Result<Self> {
                if const { Self::IS_FIXED } {
                    if let Some(values) = input.fixed_state() {
                        return Ok(values);
                    }
                }
                input.enter::<Self>()?;
                let mut elements = Elements { input: &mut *input, at: 0 };
                let values = [$(each!($each elements.next()?)),*];
                let _ = &mut elements;
                input.leave();
                Ok(values)
            }

            #[inline]
            fn fill(&self, mut bytes: &mut [u8]) {
                for value in self {
                    bytes = fill_part(value, bytes);
                }
                let _ = bytes;
            }

            #[inline]
            fn read(mut bytes: &[u8]) -> Option<Self> {
                let bytes = &mut bytes;
                let _ = &bytes;
                Some([$(each!($each read_part(bytes)?)),*])
            }
        }

        impl<T: Portable> Portable for [T; $length] {
            const TYPE: &'static TypeExpr = &TypeExpr {
                head: Head::Array,
                args: &[
                    T::TYPE,
                    &TypeExpr { head: Head::Const(ConstValue::Uint($length)), args: &[], shape: no_shape, by_serde: None },
                ],
                shape: <Self as Portable>::__shape,
                by_serde: None,
            };

            fn __shape() -> &'static Shape {
                const { &Shape::Array { element: T::TYPE } }
            }
        }
    )*};
}

arrays! {
    0 []
    1 [_]
    2 [_ _]
    3 [_ _ _]
    4 [_ _ _ _]
    5 [_ _ _ _ _]
    6 [_ _ _ _ _ _]
    7 [_ _ _ _ _ _ _]
    8 [_ _ _ _ _ _ _ _]
    9 [_ _ _ _ _ _ _ _ _]
    10 [_ _ _ _ _ _ _ _ _ _]
    11 [_ _ _ _ _ _ _ _ _ _ _]
    12 [_ _ _ _ _ _ _ _ _ _ _ _]
    13 [_ _ _ _ _ _ _ _ _ _ _ _ _]
    14 [_ _ _ _ _ _ _ _ _ _ _ _ _ _]
    15 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    16 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    17 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    18 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    19 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    20 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    21 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    22 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    23 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    24 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    25 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    26 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    27 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    28 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    29 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    30 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    31 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
    32 [_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _]
}
