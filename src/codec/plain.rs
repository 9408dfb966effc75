//! Shortcuts for plain types, whose envelope is a ready front and a state, under a codec without a policy. Imports `envelope`,
//! `error`, `registry`, `shape`, `state` and its siblings.
//!
//! Invariant: bytes, verdicts and errors equal those of `encode` and `decode`, which handle everything else, including the errors
//! of the envelope itself.

use super::config::Codec;
use super::identity::ready;
use super::value::{Interface, Portable, Value};
use crate::envelope::{finish_plain, plain_state};
use crate::error::Result;
use crate::registry::{Cast, Registry};
use crate::shape::low_byte;
use crate::state::{Input, Names, Plan, Session, Sink, contain};
use std::any::TypeId;
use std::sync::{Arc, OnceLock};

impl Codec {
    /// Encodes a value into `buffer`, which is empty, if it is plain.
    #[inline]
    pub(super) fn encode_plain(&self, buffer: &mut Vec<u8>, value: &dyn Value) -> Option<Result<()>> {
        let (Ok(ready), is_leaf) = value.__about().plain()? else { return None };
        if ready.name_bytes > self.plain_names || Names::is_writing_anything() {
            return None;
        }
        ready.put_front(buffer);
        let written = if is_leaf {
            Sink::put_leaf(buffer, &self.limits, self.format, |sink| value.__write(sink))
        } else {
            self.put_flat(buffer, value)
        };
        let finished = written.and_then(|()| finish_plain(buffer, self.format, self.checksum, &self.limits));
        if finished.is_err() {
            buffer.clear();
        }
        Some(finished)
    }

    /// Appends the state of a plain value.
    #[inline(never)]
    fn put_flat(&self, buffer: &mut Vec<u8>, value: &dyn Value) -> Result<()> {
        let mut sink = Sink::new(std::mem::take(buffer), &self.limits, self.format);
        value.__write(&mut sink)?;
        *buffer = sink.end();
        Ok(())
    }

    /// Whether the shortcut for decodes applies under the codec's settings.
    #[inline]
    fn reads_plainly(&self, name: &str) -> bool {
        self.policy.is_open() && !self.given.registry && self.limits.surely_allow_name(name) && !Session::is_running()
    }

    /// Decodes a value of a plain type.
    #[inline]
    pub(super) fn decode_plain<T: Portable>(&self, bytes: &[u8]) -> Option<Result<T>> {
        let ready = ready(TypeId::of::<T>(), T::TYPE).ok()?;
        let name = &*ready.identity.name;
        if !self.reads_plainly(name) {
            return None;
        }
        let (format, state) = plain_state(bytes, &ready.front, &self.limits)?;
        let read = |session: &Session| {
            Input::whole(state, session, format, |input| input.small_room(T::STACK, |input| T::take_into(input, 0)))
        };
        Some(self.alone(state.len(), name, read))
    }

    /// Decodes the value of a plain type as a trait object, if the type is cached.
    #[inline]
    pub(crate) fn decode_near<I: Interface + ?Sized>(&self, bytes: &[u8]) -> Option<Result<Box<I>>> {
        let hash = u64::from_le_bytes(*bytes.get(7..)?.first_chunk()?);
        let near = place_of(hash, (I::INFO.type_id)())?.get()?;
        let name = near.plan.name.as_str();
        let is_known = near.interface == (I::INFO.type_id)() && near.epoch == Registry::global().epoch();
        if !is_known || !self.reads_plainly(name) {
            return None;
        }
        let cast = near.plan.cast.downcast_ref::<Cast<I>>()?;
        let (format, state) = plain_state(bytes, &near.front, &self.limits)?;
        let read = |session: &Session| {
            Input::whole(state, session, format, |input| {
                input.small_room(near.plan.glue.stack, |input| (cast.take)(input, 0))
            })
        };
        Some(self.alone(state.len(), name, read))
    }

    #[inline]
    fn alone<T>(&self, input: usize, name: &str, decode: impl FnOnce(&Session) -> Result<T>) -> Result<T> {
        let limits = self.given.limits.then_some(&self.limits);
        contain(|| name.to_owned(), || Session::alone(limits, Registry::global(), input, decode))
    }
}

/// A cached plan for the plain values of a type as members of an interface.
struct Near {
    interface: TypeId,
    /// See [`Ready::front`].
    front: Box<[u8]>,
    plan: Arc<Plan>,
    /// The registry's epoch when it was cached: later another type may claim the same id.
    epoch: usize,
}

/// A cache of plans of the global registry, without a lock. Each slot is filled only once, so the cache is bounded.
static NEAR: [OnceLock<Near>; 256] = [const { OnceLock::new() }; 256];

#[inline]
fn place_of(hash: u64, interface: TypeId) -> Option<&'static OnceLock<Near>> {
    let [low, ..] = hash.to_le_bytes();
    NEAR.get(usize::from(low ^ low_byte(interface)))
}

/// Caches a plan of the global registry after it has decoded a root with this hash.
pub(super) fn keep_near(plan: &Arc<Plan>, hash: u64, interface: TypeId, epoch: usize) {
    let Some(place) = place_of(hash, interface) else { return };
    if !plan.is_native() || !plan.glue.is_plain || place.get().is_some() {
        return;
    }
    if plan.identity().is_ok_and(|identity| identity.hash == hash) {
        let front = crate::envelope::front(hash, plan.name.as_str());
        let _ = place.set(Near { interface, front, plan: Arc::clone(plan), epoch });
    }
}
