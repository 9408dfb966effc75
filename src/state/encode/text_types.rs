//! The types of the nested values in a text that is being written. Imports `error`, `format`, `shape` and its siblings.
//!
//! What stands in front of a value is the same for all values of a type, so it is made once an encode.

use crate::error::Result;
use crate::format::put_json;
use crate::shape::{TypeExpr, low_byte};
use crate::state::decode::types::Plan;
use std::any::TypeId;
use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Those of one encode.
#[derive(Default)]
pub(crate) struct TextTypes(RefCell<Types>);

#[derive(Default)]
struct Types {
    list: Vec<TextType>,
    places: BTreeMap<Key, usize>,
    /// The places of types without parameters, by some bits of their `TypeId`.
    recent: [usize; RECENT],
}

/// A type as a nested value has it.
pub(in crate::state) struct TextType {
    key: Key,
    pub(in crate::state) expr: &'static TypeExpr,
    pub(in crate::state) plan: Option<Arc<Plan>>,
    pub(in crate::state) name_len: usize,
    pub(in crate::state) front: Vec<u8>,
}

/// A type that is known wherever it stands.
#[derive(Clone, Copy)]
pub(crate) enum Standing<'a> {
    /// It has no parameters.
    Native(TypeId, &'static TypeExpr),
    /// The plan tells what they stand for.
    Erased(&'a Arc<Plan>),
}

/// What tells it from all others: a plan does by its address, as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Native(TypeId),
    Erased(usize),
}

/// So many places are found at once.
const RECENT: usize = 32;

impl Standing<'_> {
    fn key(self) -> Key {
        match self {
            Standing::Native(id, _) => Key::Native(id),
            Standing::Erased(plan) => Key::Erased(Arc::as_ptr(plan).addr()),
        }
    }
}

impl TextTypes {
    /// Forgets all. Most encodes know none.
    #[inline]
    pub(in crate::state) fn clear(&mut self) {
        // What is recent is none of an empty list.
        let Types { list, places, recent: _ } = self.0.get_mut();
        if !list.is_empty() {
            list.clear();
            places.clear();
        }
    }

    /// The place of a type without parameters and the length of its name, if it has one.
    #[inline]
    pub(crate) fn place_of(&self, id: TypeId) -> Option<(usize, usize)> {
        let types = self.0.borrow();
        let place = *types.recent.get(usize::from(low_byte(id)) % RECENT)?;
        match types.list.get(place) {
            Some(ty) if ty.key == Key::Native(id) => Some((place, ty.name_len)),
            _ => None,
        }
    }

    /// The place of a type, if it has one.
    pub(crate) fn place(&self, ty: Standing<'_>) -> Option<(usize, usize)> {
        let Types { list, places, recent } = &mut *self.0.borrow_mut();
        let place = *places.get(&ty.key())?;
        if let Standing::Native(id, _) = ty {
            if let Some(recent) = recent.get_mut(usize::from(low_byte(id)) % RECENT) {
                *recent = place;
            }
        }
        Some((place, list.get(place)?.name_len))
    }

    /// Adds a type that has none.
    pub(crate) fn add(&self, ty: Standing<'_>, name: &str) -> Result<()> {
        let mut front = b"{\"type\":".to_vec();
        put_json(&mut front, name)?;
        front.extend_from_slice(b",\"value\":");
        let (expr, plan) = match ty {
            Standing::Native(_, expr) => (expr, None),
            Standing::Erased(plan) => (plan.expr, Some(Arc::clone(plan))),
        };
        let (key, name_len) = (ty.key(), name.len());
        let Types { list, places, .. } = &mut *self.0.borrow_mut();
        places.insert(key, list.len());
        list.push(TextType { key, expr, plan, name_len, front });
        Ok(())
    }

    /// All of them, while no other one is added.
    pub(in crate::state) fn all(&self) -> Ref<'_, [TextType]> {
        Ref::map(self.0.borrow(), |types| &*types.list)
    }
}
