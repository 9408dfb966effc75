//! The erased form of arrays, whose length is known only at run time. Imports `error`, `shape`, `state`, `type_name` and its
//! siblings.
//!
//! Invariant: it reads and writes like an array with the length in the type name.

use super::Erased;
use crate::error::{Error, Result};
use crate::shape::AnyBySerde;
use crate::state::{Input, Scope, Sink, State, in_position, stack_of};
use crate::type_name::TypeName;
use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeTuple, Serializer};
use std::fmt;

/// The longest array that serde, and so the native form, supports.
const MAX_ARRAY: usize = 32;

/// An array of erased elements.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ErasedArray(Vec<Erased<0>>);

impl fmt::Debug for ErasedArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl State for ErasedArray {
    const BY_SERDE: Option<&'static AnyBySerde> = None;
    const IS_DIRECT: bool = true;
    const STACK: usize = stack_of::<Self>(0, &[<Erased<0>>::STACK]);

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.enter_heap()?;
        self.0.iter().try_for_each(|element| element.put(sink))?;
        sink.leave();
        Ok(())
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        let length = input.scope.and_then(|plan| length_in(&plan.name)).filter(|length| *length <= MAX_ARRAY);
        let length = length.ok_or_else(too_long::<Error>)?;
        input.enter::<Self>()?;
        let mut array = Vec::new();
        for at in 0..length {
            array.push(Erased::take(input).map_err(|error| in_position(error, at))?);
        }
        input.leave();
        Ok(ErasedArray(array))
    }
}

fn too_long<E: serde::de::Error>() -> E {
    E::custom("an array of more than 32 elements")
}

impl Serialize for ErasedArray {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|element| tuple.serialize_element(element))?;
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for ErasedArray {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let length = Scope::innermost().and_then(|plan| length_in(&plan.name));
        let length = length.filter(|length| *length <= MAX_ARRAY);
        let length = length.ok_or_else(too_long::<D::Error>)?;
        deserializer.deserialize_tuple(length, ArrayVisitor { length })
    }
}

fn length_in(name: &TypeName) -> Option<usize> {
    name.args().nth(1)?.as_str().parse().ok()
}

struct ArrayVisitor {
    length: usize,
}

impl<'de> Visitor<'de> for ArrayVisitor {
    type Value = ErasedArray;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of {} elements", self.length)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<ErasedArray, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element()? {
            array.push(element);
        }
        if array.len() != self.length {
            return Err(A::Error::invalid_length(array.len(), &self));
        }
        Ok(ErasedArray(array))
    }
}
