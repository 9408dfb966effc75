//! Erased forms of the std containers whose own order or length would change the bytes. Imports `parameter`, `state`.
//!
//! Invariant: each reads and writes what the container does, and keeps the elements as they came: a map of erased keys
//! in the sender's order, an array of the length that its type name says.

use super::Erased;
use crate::state::Scope;
use crate::type_name::TypeName;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeTuple, Serializer};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// The longest array that serde, and so the native form, knows.
const MAX_ARRAY: usize = 32;

/// A map.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ErasedMap(Vec<(Erased<0>, Erased<1>)>);

/// A set.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ErasedSet(Vec<Erased<0>>);

/// An array.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ErasedArray(Vec<Erased<0>>);

/// A hash map or set: equal whatever the order, and nothing else.
pub(crate) struct Unordered<C>(C);

impl PartialEq for Unordered<ErasedMap> {
    fn eq(&self, other: &Self) -> bool {
        let (ErasedMap(these), ErasedMap(those)) = (&self.0, &other.0);
        let those: HashMap<_, _> = those.iter().map(|(key, value)| (key, value)).collect();
        these.len() == those.len() && these.iter().all(|(key, value)| those.get(key) == Some(&value))
    }
}

impl PartialEq for Unordered<ErasedSet> {
    fn eq(&self, other: &Self) -> bool {
        let (ErasedSet(these), ErasedSet(those)) = (&self.0, &other.0);
        let those: HashSet<_> = those.iter().collect();
        these.len() == those.len() && these.iter().all(|value| those.contains(value))
    }
}

impl<C: fmt::Debug> fmt::Debug for Unordered<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<C: Serialize> Serialize for Unordered<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, C: Deserialize<'de>> Deserialize<'de> for Unordered<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        C::deserialize(deserializer).map(Unordered)
    }
}

impl fmt::Debug for ErasedMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(key, value)| (key, value))).finish()
    }
}

impl fmt::Debug for ErasedSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.0).finish()
    }
}

impl fmt::Debug for ErasedArray {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl Serialize for ErasedMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl Serialize for ErasedSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Serialize for ErasedArray {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        self.0.iter().try_for_each(|element| tuple.serialize_element(element))?;
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for ErasedSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(ErasedSet)
    }
}

impl<'de> Deserialize<'de> for ErasedMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor)
    }
}

struct MapVisitor;

impl<'de> Visitor<'de> for MapVisitor {
    type Value = ErasedMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ErasedMap, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(ErasedMap(entries))
    }
}

impl<'de> Deserialize<'de> for ErasedArray {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let length = Scope::innermost().and_then(|plan| length_in(&plan.name));
        let length = length.filter(|length| *length <= MAX_ARRAY);
        let length = length.ok_or_else(|| D::Error::custom("an array is of at most 32 elements"))?;
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
