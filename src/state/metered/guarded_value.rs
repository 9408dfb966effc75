//! A value that is written to another crate's serializer behind a guard. Imports `error` and its siblings.

use crate::error::{Error, Result};
use crate::state::encode::sink::Encoding;
use serde::ser::{Serialize, Serializer};
use std::rc::Rc;

/// The context in which a value is written.
#[derive(Clone, Copy)]
pub struct WriteGuard<'a> {
    pub(in crate::state) encoding: &'a Rc<Encoding>,
    /// The number of compound values around the value.
    pub(in crate::state) depth: usize,
    /// Whether the value is the content of a `Some`, so that `null` would mean `None`.
    pub(in crate::state) is_some: bool,
    /// Whether the value is the key of a map, which serde_json writes as text.
    pub(in crate::state) is_key: bool,
}

impl WriteGuard<'_> {
    /// Enters one level.
    pub(in crate::state) fn descend(self) -> Result<Self> {
        let depth = self.encoding.budget.one_deeper(self.depth)?;
        Ok(WriteGuard { depth, is_some: false, ..self })
    }

    /// Notes the depth of the next part, which may run an encode of its own.
    pub(in crate::state) fn note_depth(self) {
        self.encoding.budget.set_depth(self.depth);
    }

    /// Notes a value that serde's buffer would lose: a number of 128 bits, or a key that is not text.
    pub(in crate::state) fn doubtful(self) {
        self.encoding.is_doubtful.set(true);
    }

    pub(in crate::state) fn doubtful_key(self) {
        if self.is_key {
            self.doubtful();
        }
    }

    #[expect(clippy::unused_self, reason = "the twin of the others")]
    pub(in crate::state) fn sure(self) {}

    pub(in crate::state) fn count_item(self) -> Result<()> {
        self.encoding.budget.count_elements(1, true, 0)
    }
}

/// A value that is serialized behind a guard.
pub(in crate::state) struct GuardedValue<'a, T: ?Sized> {
    pub(in crate::state) value: &'a T,
    pub(in crate::state) guard: WriteGuard<'a>,
}

impl<T: Serialize + ?Sized> Serialize for GuardedValue<'_, T> {
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(GuardedWriter { inner, guard: self.guard }).map_err(Error::carry_out)
    }
}

/// A serializer that counts its compound values.
pub struct GuardedWriter<'a, S> {
    pub(in crate::state) inner: S,
    pub(in crate::state) guard: WriteGuard<'a>,
}
