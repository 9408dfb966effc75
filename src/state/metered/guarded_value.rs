//! A value on its way into the serializer of another crate, under guard. Imports `error` and its siblings.

use crate::error::{Error, Result};
use crate::state::encode::sink::Encoding;
use serde::ser::{Serialize, Serializer};
use std::rc::Rc;

/// What is known of the place that a value is written to.
#[derive(Clone, Copy)]
pub struct WriteGuard<'a> {
    pub(in crate::state) encoding: &'a Rc<Encoding>,
    /// Levels of compound values around it.
    pub(in crate::state) depth: usize,
    /// Whether it is what a `Some` holds, so that `null` would mean `None`.
    pub(in crate::state) is_some: bool,
    /// Whether it is the key of a map, which is written as text, by serde_json alone.
    pub(in crate::state) is_key: bool,
}

impl WriteGuard<'_> {
    /// One level further in.
    pub(in crate::state) fn descend(self) -> Result<Self> {
        let depth = self.encoding.budget.one_deeper(self.depth)?;
        Ok(WriteGuard { depth, is_some: false, ..self })
    }

    /// Notes what serde's buffer would lose: numbers of 128 bits, and keys that are no text.
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

/// A value on its way into a guarded serializer.
pub(in crate::state) struct GuardedValue<'a, T: ?Sized> {
    pub(in crate::state) value: &'a T,
    pub(in crate::state) guard: WriteGuard<'a>,
}

impl<T: Serialize + ?Sized> Serialize for GuardedValue<'_, T> {
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(GuardedWriter { inner, guard: self.guard }).map_err(Error::carry_out)
    }
}

/// A serializer whose compound values are counted.
pub struct GuardedWriter<'a, S> {
    pub(in crate::state) inner: S,
    pub(in crate::state) guard: WriteGuard<'a>,
}
