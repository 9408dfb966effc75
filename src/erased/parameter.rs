//! `Erased`: stands for one type parameter of an erased type. Imports `codec`, `error`, `registry`, `shape`, `state` and
//! `type_name`.
//!
//! Invariant: an `Erased` holds a real value of the argument, and its bytes are that value's bytes.

use crate::codec::{About, Incoming, Interface, Portable, Value, cast_of, copy_of, encode_exact};
use crate::error::{Kind, Result};
use crate::registry::Cast;
use crate::shape::{AnyBySerde, Head, Shape, StandIns, TypeExpr, no_shape};
use crate::state::{
    ARGUMENT, AnyBox, HANDLE, Input, Names, Offer, OwnTraits, Plan, PlanArgument, Scope, Session, Sink, State,
    serialize_erased,
};
use crate::type_name::TypeName;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use std::any::{Any, TypeId};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A value of an argument type that this program need not name: the stand-in for parameter `P`, with the bound `I`.
///
/// The macros use it as the argument of type parameters; user code sees it as the `T` of its own generic impls.
/// Equality, order and hash are those of the real type if it has them. Otherwise, where native code would not compile, an
/// erased value compares by its type name and encoded bytes. It is formally `Eq` even if it holds a float, and
/// a NaN equals nothing.
pub struct Erased<const P: usize, I: ?Sized = dyn Value> {
    value: Box<I>,
    cast: fn(AnyBox) -> Option<Box<I>>,
    /// The plan of the value, with its type and its comparison.
    plan: Arc<Plan>,
}

// A session charges this size for a handle.
const _: () = assert!(size_of::<Erased<0>>() == HANDLE);

fn stand_ins<const P: usize, I: Interface + ?Sized>() -> StandIns {
    StandIns {
        one: TypeId::of::<Erased<P, I>>(),
        reference: TypeId::of::<&'static Erased<P, I>>(),
        option: TypeId::of::<Option<Erased<P, I>>>(),
    }
}

impl<const P: usize, I: ?Sized> Erased<P, I> {
    /// The value.
    pub fn get(this: &Self) -> &I {
        &this.value
    }

    /// The value, mutable.
    pub fn get_mut(this: &mut Self) -> &mut I {
        &mut this.value
    }

    /// The value, owned.
    pub fn into_inner(this: Self) -> Box<I> {
        this.value
    }
}

impl<const P: usize, I: Interface + ?Sized> Erased<P, I> {
    fn of(plan: &Arc<Plan>, value: AnyBox) -> Result<Self> {
        let cast = cast_of::<I>(plan)?;
        Ok(Erased { value: cast.apply(value)?, cast: cast.cast, plan: Arc::clone(plan) })
    }

    /// Checks that the type of the value is the parameter's argument in this scope: otherwise its container would be written
    /// under the name of another type.
    fn check_here(&self, here: &Plan) -> Result<()> {
        if std::ptr::eq(here, &*self.plan) || here.name == self.plan.name {
            return Ok(());
        }
        let (expected, found) = (here.name.to_string(), self.plan.name.to_string());
        Err(Kind::WrongType { expected, found }.into())
    }

    /// The bytes by which a value without its own comparison compares; empty if it cannot be encoded.
    fn envelope(&self) -> Vec<u8> {
        encode_exact(&*self.value).unwrap_or_default()
    }
}

impl<const P: usize, I: Interface + ?Sized> Portable for Erased<P, I> {
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Param { index: P, interface: I::INFO, types: stand_ins::<P, I> },
        args: &[],
        shape: no_shape,
        by_serde: None,
    };

    fn __shape() -> &'static Shape {
        no_shape()
    }

    fn __decode(incoming: &Incoming<'_>) -> Result<Self> {
        let plan = Scope::argument(P)?;
        incoming.check_name(&plan)?;
        Erased::of(&plan, incoming.by_plan(&plan)?)
    }

    fn __type_name(&self) -> TypeName {
        self.value.type_name()
    }

    fn __about(&self) -> About<'_> {
        self.value.__about()
    }

    fn __subject(&self) -> &dyn Value {
        self.value.__subject()
    }

    fn __as_any(&self) -> &dyn Any {
        self.value.__as_any()
    }

    fn __into_any(self: Box<Self>) -> AnyBox {
        self.value.__into_any()
    }
}

impl<const P: usize, I: Interface + ?Sized> State for Erased<P, I> {
    const BY_SERDE: Option<&'static AnyBySerde> = None;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        match sink.scope.map(|plan| plan.arguments.get(P)) {
            Some(Some(PlanArgument::Type(here))) => self.check_here(here)?,
            // Its bytes are wanted by nobody.
            _ if Scope::tell(P, &self.plan) => return Ok(()),
            _ => self.check_here(&*Scope::argument(P)?)?,
        }
        self.value.__write(sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        Self::take_into(input, size_of::<Self>())
    }

    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        let plan = input.argument(P)?;
        let cast = cast_of::<I>(&plan)?;
        let value = input.by_plan(&plan, slot, |input, slot| (cast.take)(input, slot))?;
        Ok(Erased { value, cast: cast.cast, plan: plan.into_owned() })
    }
}

impl<const P: usize, I: Interface + ?Sized> Serialize for Erased<P, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !Scope::tell(P, &self.plan) {
            let here = Scope::argument(P).map_err(|error| error.pass(S::Error::custom))?;
            self.check_here(&here).map_err(|error| error.pass(S::Error::custom))?;
        }
        let _elsewhere = Names::elsewhere(&serializer);
        // Outside our encodes the name is not needed, and some formats show the newtype.
        if !Names::is_writing() {
            return serialize_erased(self.value.__serialize(), serializer);
        }
        serializer.serialize_newtype_struct(ARGUMENT, &ArgumentRef(&*self.value))
    }
}

/// Writes an argument's value through its own code if the session offers its sink.
struct ArgumentRef<'a, I: ?Sized>(&'a I);

impl<I: Interface + ?Sized> Serialize for ArgumentRef<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(offer) = Offer::take() else {
            return serialize_erased(self.0.__serialize(), serializer);
        };
        let written = offer.accept(|sink| self.0.__write(sink));
        written.map_err(|error| error.pass(S::Error::custom))?;
        serializer.serialize_unit()
    }
}

impl<'de, const P: usize, I: Interface + ?Sized> Deserialize<'de> for Erased<P, I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plan = Scope::argument(P).map_err(|error| error.pass(D::Error::custom))?;
        let value = plan.decode_next(deserializer)?;
        Erased::of(&plan, value).map_err(|error| error.pass(D::Error::custom))
    }
}

impl<const P: usize, I: Interface + ?Sized> Clone for Erased<P, I> {
    /// Copies by encoding and decoding.
    ///
    /// # Panics
    ///
    /// The value's `Serialize` fails, or does not write what its `Deserialize` reads.
    #[expect(clippy::panic, reason = "`clone` gives a value or panics, which its documentation says")]
    fn clone(&self) -> Self {
        let copy = copy_of(&*self.value).and_then(|copy| (self.cast)(copy).ok_or_else(Cast::<I>::of_another));
        let value = copy.unwrap_or_else(|error| panic!("cannot clone an erased value: {error}"));
        Erased { value, cast: self.cast, plan: Arc::clone(&self.plan) }
    }
}

impl<const P: usize, I: fmt::Debug + ?Sized> fmt::Debug for Erased<P, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<const P: usize, I: fmt::Display + ?Sized> fmt::Display for Erased<P, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<const P: usize, I: std::error::Error + ?Sized> std::error::Error for Erased<P, I> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.value.source()
    }
}

impl<const P: usize, I: Interface + ?Sized> PartialEq for Erased<P, I> {
    fn eq(&self, other: &Self) -> bool {
        let own = self.plan.own_traits.eq.and_then(|eq| eq(self.value.__as_any(), other.value.__as_any()));
        own.unwrap_or_else(|| self.envelope() == other.envelope())
    }
}

impl<const P: usize, I: Interface + ?Sized> Eq for Erased<P, I> {}

impl<const P: usize, I: Interface + ?Sized> Hash for Erased<P, I> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.plan.own_traits {
            OwnTraits { hash: Some(hash), .. } if hash(self.value.__as_any(), state) => {}
            OwnTraits { eq: Some(_), hash: None, .. } => Session::refuse_key(),
            // Values that are equal by their own `PartialEq` may have different bytes, so the bytes must not distinguish them.
            OwnTraits { eq: Some(_), .. } => {}
            _ => self.envelope().hash(state),
        }
    }
}

#[allow(clippy::non_canonical_partial_ord_impl, reason = "a float has a partial order and no other")]
impl<const P: usize, I: Interface + ?Sized> PartialOrd for Erased<P, I> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let own = self.plan.own_traits.partial_cmp;
        let own = own.and_then(|partial_cmp| partial_cmp(self.value.__as_any(), other.value.__as_any()));
        own.unwrap_or_else(|| Some(self.cmp(other)))
    }
}

impl<const P: usize, I: Interface + ?Sized> Ord for Erased<P, I> {
    fn cmp(&self, other: &Self) -> Ordering {
        let own = self.plan.own_traits.cmp.and_then(|cmp| cmp(self.value.__as_any(), other.value.__as_any()));
        own.unwrap_or_else(|| self.envelope().cmp(&other.envelope()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::mentions_handle;

    /// Of the same name, and no handle.
    mod parameter {
        pub struct Erased<T>(T);
    }

    #[test]
    fn a_session_finds_handles_in_types() {
        assert!(mentions_handle::<Erased<0>>());
        assert!(mentions_handle::<(u8, Option<Vec<Erased<1>>>)>());
        assert!(!mentions_handle::<parameter::Erased<Vec<u8>>>());
    }
}
