//! The identities of compiled types, computed once a type. Imports `error`, `registry`, `shape`, `state`.
//!
//! Invariant: the cache holds only types that are compiled into this program, so it cannot grow by input.

use super::Portable;
use crate::error::Result;
use crate::limits::Limits;
use crate::registry::Registry;
use crate::shape::{Identity, NoArguments, TypeExpr};
use crate::state::Scope;
use crate::type_name::TypeName;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

static KNOWN: RwLock<BTreeMap<TypeId, Arc<Identity>>> = RwLock::new(BTreeMap::new());

/// The identity of `T`. Where `T` mentions an erased parameter, that of what the parameter stands for here.
pub(crate) fn identity_of<T: Portable>() -> Result<Arc<Identity>> {
    identity_by(const { !T::TYPE.has_params() }.then(TypeId::of::<T>), T::TYPE)
}

/// As [`identity_of`], by what tells the type from all others, if something does: what is the same for all types is
/// compiled once.
pub(super) fn identity_by(own_id: Option<TypeId>, expr: &'static TypeExpr) -> Result<Arc<Identity>> {
    let Some(id) = own_id else {
        return match Scope::innermost() {
            Some(plan) => Identity::new(expr, &*plan).map(Arc::new),
            None => Identity::new(expr, &NoArguments).map(Arc::new),
        };
    };
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(identity) = known.get(&id) {
        return Ok(Arc::clone(identity));
    }
    drop(known);
    let identity = Arc::new(Identity::new(expr, &NoArguments)?);
    Registry::global().check_ids(&TypeName::parse(&identity.name, &Limits::trusted())?)?;
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&identity));
    Ok(identity)
}
