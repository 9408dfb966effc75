//! The nested value as one type, so that each position is compiled once per format, and not also once per kind of value. Its
//! bytes are those of its content. May import typeport and serde.

use crate::values::{Holds, Item, WithBox, WithCarried, WithFailure, WithOpaque};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::Cell;
use std::fmt::Debug;
use typeport::{Carried, Failure, Opaque, Portable, downcast};

#[derive(Debug)]
pub enum Slot {
    Plain(Box<dyn Plain>),
    Boxed(Box<dyn Item>),
    Carried(Carried<dyn Item>),
    Opaque(Opaque),
    Failure(Failure),
}

/// A value of a type without typeport.
pub trait Plain: Debug {
    fn erased(&self) -> &dyn erased_serde::Serialize;
}

impl<T: Serialize + Debug> Plain for T {
    fn erased(&self) -> &dyn erased_serde::Serialize {
        self
    }
}

pub type PlainReader = fn(&mut dyn erased_serde::Deserializer<'_>) -> erased_serde::Result<Box<dyn Plain>>;

/// What the reader of a slot asks for.
#[derive(Clone, Copy)]
pub enum Expect {
    Plain(PlainReader),
    Boxed,
    Carried,
    Opaque,
    Failure,
}

thread_local! {
    static EXPECTED: Cell<Expect> = const { Cell::new(Expect::Boxed) };
}

impl Expect {
    /// Sets what the next slots of this thread are read as.
    pub fn begin(self) {
        EXPECTED.set(self);
    }
}

impl Serialize for Slot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Slot::Plain(value) => erased_serde::serialize(value.erased(), serializer),
            Slot::Boxed(value) => value.serialize(serializer),
            Slot::Carried(value) => value.serialize(serializer),
            Slot::Opaque(value) => value.serialize(serializer),
            Slot::Failure(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Slot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match EXPECTED.get() {
            Expect::Plain(read) => {
                let mut deserializer = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
                Slot::Plain(read(&mut deserializer).map_err(serde::de::Error::custom)?)
            }
            Expect::Boxed => Slot::Boxed(Deserialize::deserialize(deserializer)?),
            Expect::Carried => Slot::Carried(Deserialize::deserialize(deserializer)?),
            Expect::Opaque => Slot::Opaque(Deserialize::deserialize(deserializer)?),
            Expect::Failure => Slot::Failure(Deserialize::deserialize(deserializer)?),
        })
    }
}

/// How deep a nested value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Nothing is around it.
    Flat,
    /// Two other trait objects are, whose types have the place for it.
    Deep,
    /// Two others are, whose types are erased: they have a place for a trait object. What is not known makes the outermost
    /// one a carried value.
    Whole,
}

impl Slot {
    /// The same at a depth, and what that is read as.
    pub fn at(self, depth: Depth, expect: Expect) -> (Slot, Expect) {
        fn twice<N: Portable>(value: N) -> Slot {
            let middle: Box<dyn Item> = Box::new(Holds { value });
            Slot::Carried(Carried::Known(Box::new(Holds { value: middle })))
        }
        let inner: Box<dyn Item> = match (depth, self) {
            (Depth::Flat, slot) => return (slot, expect),
            (_, Slot::Plain(_)) => unreachable!("the cases have plain values of this depth of their own"),
            (Depth::Whole, Slot::Boxed(value)) => return (twice(value), Expect::Carried),
            (Depth::Whole, Slot::Carried(value)) => return (twice(value), Expect::Carried),
            (Depth::Whole, Slot::Opaque(value)) => return (twice(value), Expect::Carried),
            (Depth::Whole, Slot::Failure(_)) => unreachable!("a failure makes nothing unknown"),
            (Depth::Deep, Slot::Boxed(it)) => Box::new(WithBox { it }),
            (Depth::Deep, Slot::Carried(it)) => Box::new(WithCarried { it }),
            (Depth::Deep, Slot::Opaque(it)) => Box::new(WithOpaque { it }),
            (Depth::Deep, Slot::Failure(it)) => Box::new(WithFailure { it }),
        };
        (Slot::Boxed(Box::new(WithBox { it: inner })), Expect::Boxed)
    }

    /// What stands within two others, taken out of them.
    pub fn flattened(self) -> Result<Slot, String> {
        let Slot::Boxed(outer) = self else { return Err("not boxed".to_owned()) };
        let WithBox { it } = downcast(outer).map_err(|error| error.to_string())?;
        downcast(it)
            .map(|WithBox { it }| Slot::Boxed(it))
            .or_else(|it| downcast(it.into_value()).map(|WithCarried { it }| Slot::Carried(it)))
            .or_else(|it| downcast(it.into_value()).map(|WithOpaque { it }| Slot::Opaque(it)))
            .or_else(|it| downcast(it.into_value()).map(|WithFailure { it }| Slot::Failure(it)))
            .map_err(|error| error.to_string())
    }
}

/// A kind of nested value as a type of its own, which the formats of ours need.
pub trait Kind: Portable {
    fn of_slot(slot: Slot) -> Option<Self>;
    fn into_slot(self) -> Slot;
}

macro_rules! kinds {
    ($($variant:ident $kind:ty;)*) => {$(
        impl Kind for $kind {
            fn of_slot(slot: Slot) -> Option<Self> {
                match slot {
                    Slot::$variant(value) => Some(value),
                    _ => None,
                }
            }

            fn into_slot(self) -> Slot {
                Slot::$variant(self)
            }
        }
    )*};
}

kinds! {
    Boxed Box<dyn Item>;
    Carried Carried<dyn Item>;
    Opaque Opaque;
    Failure Failure;
}
