//! The traits `Portable`, `Value` and `Interface`, and the types that they refer to; the methods of these types are in other
//! files. Imports `envelope`, `error`, `format`, `shape`, `state`, `type_name` and its siblings.

use super::config::Codec;
use crate::envelope::Envelope;
use crate::error::Result;
use crate::format::Format;
use crate::shape::{InterfaceInfo, Origin, Shape, Site, TypeExpr};
use crate::state::{AnyBox, Glue, Input, Plan, Provenance, Session, Sink, State, Varied};
#[cfg(feature = "json")]
use crate::state::{At, put_json, put_text};
use crate::type_name::TypeName;
use std::any::{Any, TypeId};
use std::fmt::Debug;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// A type whose values can be encoded and decoded: serde's traits describe its state, this trait its identity.
///
/// `#[portable]` and `#[derive(Portable)]` implement it. So does this crate for the std types that serde supports, and `#[portable]`
/// on a trait for the `Box<dyn I>` of the interface. Its items are for the macros.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not portable",
    label = "needs `Portable`",
    note = "write `#[portable]` above `{Self}`",
    note = "for a field of a foreign type: `#[portable(opaque = \"the::foreign::Type\")]` on the field"
)]
pub trait Portable: State + Debug + Send + Sync {
    /// The type as constant data.
    #[doc(hidden)]
    const TYPE: &'static TypeExpr;

    /// The shape of the type's state.
    #[doc(hidden)]
    fn __shape() -> &'static Shape;

    #[doc(hidden)]
    fn __decode(incoming: &Incoming<'_>) -> Result<Self> {
        incoming.exact()
    }

    /// Decodes one whole envelope, if a shortcut for [`Portable::__decode`] applies.
    #[doc(hidden)]
    #[inline]
    fn __decode_at_once(codec: &Codec, bytes: &[u8]) -> Option<Result<Self>> {
        if const { Self::IS_PLAIN } { codec.decode_plain(bytes) } else { None }
    }

    #[doc(hidden)]
    fn __type_name(&self) -> TypeName {
        self.__about().type_name()
    }

    /// The properties of the value's type.
    #[doc(hidden)]
    fn __about(&self) -> About<'_> {
        About::compiled(self)
    }

    /// The value to encode when this one is the root of an envelope: the content of a box, for example.
    #[doc(hidden)]
    fn __subject(&self) -> &dyn Value {
        self
    }

    #[doc(hidden)]
    fn __as_any(&self) -> &dyn Any {
        self
    }

    #[doc(hidden)]
    fn __into_any(self: Box<Self>) -> AnyBox {
        self
    }
}

/// Drops a value of another type; compiled once for all types.
#[cold]
#[inline(never)]
fn none_of(_: AnyBox) -> Option<Box<dyn Value>> {
    None
}

/// Reads a value into a box, with a slot of `slot` bytes.
pub fn take_box<T: State>(input: &mut Input<'_, '_>, slot: usize) -> Result<Box<T>> {
    Ok(Box::new(T::take_into(input, slot)?))
}

/// The root interface: every portable value is a member, whatever its type.
///
/// It is a supertrait of every interface, so every `dyn I` has its methods. It is implemented for all [`Portable`] types;
/// do not implement it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a portable value",
    note = "derive `Portable` for `{Self}`, or mark its trait with `#[portable]`"
)]
pub trait Value: Debug + Send + Sync + Any {
    /// Returns the name of the value's type; for a trait object that of the real type, also if the value is erased.
    fn type_name(&self) -> TypeName {
        self.__about().type_name()
    }

    #[doc(hidden)]
    fn __about(&self) -> About<'_>;

    /// The `TypeId` of the value's type; that of `Varied` if its values have different identities.
    ///
    /// A part of `__about` that each nested value needs: building all of it would take a thirtieth of the value's encode. Not an
    /// option, which would be returned in memory.
    #[doc(hidden)]
    fn __own_type_id(&self) -> TypeId {
        TypeId::of::<Varied>()
    }

    #[doc(hidden)]
    fn __subject(&self) -> &dyn Value;

    /// Appends the state.
    #[doc(hidden)]
    fn __write(&self, sink: &mut Sink<'_>) -> Result<()>;

    /// For serializers that are not ours.
    #[doc(hidden)]
    fn __serialize(&self) -> &dyn erased_serde::Serialize;

    #[doc(hidden)]
    fn __as_any(&self) -> &dyn Any;

    #[doc(hidden)]
    fn __into_any(self: Box<Self>) -> AnyBox;

    /// The value, if it is of this type.
    ///
    /// A method, so that the compiler generates it with the type's other methods; elsewhere it would need a second vtable.
    #[doc(hidden)]
    fn __cast(value: AnyBox) -> Option<Box<dyn Value>>
    where
        Self: Sized,
    {
        match value.downcast::<Self>() {
            Ok(value) => Some(value),
            Err(value) => none_of(value),
        }
    }

    /// Reads a value of this type. A method for the same reason as `__cast`.
    #[doc(hidden)]
    fn __take(_: &mut Input<'_, '_>, _: usize) -> Result<Box<dyn Value>>
    where
        Self: Sized;
}

// Rustdoc shows this impl on the page of each user type, and takes `doc(hidden)` from its methods, not from the trait's.
#[allow(unused_attributes, reason = "rustc asks the trait's methods")]
impl<T: Portable> Value for T {
    fn type_name(&self) -> TypeName {
        self.__type_name()
    }

    #[doc(hidden)]
    fn __about(&self) -> About<'_> {
        Portable::__about(self)
    }

    #[doc(hidden)]
    fn __own_type_id(&self) -> TypeId {
        Portable::__about(self).own_type_id().unwrap_or(TypeId::of::<Varied>())
    }

    #[doc(hidden)]
    fn __subject(&self) -> &dyn Value {
        Portable::__subject(self)
    }

    #[doc(hidden)]
    fn __write(&self, sink: &mut Sink<'_>) -> Result<()> {
        match Portable::__about(self).carried() {
            Some(opaque) => opaque.write(sink),
            None => write_state(self, Self::TYPE, None, sink),
        }
    }

    #[doc(hidden)]
    fn __serialize(&self) -> &dyn erased_serde::Serialize {
        self
    }

    #[doc(hidden)]
    fn __as_any(&self) -> &dyn Any {
        Portable::__as_any(self)
    }

    #[doc(hidden)]
    fn __into_any(self: Box<Self>) -> AnyBox {
        Portable::__into_any(self)
    }

    #[doc(hidden)]
    fn __take(input: &mut Input<'_, '_>, slot: usize) -> Result<Box<dyn Value>> {
        Ok(take_box::<T>(input, slot)?)
    }
}

/// A portable trait object: the `dyn I` of a trait marked `#[portable]`, and [`dyn Value`](Value).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interface",
    label = "needs `#[portable]` on the trait",
    note = "a bound of an erased parameter must be an interface: mark the trait with `#[portable]`",
    note = "or list the types that may arrive: `#[portable(specialize(Type<i64>, ..))]` on the impl"
)]
pub trait Interface: Value {
    /// The interface's id, and where it was defined.
    #[doc(hidden)]
    const INFO: &'static InterfaceInfo;

    /// Creates the stand-in for a value whose type is not linked or not allowed.
    #[doc(hidden)]
    const UNKNOWN: Option<fn(Opaque) -> Box<Self>> = None;
}

/// The root interface.
pub const VALUE: InterfaceInfo = InterfaceInfo {
    origin: Origin::new(
        "typeport::Value",
        &[],
        Site { krate: "typeport", version: env!("CARGO_PKG_VERSION"), file: file!(), line: line!() },
    ),
    type_id: TypeId::of::<dyn Value>,
};

impl Interface for dyn Value {
    const INFO: &'static InterfaceInfo = &VALUE;
}

/// The properties of a value's type.
pub struct About<'a>(pub(super) Known<'a>);

/// The source of the properties.
pub(super) enum Known<'a> {
    /// A compiled type without parameters.
    Compiled(Compiled),
    /// A compiled type that mentions parameters, and the value, which may tell their arguments.
    Unsettled(Compiled, &'a dyn Value),
    /// A compiled type that mentions parameters, with the arguments in the scope in which the value was created, and whether its
    /// trait objects are unsettled.
    Scoped(Compiled, Arc<Plan>, bool),
    /// An erased value, of the type that the plan names.
    Erased(&'a Arc<Plan>, IntoValue),
    /// A carried value.
    Carried(&'a Opaque),
}

/// Turns a decoded value into a trait object, if it has the type that the function was compiled for.
pub(super) type IntoValue = fn(AnyBox) -> Option<Box<dyn Value>>;

/// The compile-time data of a type.
#[derive(Clone, Copy)]
pub(super) struct Compiled {
    pub(super) expr: &'static TypeExpr,
    /// Its `TypeId`; `None` if the type mentions a parameter, and so stands for a type per argument.
    pub(super) own_id: Option<fn() -> TypeId>,
    pub(super) glue: &'static Glue,
    pub(super) into_value: IntoValue,
}

/// An envelope that is being decoded, with its session.
pub struct Incoming<'a> {
    pub(super) envelope: &'a Envelope<'a>,
    pub(super) session: &'a Session,
}

/// A value whose type is not linked here, or not allowed: its type name, its type hash and its bytes.
///
/// It comes from [`from_slice::<Opaque>`](crate::from_slice), which decodes any envelope, from a field of this type, which accepts
/// the same values as a `Box<dyn Value>`, or from [`Carried`](crate::Carried). It is encoded byte for byte as it was decoded, in
/// an envelope of its own or inside another value. Any process that links the type can decode it.
///
/// Inside a value that is encoded in another state format, it is converted: by its type, if that is linked and allowed, or
/// by the schema that came with it. Otherwise the encode is an error. In another crate's format it is written without a schema
/// that it shared with other values of an envelope. If it came in an envelope of its own, it keeps that schema in binary formats.
///
/// ```
/// use typeport::Opaque;
/// let bytes = typeport::to_vec(&vec![1_i64, 2])?;
/// let opaque: Opaque = typeport::from_slice(&bytes)?;
/// assert_eq!(opaque.type_name().to_string(), "Vec<i64>");
/// assert_eq!(typeport::to_vec(&opaque)?, bytes);
/// assert_eq!(opaque.decode::<Vec<i64>>()?, [1, 2]);
/// # Ok::<(), typeport::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Opaque(pub(super) Arc<Contents>);

pub(super) struct Contents {
    pub(super) name: TypeName,
    /// The type hash; `None` for a value from another crate's format, which gives only the type name.
    pub(super) hash: Option<u64>,
    pub(super) format: Format,
    /// Whether its envelope has a checksum; `None` for a nested value.
    pub(super) has_checksum: Option<bool>,
    pub(super) state: Box<[u8]>,
    /// The type hashes of the value's direct nested values, in order of first use.
    pub(super) table: Box<[u64]>,
    /// Names, schema and terms of its envelope.
    pub(super) came: Arc<Provenance>,
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "without JSON nothing is written anew"))]
    pub(super) rewriting: Rewriting,
}

/// The cached rewriting of the value in another state format, by the schema.
#[derive(Default)]
#[cfg_attr(not(feature = "json"), allow(dead_code, reason = "without JSON nothing is written anew"))]
pub(super) struct Rewriting {
    pub(super) made: OnceLock<Opaque>,
    /// Whether its memory has been counted.
    pub(super) is_counted: AtomicBool,
    /// Whether the memory of its names has been counted.
    pub(super) are_names_counted: AtomicBool,
}

/// Appends the state of `value`, of the type `expr` in the scope of a plan.
#[cfg_attr(not(feature = "json"), allow(unused_variables, reason = "text needs it"))]
pub(crate) fn write_state<T: State>(
    value: &T,
    expr: &'static TypeExpr,
    plan: Option<&Arc<Plan>>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    sink.encoding.budget.foresee_stack(T::STACK);
    #[cfg(feature = "json")]
    if !sink.is_direct() {
        return match T::BY_SERDE {
            None => put_text(sink, At::new(expr, plan), &mut |sink| value.put(sink)),
            Some(_) => put_json(sink, value),
        };
    }
    value.put(sink)
}
