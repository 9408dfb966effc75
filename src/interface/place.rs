//! The targets of a nested value: a trait object, an opaque value, or either. Imports `codec`, `error` and `state`.

use crate::codec::{Codec, Incoming, Interface, Opaque, Value};
use crate::error::{Kind, Result};
use crate::state::{BySerde, Carry};
use serde::de::DeserializeOwned;

/// A type that a nested value can be read into.
pub(crate) trait Place: Sized + 'static {
    /// The interface of its members.
    type Interface: Interface + ?Sized;

    /// Which values it keeps undecoded.
    const CARRY: Carry;

    /// Takes a decoded value.
    fn known(value: Box<Self::Interface>) -> Result<Self>;

    /// Takes an undecoded value.
    fn carried(opaque: Opaque) -> Result<Self>;
}

/// How serde reads a trait object of `I`.
#[must_use]
pub const fn boxed_by_serde<I: Interface + ?Sized>() -> BySerde
where
    Box<I>: DeserializeOwned,
{
    BySerde::nested::<Box<I>>(I::INFO, <Box<I> as Place>::CARRY)
}

/// The error of a value that [`Place::CARRY`] excludes, which never occurs.
fn not_taken<T>() -> Result<T> {
    Err(Kind::Registration { reason: "a field refuses the kind of value that it requested" }.into())
}

impl<I: Interface + ?Sized> Place for Box<I> {
    type Interface = I;

    const CARRY: Carry = if I::UNKNOWN.is_some() { Carry::Unknown } else { Carry::Nothing };

    fn known(value: Box<I>) -> Result<Self> {
        Ok(value)
    }

    fn carried(opaque: Opaque) -> Result<Self> {
        I::UNKNOWN.map_or_else(not_taken, |make| Ok(make(opaque)))
    }
}

impl Place for Opaque {
    type Interface = dyn Value;

    const CARRY: Carry = Carry::All;

    fn known(_: Box<dyn Value>) -> Result<Self> {
        not_taken()
    }

    fn carried(opaque: Opaque) -> Result<Self> {
        Ok(opaque)
    }
}

impl Incoming<'_> {
    /// Decodes into a trait object of `I`, or into its member for unknown types.
    pub fn interface<I: Interface + ?Sized>(&self) -> Result<Box<I>> {
        self.place()
    }

    /// Decodes into a [`Place`].
    pub(crate) fn place<P: Place>(&self) -> Result<P> {
        if P::CARRY == Carry::All {
            return P::carried(self.opaque()?);
        }
        match self.session().or_carried(P::CARRY, || self.boxed::<P::Interface>()) {
            Ok(value) => P::known(value),
            Err(error) if P::CARRY.takes(&error) => P::carried(self.opaque()?),
            Err(error) => Err(error),
        }
    }
}

/// Decodes exactly one envelope as a trait object of `I`, if a shortcut for [`Incoming::interface`] applies.
pub fn interface_at_once<I: Interface + ?Sized>(codec: &Codec, bytes: &[u8]) -> Option<Result<Box<I>>> {
    codec.decode_near(bytes)
}
