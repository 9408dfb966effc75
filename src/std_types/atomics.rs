//! Atomic numbers: their state is that of the number, loaded and stored without an order. Imports `error`, `registry`, `shape`,
//! `state` and its siblings.

use super::{portable, submit};
use crate::__own_traits as own_traits;
use crate::error::Result;
use crate::registry::Entry;
use crate::shape::Shape;
use crate::state::{Input, Sink, State};
use std::sync::atomic::Ordering::Relaxed;

/// `atomics! { "32" AtomicU32 "AtomicU32" u32 }`: for targets with atomics of so many bits.
macro_rules! atomics {
    ($($bits:literal $ty:ident $id:literal $inner:ident)*) => {$(
        #[cfg(target_has_atomic = $bits)]
        const _: () = {
            use std::sync::atomic::$ty;

            portable! { [] $ty = $id [], Shape::Transparent { inner: <$inner>::TYPE }, {
                const MIN: usize = <$inner as State>::MIN;

                fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
                    self.load(Relaxed).put(sink)
                }

                fn take(input: &mut Input<'_, '_>) -> Result<Self> {
                    <$inner>::take(input).map($ty::new)
                }

                fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
                    <$inner>::take_into(input, slot).map($ty::new)
                }
            }; }

            submit! { Entry::native_type::<$ty>().compared_by(own_traits!($ty)); }
        };
    )*};
}

atomics! {
    "8" AtomicBool "AtomicBool" bool
    "8" AtomicI8 "AtomicI8" i8
    "8" AtomicU8 "AtomicU8" u8
    "16" AtomicI16 "AtomicI16" i16
    "16" AtomicU16 "AtomicU16" u16
    "32" AtomicI32 "AtomicI32" i32
    "32" AtomicU32 "AtomicU32" u32
    "64" AtomicI64 "AtomicI64" i64
    "64" AtomicU64 "AtomicU64" u64
    "ptr" AtomicIsize "AtomicIsize" isize
    "ptr" AtomicUsize "AtomicUsize" usize
}
