//! Charges a part of a value that another crate's deserializer reads. Imports `error` and its siblings.

use crate::error::{Error, Result};
use crate::state::budget::as_native::PAID;
use crate::state::budget::handle::Each;
use crate::state::decode::types::{Guarded, Session, Watch};
use serde::de::{DeserializeSeed, Deserializer};

/// A seed that decodes behind a guard.
pub(in crate::state) struct GuardedSeed<'a, T> {
    pub(in crate::state) seed: T,
    pub(in crate::state) session: &'a Session,
    /// How many times the part is charged if it is an element whose number the input claims; 0 otherwise.
    pub(in crate::state) room: usize,
    pub(in crate::state) watch: Option<&'a Watch<'a>>,
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for GuardedSeed<'_, T> {
    type Value = T::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        let GuardedSeed { seed, session, room, watch } = self;
        let mut slot = size_of::<T::Value>();
        if room > 0 {
            match session.each::<T::Value>() {
                Each::Plain => {
                    session.budget.count_elements(1, true, slot.saturating_mul(room)).map_err(Error::carry)?
                }
                Each::Exact(size) => {
                    session.budget.count_elements(1, true, size.saturating_mul(room)).map_err(Error::carry)?;
                    slot = PAID;
                }
                Each::Unit => {
                    session.budget.count_elements(1, true, 0).map_err(Error::carry)?;
                    let unit = session.begin_unit(slot);
                    let part = seed.deserialize(Guarded { inner, session, slot, watch }).map_err(Error::carry)?;
                    session.in_scope(|handles| unit.charge(handles, room)).map_err(Error::carry)?;
                    return Ok(part);
                }
            }
        }
        seed.deserialize(Guarded { inner, session, slot, watch }).map_err(Error::carry)
    }
}
