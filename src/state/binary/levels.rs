//! The levels of a value that is read directly: how deep it is, what stands in boxes, what is charged there. Imports `error` and
//! its siblings.

use super::direct::State;
use crate::error::{Error, Result};
use crate::state::budget::as_native::PAID;
use crate::state::budget::stack::{RED_ZONE, SMALL};
use crate::state::decode::types::{Input, Reader};
use serde::de::Deserialize;

impl<'a, 'de> Input<'a, 'de> {
    /// A value by its `Deserialize`; `slot` bytes are charged for it.
    pub(crate) fn value_by_serde<T: Deserialize<'de> + 'static>(&mut self, slot: usize) -> Result<T> {
        if self.is_tape() {
            self.charge_boxed::<T>(slot)?;
            return self.aside_value();
        }
        self.by_serde(slot, |reader| T::deserialize(reader))
    }

    /// The same in a place of its own size.
    pub fn value_in_place<T: Deserialize<'de> + 'static>(&mut self) -> Result<T> {
        self.value_by_serde(size_of::<T>())
    }

    /// A value by a function that reads it as serde does.
    pub fn take_with<T: 'static>(&mut self, read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>) -> Result<T> {
        if self.is_tape() {
            return self.aside_value();
        }
        self.by_serde(size_of::<T>(), read)
    }

    /// The number of a variant.
    #[inline]
    pub fn variant(&mut self) -> Result<u32> {
        self.unsigned()
    }

    /// One level of compound values further in. After an error nothing goes on, so nothing is counted back then.
    #[inline]
    fn descend(&mut self) -> Result<()> {
        let Some(left) = self.left.checked_sub(1) else { return Err(self.too_deep()) };
        self.left = left;
        Ok(())
    }

    /// The same, of a value of type `T`.
    #[inline]
    pub fn enter<T>(&mut self) -> Result<()> {
        self.descend()?;
        if self.is_erased {
            self.session.note_in_unit(size_of::<T>(), size_of::<T>());
        }
        Ok(())
    }

    /// Back from a level.
    #[inline]
    pub fn leave(&mut self) {
        self.left = self.left.wrapping_add(1);
    }

    /// A level of what serde makes as a `V`, in a place for which `slot` bytes are charged: a larger one stands in a box.
    #[inline]
    pub(crate) fn level<V, T>(&mut self, slot: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.charge_boxed::<V>(slot)?;
        self.enter::<V>()?;
        let value = read(self)?;
        self.leave();
        Ok(value)
    }

    /// As [`Input::enter`], of a value that is one of several variants.
    #[inline]
    pub fn enter_variants<T>(&mut self) -> Result<()> {
        self.enter::<T>()?;
        if self.is_erased {
            self.note_variants::<T>();
        }
        Ok(())
    }

    /// The tag of an option of type `T`, for which `slot` bytes are charged; one level further in, if there is a value: then the
    /// bytes that are charged for that.
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
                self.session.note_in_unit(size_of::<T>(), PAID);
            }
            return Ok(PAID);
        }
        self.note_variants::<T>();
        self.session.note_in_unit(size_of::<T>(), slot);
        Ok(size_of::<T>())
    }

    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> Error {
        self.session.budget.too_deep()
    }

    /// Runs code that reads what stands in a box, on a stack with room for as much as it says.
    #[inline]
    pub(crate) fn room<T>(&mut self, stack: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (session, depth) = (self.session, self.depth());
        let needed = stack.saturating_add(RED_ZONE);
        match session.budget.stack.has_level(needed) {
            true if stack <= SMALL => read(self),
            true => apart(self, read),
            false => session.elsewhere(needed, depth, || read(self)),
        }
    }

    /// As [`Input::room`], of a value that may be so small that it takes no more than any call of a function may.
    #[inline]
    pub(crate) fn small_room<T>(&mut self, stack: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if stack <= SMALL { read(self) } else { self.room(stack, read) }
    }

    /// A state of fixed size, if all of it is there and within the limits.
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

/// Runs code in a frame of its own, which begins where there is room for it: inlined, it would be a part of the one that asks.
#[inline(never)]
fn apart<I, T>(input: I, read: impl FnOnce(I) -> T) -> T {
    read(input)
}
