//! The functions that expansions of the macros call. Not part of the API, without stability. Imports `codec`, `erased`, `error`,
//! `failure`, `interface`, `lib`, `registry`, `shape`, `state` and `std_types`.

pub use crate::codec::{About, Incoming, StandsForUnknown, VALUE, stand_for, take_box};
pub use crate::erased::{Arguments, Erased, ErasedForm, Specialized, in_scope};
pub use crate::error::{Blame, Row as ErrorRow, TABLE as ERRORS};
pub use crate::failure::{NoErrorView, OwnError, ViewProbe};
pub use crate::interface::{
    KindOf, MaySettle, MaySettleErr, MaySettleOk, NeedsNothing, Passage, Settle, boxed_by_serde, deserialize_nested,
    interface_at_once, is_unsettled, origin_only, put_nested, serialize_nested, take_nested,
};
pub use crate::registry::{Cast, Entry};
pub use crate::shape::{
    Absent, AnyBySerde, ConstValue, Field, Fields, ForeignProbe, Head, InterfaceInfo, Listed, Manners, NoForeign,
    Origin, RealNames, Shape, Site, Style, Tagging, TypeExpr, Variant, flattened, no_shape, opaque_shape,
};
pub use crate::state::{
    AnyBox, Boxed, BySerde, Fallback, Input, OwnTraits, Probe, Sink, State, deepest, fill_part, in_field, in_position,
    in_variant, no_variant, read_part, stack_of,
};
pub use crate::std_types::BOX;
pub use crate::{
    __boxed_interface_methods as boxed_interface_methods, __boxed_interface_state as boxed_interface_state,
    __error_view as error_view, __foreign_shape as foreign_shape, __id as id, __own_traits as own_traits,
    __site as site,
};
pub use {inventory, serde};

use std::any::TypeId;

/// A type that an impl of an interface without `#[portable]` cannot name, so that a forgotten attribute is a compile error.
pub struct Token(());

/// The value, if it is a `T`.
pub fn unbox<T: 'static>(value: AnyBox) -> Option<Box<T>> {
    match value.downcast() {
        Ok(value) => Some(value),
        Err(value) => {
            discard(value);
            None
        }
    }
}

/// Drops a value of another type; compiled once for all types.
#[cold]
#[inline(never)]
fn discard(_: AnyBox) {}

/// The type hash of a name, if this process can decode the type: for tests that assemble envelopes.
pub fn type_hash(name: &crate::TypeName) -> Option<u64> {
    let plan = crate::Registry::global().plan(name, &VALUE).ok()?;
    Some(plan.identity().ok()?.hash)
}

/// The type id of a trait object or of a type.
pub fn type_id_of<T: ?Sized + 'static>() -> TypeId {
    TypeId::of::<T>()
}

/// The shape of a trait object's own type, which has no state; its box has one.
pub fn dyn_shape() -> &'static Shape {
    no_shape()
}

/// The bytes of the default id: the package name, with `_` for `-`, then `::`, then the type's name.
///
/// Without cargo, the crate's own name replaces the package name: the front of `module_path!`.
#[derive(Clone, Copy)]
pub struct DefaultId {
    package: &'static [u8],
    name: &'static [u8],
}

#[expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the compiler runs it, in constants: a panic is an error of the build"
)]
impl DefaultId {
    /// `package` is the package's name if cargo built it.
    pub const fn new(package: Option<&'static str>, module_path: &'static str, name: &'static str) -> Self {
        let package = match package {
            Some(package) => package.as_bytes(),
            None => front(module_path.as_bytes()),
        };
        DefaultId { package, name: name.as_bytes() }
    }

    /// The number of bytes.
    pub const fn length(&self) -> usize {
        self.package.len() + 2 + self.name.len()
    }

    /// The bytes; `N` is the length.
    pub const fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [b':'; N];
        let mut at = 0;
        while at < self.package.len() {
            bytes[at] = if self.package[at] == b'-' { b'_' } else { self.package[at] };
            at += 1;
        }
        let mut from = 0;
        while from < self.name.len() {
            bytes[at + 2 + from] = self.name[from];
            from += 1;
        }
        bytes
    }
}

/// The bytes before the first colon.
#[expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "the place is within the path")]
const fn front(path: &'static [u8]) -> &'static [u8] {
    let mut at = 0;
    while at < path.len() && path[at] != b':' {
        at += 1;
    }
    path.split_at(at).0
}

/// The text of checked bytes.
#[expect(clippy::panic, reason = "the compiler runs it, in constants: its message is an error of the build")]
pub const fn id_text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a type with a non-ASCII name has no default id: give one with #[portable(id = \"..\")]"),
    }
}

/// The default id of a type, as a constant: `__id!("Money")` is `"acme::Money"` in the package `acme`.
#[doc(hidden)]
#[macro_export]
macro_rules! __id {
    ($name:expr) => {{
        const ID: $crate::__private::DefaultId =
            $crate::__private::DefaultId::new(::core::option_env!("CARGO_PKG_NAME"), ::core::module_path!(), $name);
        const BYTES: [u8; ID.length()] = ID.bytes();
        $crate::__private::id_text(&BYTES)
    }};
}

/// The source position of the expansion.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    () => {
        $crate::__private::Site {
            krate: match ::core::option_env!("CARGO_PKG_NAME") {
                ::core::option::Option::Some(name) => name,
                ::core::option::Option::None => ::core::module_path!(),
            },
            version: match ::core::option_env!("CARGO_PKG_VERSION") {
                ::core::option::Option::Some(version) => version,
                ::core::option::Option::None => "",
            },
            file: ::core::file!(),
            line: ::core::line!(),
        }
    };
}

/// The comparison of a type's values: `own_traits!(Foo)` for a native type, `own_traits!(erased G)` for an erased form.
#[doc(hidden)]
#[macro_export]
macro_rules! __own_traits {
    (erased $form:ty) => {
        $crate::__own_traits!($crate::__private::Specialized<$form>)
    };
    ($type:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::Fallback as _;
        &$crate::__private::OwnTraits {
            eq: $crate::__private::Probe::<$type>::EQ,
            partial_cmp: $crate::__private::Probe::<$type>::PARTIAL_CMP,
            cmp: $crate::__private::Probe::<$type>::CMP,
            hash: $crate::__private::Probe::<$type>::HASH,
        }
    }};
}

/// The view of an error as a value of the type, if the type is an error.
#[doc(hidden)]
#[macro_export]
macro_rules! __error_view {
    ($type:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::NoErrorView as _;
        $crate::__private::ViewProbe::<$type>::VIEW
    }};
}

/// The shape of a foreign type, also of one that only a function can read.
#[doc(hidden)]
#[macro_export]
macro_rules! __foreign_shape {
    ($type:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::NoForeign as _;
        $crate::__private::ForeignProbe::<$type>::SHAPE
    }};
}

/// The state of `Box<dyn I>`: a frame.
#[doc(hidden)]
#[macro_export]
macro_rules! __boxed_interface_state {
    ($interface:ty) => {
        const BY_SERDE: ::core::option::Option<&'static $crate::__private::AnyBySerde> =
            ::core::option::Option::Some(const { &$crate::__private::boxed_by_serde::<$interface>() });
        const MIN: usize = 1;
        const IS_CHECKED: bool = true;

        fn put(&self, sink: &mut $crate::__private::Sink<'_>) -> ::core::result::Result<(), $crate::Error> {
            $crate::__private::put_nested::<$interface>(&**self, sink)
        }

        fn take(input: &mut $crate::__private::Input<'_, '_>) -> ::core::result::Result<Self, $crate::Error> {
            $crate::__private::take_nested::<$interface>(input)
        }

        fn take_into(
            input: &mut $crate::__private::Input<'_, '_>,
            _: usize,
        ) -> ::core::result::Result<Self, $crate::Error> {
            $crate::__private::take_nested::<$interface>(input)
        }
    };
}

/// The methods by which `Box<dyn I>` stands for its content.
#[doc(hidden)]
#[macro_export]
macro_rules! __boxed_interface_methods {
    ($interface:ty) => {
        fn __decode(incoming: &$crate::__private::Incoming<'_>) -> ::core::result::Result<Self, $crate::Error> {
            incoming.interface::<$interface>()
        }

        #[inline]
        fn __decode_at_once(
            codec: &$crate::Codec,
            bytes: &[u8],
        ) -> ::core::option::Option<::core::result::Result<Self, $crate::Error>> {
            $crate::__private::interface_at_once::<$interface>(codec, bytes)
        }

        fn __type_name(&self) -> $crate::TypeName {
            $crate::Value::type_name(&**self)
        }

        fn __subject(&self) -> &dyn $crate::Value {
            $crate::Value::__subject(&**self)
        }
    };
}

/// Registers native specializations, where speed is worth the code: `specialize!(Vec<Foo> as dyn Base)`.
///
/// Each is decoded as the type itself, without boxes around its arguments. Values, bytes and behaviour are the same without
/// this macro.
///
/// ```
/// # use typeport::{Registry, Resolution};
/// typeport::specialize!(Vec<Vec<Vec<u16>>> as dyn typeport::Value);
/// assert_eq!(Registry::global().resolve(&"Vec<Vec<Vec<u16>>>".parse()?), Resolution::Native);
/// # Ok::<(), typeport::Error>(())
/// ```
#[macro_export]
macro_rules! specialize {
    ($($type:ty as $interface:ty),+ $(,)?) => {
        $(const _: () = {
            $crate::__private::inventory::submit! { $crate::entry!($type as $interface) }
            $crate::__private::inventory::submit! {
                $crate::__private::Entry::listed_type::<$type>()
                    .compared_by($crate::__private::own_traits!($type))
                    .seen_by($crate::__private::error_view!($type))
            }
        };)+
    };
}

/// Creates an entry for a registry that is built by hand: `entry!(Foo as dyn Base)`.
///
/// ```
/// use typeport::{Codec, Registry, Value, entry};
/// let codec = Codec::default().registry(Registry::empty().with(entry!(i64 as dyn Value)));
/// let bytes = codec.to_vec(&7_i64)?;
/// assert!(codec.from_slice::<Box<dyn Value>>(&bytes).is_ok());
/// assert!(codec.from_slice::<Box<dyn Value>>(&codec.to_vec(&true)?).unwrap_err().is_unlinked());
/// # Ok::<(), typeport::Error>(())
/// ```
#[macro_export]
macro_rules! entry {
    ($type:ty as $interface:ty) => {{
        const CAST: $crate::__private::Cast<$interface> = $crate::__private::Cast {
            cast: |value| match $crate::__private::unbox::<$type>(value) {
                ::core::option::Option::Some(value) => ::core::option::Option::Some(value),
                ::core::option::Option::None => ::core::option::Option::None,
            },
            take: |input, slot| match $crate::__private::take_box::<$type>(input, slot) {
                ::core::result::Result::Ok(value) => ::core::result::Result::Ok(value),
                ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
            },
        };
        $crate::__private::Entry::native_member::<$type, $interface>(&CAST, $crate::__private::site!())
            .compared_by($crate::__private::own_traits!($type))
    }};
}
