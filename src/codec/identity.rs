//! The identities of compiled types, computed once a type. Imports `error`, `registry`, `shape`, `state`.
//!
//! Invariant: the cache holds only types that are compiled into this program, so it cannot grow by input.

use super::Portable;
use crate::error::Result;
use crate::limits::Limits;
use crate::registry::Registry;
use crate::shape::{Identity, NoArguments};
use crate::state::Scope;
use crate::type_name::TypeName;
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

static KNOWN: RwLock<Option<HashMap<TypeId, Arc<Identity>>>> = RwLock::new(None);

/// The identity of `T`. Where `T` mentions an erased parameter, that of what the parameter stands for here.
pub(crate) fn identity_of<T: Portable>() -> Result<Arc<Identity>> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(identity) = known.as_ref().and_then(|known| known.get(&TypeId::of::<T>())) {
        return Ok(Arc::clone(identity));
    }
    drop(known);
    if T::TYPE.has_params() {
        return match Scope::innermost() {
            Some(plan) => Identity::new(T::TYPE, &*plan).map(Arc::new),
            None => Identity::new(T::TYPE, &NoArguments).map(Arc::new),
        };
    }
    let identity = Arc::new(Identity::new(T::TYPE, &NoArguments)?);
    Registry::global().check_ids(&TypeName::parse(&identity.name, &Limits::trusted())?)?;
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert_default().insert(TypeId::of::<T>(), Arc::clone(&identity));
    Ok(identity)
}
