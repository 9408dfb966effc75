//! `State`: how a type's values are written and read in the binary formats, with the sink and the input in hand.
//! Imports `error` and its siblings only.
//!
//! Invariant: bytes, verdicts, limits and error paths are those of the way by serde, in `writer` and `reader`, which is what a
//! type has that does not say how.

use super::as_native::{Each, PAID};
use super::input::Input;
use super::reader::{Reader, no_option};
use super::run::{Run, expected};
use super::sink::Sink;
use super::stack::{RED_ZONE, frame};
use crate::error::{Error, Result, Step};
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned};

/// The state of a type in the binary formats. Written by the macros where they know that serde's impls are derived.
pub trait State: Serialize + DeserializeOwned + 'static {
    /// Bytes that a state takes at least.
    const MIN: usize = 0;
    /// Whether each state takes so many bytes, in each format, and any bytes are one: as those of numbers of fixed size.
    const IS_FIXED: bool = false;
    /// Levels of compound values in a state of fixed size.
    const LEVELS: usize = 0;
    /// Whether the methods are the type's own, and the value is a level that is charged where it stands in a box.
    const IS_DIRECT: bool = false;
    /// Bytes of stack that a decode takes down to what stands in boxes.
    const STACK: usize = stack_of::<Self>(0, &[]);

    /// Appends the state.
    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.by_serde(self)
    }

    /// Reads a state into a place of the type's own size.
    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        input.value_by_serde(size_of::<Self>())
    }

    /// Reads a state into a place for which `slot` bytes are charged: a larger value stands in a box.
    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        if Self::IS_DIRECT {
            input.charge_boxed::<Self>(slot)?;
            return Self::take(input);
        }
        input.value_by_serde(slot)
    }

    /// Appends the states of elements whose number has been written.
    fn put_all(values: &[Self], sink: &mut Sink<'_>) -> Result<()> {
        sink.put_all(values)
    }

    /// Reads the elements of a vector, of which the input claims `length`.
    fn take_all(input: &mut Input<'_, '_>, length: u64) -> Result<Vec<Self>> {
        input.take_vec(length)
    }

    /// Writes a state of fixed size into as many bytes.
    fn fill(&self, _: &mut [u8]) {}

    /// Reads a state of fixed size from as many bytes.
    fn read(_: &[u8]) -> Option<Self> {
        None
    }
}

/// One level more than the deepest of some parts.
pub const fn deepest(parts: &[usize]) -> usize {
    most(parts).saturating_add(1)
}

/// The stack for a level of type `T`, which is one of so many variants, and for the part in it that takes most.
pub const fn stack_of<T>(n_variants: usize, parts: &[usize]) -> usize {
    frame(size_of::<T>(), n_variants).saturating_add(most(parts))
}

const fn most(mut parts: &[usize]) -> usize {
    let mut most = 0;
    while let [part, rest @ ..] = parts {
        if *part > most {
            most = *part;
        }
        parts = rest;
    }
    most
}

/// Writes a part of fixed size to the front; gives what is left.
#[inline]
pub fn fill_part<'b, T: State>(part: &T, bytes: &'b mut [u8]) -> &'b mut [u8] {
    match bytes.split_at_mut_checked(T::MIN) {
        Some((front, rest)) => {
            part.fill(front);
            rest
        }
        None => &mut [],
    }
}

/// Reads a part of fixed size off the front.
#[inline]
pub fn read_part<T: State>(bytes: &mut &[u8]) -> Option<T> {
    let (front, rest) = bytes.split_at_checked(T::MIN)?;
    *bytes = rest;
    T::read(front)
}

impl<'a, 'de> Input<'a, 'de> {
    /// A value by its `Deserialize`; `slot` bytes are charged for it.
    pub(crate) fn value_by_serde<T: Deserialize<'de>>(&mut self, slot: usize) -> Result<T> {
        self.by_serde(slot, |reader| T::deserialize(reader))
    }

    /// The same in a place of its own size.
    pub fn value_in_place<T: Deserialize<'de>>(&mut self) -> Result<T> {
        self.value_by_serde(size_of::<T>())
    }

    /// A value by a function that reads it as serde does.
    pub fn take_with<T>(&mut self, read: impl FnOnce(Reader<'_, 'a, 'de>) -> Result<T>) -> Result<T> {
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
        let tag = self.byte()?;
        if tag > 1 {
            return Err(no_option());
        }
        let inner = if self.is_erased { self.erased_option::<T>(slot, tag == 1)? } else { size_of::<T>() };
        if !self.is_erased && size_of::<T>() > slot {
            self.session.charge(size_of::<T>())?;
        }
        if tag == 0 {
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
        let limit = self.session.limits.depth;
        super::count::over("depth", limit, limit.saturating_add(1))
    }

    /// Runs code that reads what stands in a box, on a stack with room for as much as it says.
    #[inline]
    pub(crate) fn room<T>(&mut self, stack: usize, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (session, depth) = (self.session, self.depth());
        let needed = stack.saturating_add(RED_ZONE);
        if session.stack.has_level(needed) { read(self) } else { session.elsewhere(needed, depth, || read(self)) }
    }

    /// A state of fixed size, if all of it is there and within the limits.
    #[inline]
    pub fn fixed_state<T: State>(&mut self) -> Option<T> {
        if self.left < T::LEVELS || self.is_erased {
            return None;
        }
        let (bytes, rest) = self.bytes.split_at_checked(T::MIN)?;
        let value = T::read(bytes)?;
        self.bytes = rest;
        Some(value)
    }

    /// The number of elements that the input claims.
    #[inline]
    pub(crate) fn length(&mut self) -> Result<u64> {
        self.unsigned()
    }

    /// The elements of a vector.
    #[inline]
    pub(crate) fn take_vec<T: State>(&mut self, length: u64) -> Result<Vec<T>> {
        if const { T::IS_FIXED && T::MIN > 0 } {
            if let Some(values) = self.take_fixed(length)? {
                return Ok(values);
            }
        }
        self.take_each(length, Vec::with_capacity, Vec::push)
    }

    /// Elements of fixed size, if all of them are there and within the limits of depth.
    fn take_fixed<T: State>(&mut self, length: u64) -> Result<Option<Vec<T>>> {
        let size = usize::try_from(length).ok().and_then(|length| length.checked_mul(T::MIN));
        let found = size.and_then(|size| self.bytes.split_at_checked(size));
        let Some((bytes, rest)) = found.filter(|_| length > 0 && self.left >= T::LEVELS && !self.is_erased) else {
            return Ok(None);
        };
        let mut run = Run::new::<T>(self, expected(self, length), false);
        let counted = run.begin(self.session).and_then(|()| run.end(self.session, T::MIN));
        counted.map_err(|error| in_element(error, 0))?;
        let mut values = Vec::with_capacity(bytes.len() / T::MIN.max(1));
        for bytes in bytes.chunks_exact(T::MIN) {
            let Some(value) = T::read(bytes) else { return Ok(None) };
            values.push(value);
        }
        self.bytes = rest;
        Ok(Some(values))
    }

    /// Elements one by one, into a collection that `make` makes with room for some, and `add` adds to.
    #[inline]
    pub(crate) fn take_each<T: State, C>(
        &mut self,
        length: u64,
        make: impl FnOnce(usize) -> C,
        add: impl Fn(&mut C, T),
    ) -> Result<C> {
        if length == 0 {
            return Ok(make(0));
        }
        let mut run = Run::new::<T>(self, expected(self, length), false);
        run.begin(self.session).map_err(|error| in_element(error, 0))?;
        let mut values = make(run.room());
        let mut at = 0_usize;
        loop {
            let value = self.begun(&mut run).map_err(|error| in_element(error, at))?;
            add(&mut values, value);
            at = at.saturating_add(1);
            for _ in 0..std::mem::take(&mut run.ready) {
                match T::take(self) {
                    Ok(value) => add(&mut values, value),
                    Err(error) => return Err(in_element(error, at)),
                }
                at = at.saturating_add(1);
            }
            if at as u64 == length {
                return Ok(values);
            }
            run.begin(self.session).map_err(|error| in_element(error, at))?;
        }
    }

    /// Entries one by one.
    #[inline]
    pub(crate) fn take_entries<K: State, V: State, C>(
        &mut self,
        length: u64,
        make: impl FnOnce(usize) -> C,
        add: impl Fn(&mut C, K, V),
    ) -> Result<C> {
        if length == 0 {
            return Ok(make(0));
        }
        let expected = expected(self, length);
        let (mut keys, mut values) = (Run::new::<K>(self, expected, true), Run::new::<V>(self, expected, true));
        keys.begin(self.session).map_err(|error| in_key(error, 0))?;
        keys.is_begun = true;
        let mut entries = make(keys.room());
        let mut at = 0_usize;
        while at as u64 != length {
            let key = self.part(&mut keys).map_err(|error| in_key(error, at))?;
            let value = self.part(&mut values).map_err(|error| in_element(error, at))?;
            add(&mut entries, key, value);
            at = at.saturating_add(1);
        }
        Ok(entries)
    }

    /// A key or a value of an entry.
    #[inline]
    fn part<T: State>(&mut self, run: &mut Run) -> Result<T> {
        if run.ready > 0 {
            run.ready = run.ready.saturating_sub(1);
            return T::take(self);
        }
        if !std::mem::take(&mut run.is_begun) {
            run.begin(self.session)?;
        }
        self.begun(run)
    }

    /// A part that is counted and charged by itself.
    #[inline(never)]
    fn begun<T: State>(&mut self, run: &mut Run) -> Result<T> {
        let (session, before) = (self.session, self.bytes.len());
        let value = match run.each {
            Each::Plain => T::take(self)?,
            Each::Exact(_) => T::take_into(self, PAID)?,
            Each::Unit => {
                let unit = session.begin_unit(size_of::<T>());
                let value = T::take(self)?;
                unit.charge(self.handles(), run.times())?;
                value
            }
        };
        run.end(session, before.saturating_sub(self.bytes.len()))?;
        Ok(value)
    }
}

#[cold]
#[inline(never)]
pub(crate) fn in_element(error: Error, at: usize) -> Error {
    error.within(Step::Element(at))
}

#[cold]
#[inline(never)]
pub(crate) fn in_key(error: Error, at: usize) -> Error {
    error.within(Step::Key(at))
}

/// The error of a variant that the type does not have, as serde words it.
#[cold]
#[inline(never)]
pub fn no_variant(index: u32, count: u32) -> Error {
    use serde::de::{Error as _, Unexpected};
    let expected = format!("variant index 0 <= i < {count}");
    Error::invalid_value(Unexpected::Unsigned(index.into()), &&*expected)
}

/// The error as seen from the struct.
#[cold]
#[inline(never)]
pub fn in_field(error: Error, name: &'static str) -> Error {
    error.within(Step::Field(name))
}

/// The error as seen from the tuple.
#[cold]
#[inline(never)]
pub fn in_position(error: Error, at: usize) -> Error {
    error.within(Step::Position(at))
}

/// The error as seen from the enum.
#[cold]
#[inline(never)]
pub fn in_variant(error: Error, name: &'static str) -> Error {
    error.within(Step::Variant(name))
}
