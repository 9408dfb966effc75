//! `Carried`: a trait object, or an opaque value instead. Imports `codec`, `error`, `shape`, `state`, `type_name` and its
//! siblings.
//!
//! Invariant: its bytes equal those of a `Box<dyn I>`, so a sender may use one and a receiver the other.

use super::nested::{deserialize_into, put_nested, serialize_nested, take_place};
use super::place::Place;
use super::reformat::Needs;
use crate::codec::{About, Incoming, Interface, Opaque, Portable, VALUE, Value};
use crate::error::Result;
use crate::shape::{AnyBySerde, Shape, TypeExpr};
use crate::state::{BySerde, Carry, Input, Names, Sink, State};
use crate::type_name::TypeName;
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use std::fmt;

/// A member of an interface, or, if its type is not linked or not allowed here, the undecoded value.
///
/// Use it in fields and collections of a process that forwards values whose types it may not link. It has the name and the bytes
/// of a `Box<dyn I>`: a receiver with a `Vec<Carried<dyn Job>>` decodes what a sender with a `Vec<Box<dyn Job>>` encodes.
///
/// ```
/// use typeport::{Carried, Value};
/// let bytes = typeport::to_vec(&vec![Box::new(1_i64) as Box<dyn Value>])?;
/// let list: Vec<Carried<dyn Value>> = typeport::from_slice(&bytes)?;
/// assert!(matches!(&list[0], Carried::Known(value) if value.type_name().to_string() == "i64"));
/// assert_eq!(typeport::to_vec(&list)?, bytes);
/// # Ok::<(), typeport::Error>(())
/// ```
pub enum Carried<I: ?Sized> {
    /// A value whose type is linked and allowed.
    Known(Box<I>),
    /// A value whose type is not linked, or not allowed.
    Opaque(Opaque),
}

impl<I: Interface + ?Sized> Place for Carried<I> {
    type Interface = I;

    const CARRY: Carry = Carry::Unknown;

    fn known(value: Box<I>) -> Result<Self> {
        Ok(Carried::Known(value))
    }

    fn carried(opaque: Opaque) -> Result<Self> {
        Ok(Carried::Opaque(opaque))
    }
}

impl<I: Interface + ?Sized> Carried<I> {
    /// Returns the name of the value's type.
    pub fn type_name(&self) -> TypeName {
        match self {
            Carried::Known(value) => value.type_name(),
            Carried::Opaque(opaque) => opaque.type_name().clone(),
        }
    }

    /// Returns the value, if its type is linked and allowed.
    pub fn known(&self) -> Option<&I> {
        match self {
            Carried::Known(value) => Some(value),
            Carried::Opaque(_) => None,
        }
    }
}

impl<I: fmt::Debug + ?Sized> fmt::Debug for Carried<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Carried::Known(value) => value.fmt(f),
            Carried::Opaque(opaque) => opaque.fmt(f),
        }
    }
}

impl<I: Interface + ?Sized> Serialize for Carried<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Carried::Known(value) => serialize_known(&**value, serializer),
            Carried::Opaque(opaque) => opaque.serialize(serializer),
        }
    }
}

/// A reader may have to carry the value, or a value in it, as JSON, which not every readable format can represent.
fn serialize_known<I: Interface + ?Sized, S: Serializer>(value: &I, serializer: S) -> Result<S::Ok, S::Error> {
    let _elsewhere = Names::elsewhere(&serializer);
    match Needs::of(serializer.is_human_readable()).text_of::<I, S>(value) {
        Some(Ok(text)) => text.serialize(serializer),
        // For example a value that contains a carried one without a type hash, which an envelope cannot represent.
        Some(Err(_)) | None => serialize_nested(value, serializer),
    }
}

impl<'de, I: Interface + ?Sized> Deserialize<'de> for Carried<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_into(deserializer)
    }
}

impl<I: Interface + ?Sized> State for Carried<I> {
    const BY_SERDE: Option<&'static AnyBySerde> =
        Some(const { &BySerde::nested::<Self>(I::INFO, <Self as Place>::CARRY) });
    const MIN: usize = 1;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        match self {
            Carried::Known(value) => put_nested(&**value, sink),
            Carried::Opaque(opaque) => put_nested::<dyn Value>(opaque, sink),
        }
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        take_place(input)
    }

    fn take_into(input: &mut Input<'_, '_>, _: usize) -> Result<Self> {
        take_place(input)
    }
}

impl<I: Interface + ?Sized> Portable for Carried<I>
where
    Box<I>: Portable,
{
    const TYPE: &'static TypeExpr = &TypeExpr { by_serde: Self::BY_SERDE, ..*<Box<I>>::TYPE };

    fn __shape() -> &'static Shape {
        <Box<I>>::__shape()
    }

    fn __decode(incoming: &Incoming<'_>) -> Result<Self> {
        incoming.place()
    }

    fn __type_name(&self) -> TypeName {
        self.type_name()
    }

    fn __subject(&self) -> &dyn Value {
        match self {
            Carried::Known(value) => Value::__subject(&**value),
            Carried::Opaque(opaque) => opaque,
        }
    }
}

impl Serialize for Opaque {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_nested::<dyn Value, S>(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Opaque {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize_into(deserializer)
    }
}

impl State for Opaque {
    const BY_SERDE: Option<&'static AnyBySerde> =
        Some(const { &BySerde::nested::<Self>(&VALUE, <Self as Place>::CARRY) });
    const MIN: usize = 1;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        put_nested::<dyn Value>(self, sink)
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        take_place(input)
    }

    fn take_into(input: &mut Input<'_, '_>, _: usize) -> Result<Self> {
        take_place(input)
    }
}

impl Portable for Opaque {
    const TYPE: &'static TypeExpr = &TypeExpr { by_serde: Self::BY_SERDE, ..*<Box<dyn Value>>::TYPE };

    fn __shape() -> &'static Shape {
        <Box<dyn Value>>::__shape()
    }

    fn __decode(incoming: &Incoming<'_>) -> Result<Self> {
        incoming.place()
    }

    fn __about(&self) -> About<'_> {
        About::carrying(self)
    }
}
