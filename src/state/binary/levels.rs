//! The levels of a value that a type's own code reads: depth, the stack for boxed values, and their charge. Imports `error` and
//! its siblings.

use super::direct::State;
use crate::error::{Error, Result};
use crate::state::budget::as_native::PAID;
use crate::state::budget::stack::{RED_ZONE, SMALL};
use crate::state::decode::types::{Input, Reader};
use serde::de::Deserialize;

impl<'a, 'de> Input<'a, 'de> {
    /// Reads a value through its `Deserialize`; its slot has `slot` bytes.
    pub(crate) fn value_by_serde<T: Deserialize<'de> + 'static>(&mut self, slot: usize) -> Result<T> {
        if self.is_tape() {
            return self.aside_value(slot);
        }
        self.by_serde(slot, |reader| T::deserialize(reader))
    }

    /// Reads a value through its `Deserialize` into a slot of its own size.
    pub fn value_in_place<T: Deserialize<'de> + 'static>(&mut self) -> Result<T> {
        self.value_by_serde(size_of::<T>())
    }

    /// Reads a value through a function that takes serde's deserializer.
    pub fn take_with<T: 'static>(&mut self, read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>) -> Result<T> {
        if self.is_tape() {
            return self.aside_value(size_of::<T>());
        }
        self.by_serde(size_of::<T>(), read)
    }

    /// The number of a variant.
    #[inline]
    pub fn variant(&mut self) -> Result<u32> {
        self.unsigned()
    }

    /// Enters one level of compound values. An error ends the decode, so then nothing counts the level back.
    #[inline]
    fn descend(&mut self) -> Result<()> {
        let Some(left) = self.left.checked_sub(1) else { return Err(self.too_deep()) };
        self.left = left;
        Ok(())
    }

    /// Enters the level of a value of type `T`.
    #[inline]
    pub fn enter<T>(&mut self) -> Result<()> {
        self.descend()?;
        if self.is_erased {
            self.session.note_in_unit(size_of::<T>());
        }
        Ok(())
    }

    /// Leaves a level.
    #[inline]
    pub fn leave(&mut self) {
        self.left = self.left.wrapping_add(1);
    }

    /// Runs `read` in the level of a `V` in a slot of `slot` bytes: a larger `V` is boxed and charged.
    #[inline]
    pub(crate) fn level<V, T>(&mut self, slot: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.boxed::<V, T>(slot, |input| {
            input.enter::<V>()?;
            let value = read(input)?;
            input.leave();
            Ok(value)
        })
    }

    /// Like [`Input::enter`], for an enum.
    #[inline]
    pub fn enter_variants<T>(&mut self) -> Result<()> {
        self.enter::<T>()?;
        if self.is_erased {
            self.note_variants::<T>();
        }
        Ok(())
    }

    /// Reads the tag of an option of type `T` in a slot of `slot` bytes. For `Some` it enters a level and returns the slot of the
    /// value inside.
    #[inline]
    pub(crate) fn option<T>(&mut self, slot: usize) -> Result<Option<usize>> {
        let is_some = self.tag()?;
        let inner = if self.is_erased { self.erased_option::<T>(slot, is_some)? } else { size_of::<T>() };
        if !self.is_erased && size_of::<T>() > slot {
            self.session.budget.charge(size_of::<T>())?;
        }
        if !is_some {
            return Ok(None);
        }
        self.descend()?;
        Ok(Some(inner))
    }

    #[cold]
    #[inline(never)]
    fn erased_option<T>(&mut self, slot: usize, is_some: bool) -> Result<usize> {
        if self.session.pays_option_of(self.handles(), typeid::of::<T>(), slot)? {
            if is_some {
                self.session.note_in_unit(size_of::<T>());
            }
            return Ok(PAID);
        }
        self.note_variants::<T>();
        self.session.note_in_unit(size_of::<T>());
        Ok(size_of::<T>())
    }

    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> Error {
        self.session.budget.too_deep()
    }

    /// Runs code that reads the content of a box, on a stack with room for `stack` bytes.
    #[inline]
    pub(crate) fn room<T>(&mut self, stack: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (session, depth) = (self.session, self.depth());
        let needed = stack.saturating_add(RED_ZONE);
        match session.budget.stack.has_level(needed, depth) {
            true if stack <= SMALL => read(self),
            true => apart(self, read),
            false => session.elsewhere(needed, depth, || read(self)),
        }
    }

    /// Like [`Input::room`], without a check for a value so small that any function call may use as much stack.
    #[inline]
    pub(crate) fn small_room<T>(&mut self, stack: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if stack <= SMALL { read(self) } else { self.room(stack, read) }
    }

    /// A state of fixed size, if the input has all of it and its depth is within the limit.
    #[inline]
    pub fn fixed_state<T: State>(&mut self) -> Option<T> {
        if self.left < T::LEVELS || self.is_erased || self.is_tape() {
            return None;
        }
        let (bytes, rest) = self.bytes.split_at_checked(T::MIN)?;
        let value = T::read(bytes)?;
        self.bytes = rest;
        Some(value)
    }
}

/// Runs code in its own stack frame, after the check for room: inlined, its locals would be in the caller's frame.
#[inline(never)]
fn apart<I, T>(input: I, read: impl FnOnce(I) -> T) -> T {
    read(input)
}
