//! The types of the nested values in a text that is being written. Imports `error`, `format`, `shape` and its siblings.
//!
//! The text in front of a nested value is the same for all values of a type, so an encode builds it once per type.

use crate::error::Result;
use crate::format::put_json;
use crate::shape::{TypeExpr, low_byte};
use crate::state::decode::types::Plan;
use std::any::TypeId;
use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The types of one encode's text.
#[derive(Default)]
pub(crate) struct TextTypes(RefCell<Types>);

#[derive(Default)]
struct Types {
    list: Vec<TextType>,
    places: BTreeMap<Key, usize>,
    /// A cache of indexes into `list` for types without parameters, by some bits of their `TypeId`.
    recent: [usize; RECENT],
}

/// The type of nested values, with the text in front of them.
pub(in crate::state) struct TextType {
    key: Key,
    pub(in crate::state) expr: &'static TypeExpr,
    pub(in crate::state) plan: Option<Arc<Plan>>,
    pub(in crate::state) name_len: usize,
    pub(in crate::state) front: Vec<u8>,
}

/// A type without free parameters.
#[derive(Clone, Copy)]
pub(crate) enum Standing<'a> {
    /// A type without parameters.
    Native(TypeId, &'static TypeExpr),
    /// A type whose plan has the arguments of its parameters.
    Erased(&'a Arc<Plan>),
}

/// The key of a type: its `TypeId`, or the address of its plan, which is kept alive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Native(TypeId),
    Erased(usize),
}

/// The size of the cache.
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
    /// Removes all types. Most encodes have none.
    #[inline]
    pub(in crate::state) fn clear(&mut self) {
        // The cached indexes are out of range for an empty list.
        let Types { list, places, recent: _ } = self.0.get_mut();
        if !list.is_empty() {
            list.clear();
            places.clear();
        }
    }

    /// The index of a type without parameters, and the length of its name, if the type is cached.
    #[inline]
    pub(crate) fn place_of(&self, id: TypeId) -> Option<(usize, usize)> {
        let types = self.0.borrow();
        let place = *types.recent.get(usize::from(low_byte(id)) % RECENT)?;
        match types.list.get(place) {
            Some(ty) if ty.key == Key::Native(id) => Some((place, ty.name_len)),
            _ => None,
        }
    }

    /// The index of a type and the length of its name, if the type has been added.
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

    /// Adds a type.
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

    /// All types. No type may be added while the result is in use.
    pub(in crate::state) fn all(&self) -> Ref<'_, [TextType]> {
        Ref::map(self.0.borrow(), |types| &*types.list)
    }
}
