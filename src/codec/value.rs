//! The traits: what is portable, what every portable value can do, what an interface is. Imports `schema`, `shape`,
//! `state`.

use super::decode::Incoming;
use super::identity::identity_of;
use super::opaque::Opaque;
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::schema::Schema;
use crate::shape::{Identity, InterfaceInfo, NoArguments, Origin, Shape, Site, Spelling, TypeExpr};
use crate::state::{AnyBox, Form, Native, Scope, Sink};
use crate::type_name::TypeName;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::{Any, TypeId};
use std::fmt::Debug;
use std::sync::Arc;

/// A type whose values travel: serde carries the state, this trait the identity.
///
/// Written by `#[derive(Portable)]`; implemented for the std types that serde knows, and by `#[portable]` for
/// `Box<dyn I>` of each interface. Its items are for the derive.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not portable",
    label = "needs `Portable`",
    note = "add `#[derive(Serialize, Deserialize, Debug, Portable)]` to `{Self}`",
    note = "for a field of a foreign type: `#[portable(opaque = \"the::foreign::Type\")]` on the field"
)]
pub trait Portable: Serialize + DeserializeOwned + Debug + Send + Sync + 'static {
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

    #[doc(hidden)]
    fn __type_name(&self) -> TypeName {
        name_of(Self::TYPE)
    }

    #[doc(hidden)]
    fn __identity(&self) -> Result<Arc<Identity>> {
        identity_of::<Self>()
    }

    /// The shapes of all types that the value's type reaches.
    #[doc(hidden)]
    fn __schema(&self) -> Result<Arc<Schema>> {
        schema_of(Self::TYPE)
    }

    /// What stands for this value at the root of an envelope.
    #[doc(hidden)]
    fn __subject(&self) -> &dyn Value {
        self
    }

    /// The value that this one only carries.
    #[doc(hidden)]
    fn __carried(&self) -> Option<&Opaque> {
        None
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

/// What was decoded as a `V`, as one.
pub(crate) fn alike<V: Value>(value: AnyBox) -> Result<Box<dyn Value>> {
    V::__cast(value).ok_or_else(of_another)
}

fn of_another() -> Error {
    Kind::Malformed { what: "registration", reason: "its decoder makes another type" }.into()
}

/// Drops what is not of a type, once for all types.
#[cold]
#[inline(never)]
fn none_of(_: AnyBox) -> Option<Box<dyn Value>> {
    None
}

/// The shapes of all that a type reaches, with what its parameters stand for here.
fn schema_of(expr: &'static TypeExpr) -> Result<Arc<Schema>> {
    let schema = match Scope::innermost() {
        Some(plan) => Schema::reached(expr, &*plan)?,
        None => Schema::reached(expr, &NoArguments)?,
    };
    Ok(Arc::new(schema))
}

/// The name of a type, with what its parameters stand for here.
fn name_of(expr: &'static TypeExpr) -> TypeName {
    let arguments = Scope::innermost();
    let text = match &arguments {
        Some(plan) => expr.text(&**plan, &Spelling::Current),
        None => expr.text(&NoArguments, &Spelling::Current),
    };
    let parsed = text.and_then(|text| TypeName::parse(&text, &crate::Limits::trusted()));
    parsed.unwrap_or_else(|_| TypeName::unknown())
}

/// What every portable value can do, whatever its type: the root interface.
///
/// A supertrait of every interface, so its methods are there on any `dyn I`. Implemented for all [`Portable`] types;
/// there is nothing to implement by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a portable value",
    note = "derive `Portable` for `{Self}`, or mark its trait with `#[portable]`"
)]
pub trait Value: Debug + Send + Sync + Any {
    /// The name of the value's type; of a trait object the name of the real type, also where that was erased.
    fn type_name(&self) -> TypeName;

    #[doc(hidden)]
    fn __identity(&self) -> Result<Arc<Identity>>;

    /// What tells its type from all others; none where the type has no identity of its own, but its value has one.
    #[doc(hidden)]
    fn __own_type_id(&self) -> Option<TypeId> {
        None
    }

    #[doc(hidden)]
    fn __schema(&self) -> Result<Arc<Schema>>;

    #[doc(hidden)]
    fn __subject(&self) -> &dyn Value;

    /// The value that this one only carries.
    #[doc(hidden)]
    fn __carried(&self) -> Option<&Opaque>;

    /// Appends the state.
    #[doc(hidden)]
    fn __write(&self, sink: &mut Sink, format: Format) -> Result<()>;

    /// For serializers that are not ours.
    #[doc(hidden)]
    fn __serialize(&self) -> &dyn erased_serde::Serialize;

    #[doc(hidden)]
    fn __as_any(&self) -> &dyn Any;

    #[doc(hidden)]
    fn __into_any(self: Box<Self>) -> AnyBox;

    /// The value, if it is of this type.
    ///
    /// A method, so that the compiler puts it beside the type's other ones: elsewhere it would be with a second table of them.
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

    /// Decodes another value of this very type, erased where this one is.
    #[doc(hidden)]
    fn __decode_alike(&self, incoming: &Incoming<'_>) -> Result<Box<dyn Value>>;
}

impl<T: Portable> Value for T {
    fn type_name(&self) -> TypeName {
        match Portable::__carried(self) {
            Some(opaque) => opaque.type_name().clone(),
            None => self.__type_name(),
        }
    }

    fn __identity(&self) -> Result<Arc<Identity>> {
        match Portable::__carried(self) {
            Some(opaque) => opaque.identity(),
            None => Portable::__identity(self),
        }
    }

    fn __own_type_id(&self) -> Option<TypeId> {
        let has_own = const { !T::TYPE.has_params() } && Portable::__carried(self).is_none();
        has_own.then(TypeId::of::<T>)
    }

    fn __schema(&self) -> Result<Arc<Schema>> {
        match Portable::__carried(self) {
            Some(opaque) => Ok(opaque.shared_schema()),
            None => Portable::__schema(self),
        }
    }

    fn __subject(&self) -> &dyn Value {
        Portable::__subject(self)
    }

    fn __carried(&self) -> Option<&Opaque> {
        Portable::__carried(self)
    }

    fn __write(&self, sink: &mut Sink, format: Format) -> Result<()> {
        match Portable::__carried(self) {
            Some(opaque) => opaque.write(sink, format),
            None => super::write_state(self, sink, format),
        }
    }

    fn __serialize(&self) -> &dyn erased_serde::Serialize {
        self
    }

    fn __as_any(&self) -> &dyn Any {
        Portable::__as_any(self)
    }

    fn __into_any(self: Box<Self>) -> AnyBox {
        Portable::__into_any(self)
    }

    fn __decode_alike(&self, incoming: &Incoming<'_>) -> Result<Box<dyn Value>> {
        match Portable::__carried(self) {
            Some(_) => Ok(Box::new(incoming.opaque()?)),
            None => alike::<T>(incoming.by_glue(Native::<T>::GLUE)?),
        }
    }
}

/// A trait object whose values travel: `dyn I` of a trait marked `#[portable]`, and [`dyn Value`](Value).
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

    /// What stands for a value whose type is not linked, or not allowed.
    #[doc(hidden)]
    const UNKNOWN: Option<fn(Opaque) -> Box<Self>> = None;
}

/// The root interface.
pub const VALUE: InterfaceInfo = InterfaceInfo {
    origin: Origin {
        id: "typeport::Value",
        aliases: &[],
        site: Site { krate: "typeport", version: env!("CARGO_PKG_VERSION"), file: file!(), line: line!() },
    },
    type_id: TypeId::of::<dyn Value>,
};

impl Interface for dyn Value {
    const INFO: &'static InterfaceInfo = &VALUE;
}
