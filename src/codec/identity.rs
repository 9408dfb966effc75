//! The identities of compiled types, computed once per type. Imports `envelope`, `error`, `limits`, `registry`, `shape`, `state`,
//! `type_name` and its siblings.
//!
//! Invariant: the cache holds only types that are compiled into this program, so input cannot grow it. It is never dropped, so
//! no references are counted.

use super::value::Portable;
use crate::envelope;
use crate::error::Result;
use crate::limits::Limits;
use crate::registry::Registry;
use crate::shape::{Identity, NoArguments, TypeExpr, low_byte};
use crate::state::Scope;
use crate::type_name::TypeName;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The ready data of a compiled type.
pub(super) struct Ready {
    id: TypeId,
    pub(super) identity: Arc<Identity>,
    /// The front of its envelopes: see [`envelope::front`].
    pub(super) front: Box<[u8]>,
    /// The first bytes of the front, and zeros: a constant number of bytes is copied without a call.
    short: [u8; SHORT],
    pub(super) name_bytes: usize,
}

/// The length of most fronts, at most.
const SHORT: usize = 48;

impl Ready {
    /// Writes the front to an empty buffer.
    #[inline]
    pub(super) fn put_front(&self, out: &mut Vec<u8>) {
        if self.front.len() > SHORT {
            return out.extend_from_slice(&self.front);
        }
        out.extend_from_slice(&self.short);
        out.truncate(self.front.len());
    }
}

static ALL: RwLock<BTreeMap<TypeId, &'static Ready>> = RwLock::new(BTreeMap::new());

/// A cache without a lock.
static NEAR: [OnceLock<&'static Ready>; 256] = [const { OnceLock::new() }; 256];
/// The number of slots that a type may be in.
const PLACES: usize = 4;

/// The identity of `T`, with the arguments in the current scope for erased parameters.
pub(crate) fn identity_of<T: Portable>() -> Result<Arc<Identity>> {
    identity_by(const { !T::TYPE.has_params() }.then(TypeId::of::<T>), T::TYPE)
}

/// Like [`identity_of`], compiled once for all types; `own_id` is `None` for a type that mentions a parameter.
pub(super) fn identity_by(own_id: Option<TypeId>, expr: &'static TypeExpr) -> Result<Arc<Identity>> {
    if let Some(id) = own_id {
        return Ok(Arc::clone(&ready(id, expr)?.identity));
    }
    match Scope::innermost() {
        Some(plan) => Identity::new(expr, &*plan).map(Arc::new),
        None => Identity::new(expr, &NoArguments).map(Arc::new),
    }
}

/// The ready data of a type without parameters.
#[inline]
pub(super) fn ready(id: TypeId, expr: &'static TypeExpr) -> Result<&'static Ready> {
    match NEAR.get(usize::from(low_byte(id))).and_then(OnceLock::get) {
        Some(ready) if ready.id == id => Ok(ready),
        _ => further(id, expr),
    }
}

/// The slots that a type may be in, the likeliest first.
fn near(id: TypeId) -> impl Iterator<Item = &'static OnceLock<&'static Ready>> {
    NEAR.iter().cycle().skip(usize::from(low_byte(id))).take(PLACES)
}

#[inline(never)]
fn further(id: TypeId, expr: &'static TypeExpr) -> Result<&'static Ready> {
    if let Some(ready) = near(id).filter_map(OnceLock::get).find(|ready| ready.id == id) {
        return Ok(ready);
    }
    let known = ALL.read().unwrap_or_else(PoisonError::into_inner).get(&id).copied();
    if let Some(ready) = known {
        return Ok(ready);
    }
    let identity = Arc::new(Identity::new(expr, &NoArguments)?);
    Registry::global().check_ids(&TypeName::parse(&identity.name, &Limits::trusted())?)?;
    let (front, name_bytes) = (envelope::front(identity.hash, &identity.name), identity.name.len());
    let mut short = [0; SHORT];
    short.iter_mut().zip(&front).for_each(|(place, byte)| *place = *byte);
    let mut all = ALL.write().unwrap_or_else(PoisonError::into_inner);
    let ready = all.entry(id).or_insert_with(|| Box::leak(Box::new(Ready { id, identity, front, short, name_bytes })));
    if let Some(place) = near(id).find(|place| place.get().is_none()) {
        // Another thread may have filled the slot with another type.
        let _ = place.set(ready);
    }
    Ok(ready)
}
