//! Types with the state of another type: boxes, shared pointers, wrappers, markers; and boxed values of the root interface.
//! Imports `codec`, `erased`, `error`, `interface`, `registry`, `shape`, `state` and its siblings.

use super::primitives::put_path;
use super::{portable, std_origin, submit};
use crate::__own_traits as own_traits;
use crate::codec::{Portable, VALUE, Value, take_box};
use crate::erased::Erased;
use crate::error::{Error, Result};
use crate::interface::{deserialize_nested, put_nested, serialize_nested};
use crate::registry::Entry;
use crate::shape::{AnyBySerde, Head, Leaf, Origin, Shape, TypeExpr, no_shape};
use crate::state::{Boxed, Input, Sink, State, stack_of};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::num::{Saturating, Wrapping};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

/// The origin of `Box`, which boxed trait objects of every interface use.
pub const BOX: Origin = std_origin("Box");

/// The state of a wrapper around a value of type `T` that writes nothing of its own.
macro_rules! around {
    (|$value:ident| $inner:expr, $make:expr) => {
        const MIN: usize = T::MIN;
        const STACK: usize = stack_of::<Self>(0, &[T::STACK]);

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            let $value = self;
            $inner.put(sink)
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Self::take_into(input, size_of::<Self>())
        }

        #[inline]
        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            T::take_into(input, slot).map($make)
        }
    };
}

/// The state of a wrapping tuple struct, which has a fixed size if the value has.
macro_rules! around_fixed {
    ($make:ident) => {
        const IS_FIXED: bool = T::IS_FIXED;
        const LEVELS: usize = T::LEVELS;

        around!(|value| value.0, $make);

        #[inline]
        fn fill(&self, bytes: &mut [u8]) {
            self.0.fill(bytes);
        }

        #[inline]
        fn read(bytes: &[u8]) -> Option<Self> {
            T::read(bytes).map($make)
        }
    };
}

/// The error of a lock whose holder has panicked, as serde words it.
#[cold]
fn poisoned() -> Error {
    serde::ser::Error::custom("lock poison error while serializing")
}

portable! {
    [T: Portable] Box<T> = "Box" [T], Shape::Transparent { inner: T::TYPE }, {
        const MIN: usize = T::MIN;

        #[inline]
        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            (**self).put_boxed(sink)
        }

        #[inline]
        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Self::take_into(input, size_of::<Self>())
        }

        #[inline]
        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            input.room(T::STACK, |input| take_box(input, slot))
        }
    };
    [T: Portable] Wrapping<T> = "Wrapping" [T], Shape::Transparent { inner: T::TYPE }, {
        around_fixed!(Wrapping);
    };
    [T: Portable] Reverse<T> = "Reverse" [T], Shape::Transparent { inner: T::TYPE }, {
        around_fixed!(Reverse);
    };
    [T: Portable] Mutex<T> = "Mutex" [T], Shape::Transparent { inner: T::TYPE }, {
        around!(|value| *value.lock().map_err(|_| poisoned())?, Mutex::new);
    };
    [T: Portable] RwLock<T> = "RwLock" [T], Shape::Transparent { inner: T::TYPE }, {
        around!(|value| *value.read().map_err(|_| poisoned())?, RwLock::new);
    };
    [T: Portable] PhantomData<T> = "PhantomData" [T], Shape::Leaf(Leaf::Unit), {
        const IS_FIXED: bool = true;
        const IS_DIRECT: bool = true;

        #[inline]
        fn put(&self, _: &mut Sink<'_>) -> Result<()> {
            Ok(())
        }

        #[inline]
        fn take(_: &mut Input<'_, '_>) -> Result<Self> {
            Ok(PhantomData)
        }

        #[inline]
        fn read(_: &[u8]) -> Option<Self> {
            Some(PhantomData)
        }
    };
}

submit! {
    Entry::erased_type::<Box<Erased<0>>>().compared_by(own_traits!(erased Box<Erased<0>>));
    Entry::erased_type::<Arc<Erased<0>>>().compared_by(own_traits!(erased Arc<Erased<0>>));
    Entry::erased_type::<Wrapping<Erased<0>>>().compared_by(own_traits!(erased Wrapping<Erased<0>>));
    Entry::erased_type::<Reverse<Erased<0>>>().compared_by(own_traits!(erased Reverse<Erased<0>>));
    Entry::erased_type::<Mutex<Erased<0>>>().compared_by(own_traits!(erased Mutex<Erased<0>>));
    Entry::erased_type::<RwLock<Erased<0>>>().compared_by(own_traits!(erased RwLock<Erased<0>>));
    Entry::erased_type::<PhantomData<Erased<0>>>().compared_by(own_traits!(erased PhantomData<Erased<0>>));
    Entry::erased_type::<Box<[Erased<0>]>>().compared_by(own_traits!(erased Box<[Erased<0>]>));
    Entry::erased_type::<Cow<'static, [Erased<0>]>>().compared_by(own_traits!(erased Cow<'static, [Erased<0>]>));
    Entry::erased_type::<Arc<[Erased<0>]>>().compared_by(own_traits!(erased Arc<[Erased<0>]>));
    Entry::native_type::<Box<str>>().compared_by(own_traits!(Box<str>));
    Entry::native_type::<Box<Path>>().compared_by(own_traits!(Box<Path>));
    Entry::native_type::<Arc<str>>().compared_by(own_traits!(Arc<str>));
    Entry::native_type::<Cow<'static, str>>().compared_by(own_traits!(Cow<'static, str>));
}

/// Serde reads these from JSON, as it saturates numbers that are out of range.
macro_rules! saturating {
    ($($ty:ident)*) => {
        portable! { $([] Saturating<$ty> = "Saturating" [$ty], Shape::Transparent { inner: <$ty>::TYPE };)* }
        submit! { $(Entry::native_type::<Saturating<$ty>>().compared_by(own_traits!(Saturating<$ty>));)* }
    };
}

saturating! { i8 i16 i32 i64 u8 u16 u32 u64 isize usize }

const STR: Origin = std_origin("str");

fn str_shape() -> &'static Shape {
    &Shape::Leaf(Leaf::Str)
}

impl Boxed for str {
    fn put_boxed(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.put_slice(self.as_bytes());
        Ok(())
    }
}

impl<T: State> Boxed for [T] {
    fn put_boxed(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.enter_heap()?;
        sink.put_length::<T>(self.len())?;
        T::put_all(self, sink)?;
        sink.leave();
        Ok(())
    }
}

impl Boxed for dyn Value {
    fn put_boxed(&self, sink: &mut Sink<'_>) -> Result<()> {
        put_nested(self, sink)
    }
}

impl State for Box<str> {
    const BY_SERDE: Option<&'static AnyBySerde> = None;
    const MIN: usize = 1;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        (**self).put_boxed(sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        Ok(input.text()?.into())
    }

    fn take_into(input: &mut Input<'_, '_>, _: usize) -> Result<Self> {
        Self::take(input)
    }
}

impl Portable for Box<str> {
    const TYPE: &'static TypeExpr =
        &TypeExpr { head: Head::Origin(&BOX), args: &[&STR_EXPR], shape: str_shape, by_serde: Self::BY_SERDE };

    fn __shape() -> &'static Shape {
        str_shape()
    }
}

const STR_EXPR: TypeExpr = TypeExpr { head: Head::Origin(&STR), args: &[], shape: str_shape, by_serde: None };

const PATH: Origin = std_origin("Path");

impl State for Box<Path> {
    const BY_SERDE: Option<&'static AnyBySerde> = None;
    const MIN: usize = 1;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        put_path(self, sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        PathBuf::take(input).map(PathBuf::into_boxed_path)
    }

    fn take_into(input: &mut Input<'_, '_>, _: usize) -> Result<Self> {
        Self::take(input)
    }
}

impl Portable for Box<Path> {
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Origin(&BOX),
        args: &[&TypeExpr { head: Head::Origin(&PATH), args: &[], shape: str_shape, by_serde: None }],
        shape: str_shape,
        by_serde: None,
    };

    fn __shape() -> &'static Shape {
        str_shape()
    }
}

impl<T: Portable> State for Box<[T]> {
    const BY_SERDE: Option<&'static AnyBySerde> = None;
    const MIN: usize = 1;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        (**self).put_boxed(sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        Self::take_into(input, size_of::<Self>())
    }

    /// Reads a vector first.
    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        Vec::take_into(input, slot).map(Vec::into_boxed_slice)
    }
}

impl<T: Portable> Portable for Box<[T]> {
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Origin(&BOX),
        args: &[&TypeExpr { head: Head::Slice, args: &[T::TYPE], shape: no_shape, by_serde: None }],
        shape: <Self as Portable>::__shape,
        by_serde: <Self as State>::BY_SERDE,
    };

    fn __shape() -> &'static Shape {
        const { &Shape::Seq { element: T::TYPE } }
    }
}

const ARC: Origin = std_origin("Arc");
const COW: Origin = std_origin("Cow");

impl<T: ?Sized + Boxed + Serialize + Debug + Send + Sync + 'static> State for Arc<T>
where
    Box<T>: Portable,
{
    const BY_SERDE: Option<&'static AnyBySerde> = <Box<T>>::BY_SERDE;
    const MIN: usize = <Box<T>>::MIN;
    const STACK: usize = <Box<T>>::STACK;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        (**self).put_boxed(sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        Self::take_into(input, size_of::<Self>())
    }

    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        <Box<T>>::take_into(input, slot).map(Arc::from)
    }
}

/// All types that can be boxed can be shared, including `Arc<str>`, `Arc<[T]>` and `Arc<dyn I>`.
impl<T: ?Sized + Boxed + Serialize + Debug + Send + Sync + 'static> Portable for Arc<T>
where
    Box<T>: Portable,
{
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Origin(&ARC),
        args: <Box<T> as Portable>::TYPE.args,
        shape: <Box<T> as Portable>::__shape,
        by_serde: <Self as State>::BY_SERDE,
    };

    fn __shape() -> &'static Shape {
        <Box<T> as Portable>::__shape()
    }
}

impl<T: ?Sized + Boxed + ToOwned<Owned: Portable> + Serialize + Debug + Send + Sync + 'static> State for Cow<'static, T>
where
    Box<T>: Portable,
{
    const BY_SERDE: Option<&'static AnyBySerde> = <T::Owned>::BY_SERDE;
    const MIN: usize = <T::Owned>::MIN;
    const STACK: usize = stack_of::<Self>(0, &[<T::Owned>::STACK]);

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        (**self).put_boxed(sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        Self::take_into(input, size_of::<Self>())
    }

    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        <T::Owned>::take_into(input, slot).map(Cow::Owned)
    }
}

impl<T: ?Sized + Boxed + ToOwned<Owned: Portable> + Serialize + Debug + Send + Sync + 'static> Portable
    for Cow<'static, T>
where
    Box<T>: Portable,
{
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Origin(&COW),
        args: <Box<T> as Portable>::TYPE.args,
        shape: <Box<T> as Portable>::__shape,
        by_serde: <Self as State>::BY_SERDE,
    };

    fn __shape() -> &'static Shape {
        <Box<T> as Portable>::__shape()
    }
}

impl Serialize for dyn Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_nested(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Box<dyn Value> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_nested(deserializer)
    }
}

impl State for Box<dyn Value> {
    crate::__boxed_interface_state!(dyn Value);
}

impl Portable for Box<dyn Value> {
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Origin(&BOX),
        args: &[&TypeExpr { head: Head::Dyn(&VALUE), args: &[], shape: no_shape, by_serde: None }],
        shape: <Self as Portable>::__shape,
        by_serde: <Self as State>::BY_SERDE,
    };

    fn __shape() -> &'static Shape {
        &Shape::Nested { interface: &VALUE }
    }

    crate::__boxed_interface_methods!(dyn Value);
}

submit! {
    Entry::interface::<dyn Value>();
    Entry::listed_type::<Arc<dyn Value>>();
}
