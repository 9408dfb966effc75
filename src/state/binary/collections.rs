//! The elements of collections that a type's own code reads; `run` counts them, and `elements` has those that serde reads.
//! Imports `error` and its siblings.
//!
//! Invariant: each error gets the step of its element.

use super::direct::{State, in_element, in_key};
use super::run::{Run, expected};
use crate::error::Result;
use crate::state::budget::as_native::PAID;
use crate::state::budget::handle::{Each, is_number_type};
use crate::state::decode::types::Input;
use crate::state::encode::sink::Sink;

impl Input<'_, '_> {
    /// The number of elements that the input claims.
    #[inline]
    pub(crate) fn length(&mut self) -> Result<u64> {
        self.unsigned()
    }

    /// Reads a sequence without elements, if the next value is one and nothing has to be noted of it.
    #[inline]
    pub(crate) fn has_empty(&mut self) -> bool {
        match *self.bytes {
            [0, ref rest @ ..] if self.left > 0 && !self.is_erased && !self.is_tape() => {
                self.bytes = rest;
                true
            }
            _ => false,
        }
    }

    /// The elements of a vector.
    #[inline]
    pub(crate) fn take_vec<T: State>(&mut self, length: u64) -> Result<Vec<T>> {
        if const { T::IS_FIXED && T::MIN > 0 } {
            if let Some(values) = self.take_fixed(length)? {
                return Ok(values);
            }
        }
        self.take_each(length, 0, Vec::with_capacity, Vec::push)
    }

    /// Elements of fixed size, if the input has all of them and their depth is within the limit.
    fn take_fixed<T: State>(&mut self, length: u64) -> Result<Option<Vec<T>>> {
        let size = usize::try_from(length).ok().and_then(|length| length.checked_mul(T::MIN));
        let found = size.and_then(|size| self.bytes.split_at_checked(size));
        let Some((bytes, rest)) =
            found.filter(|_| length > 0 && self.left >= T::LEVELS && !self.is_erased && !self.is_tape())
        else {
            return Ok(None);
        };
        let states = bytes.chunks_exact(T::MIN);
        let are_items = !is_number_type::<T>();
        if !Run::at_once(self, states.len(), size_of::<T>(), are_items) {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(states.len());
        for bytes in states {
            let Some(value) = T::read(bytes) else { return Ok(None) };
            values.push(value);
        }
        self.bytes = rest;
        Ok(Some(values))
    }

    /// Elements one by one: `make` creates the collection with a capacity, `add` appends to it. It takes `beside` bytes beside
    /// each.
    #[inline]
    pub(crate) fn take_each<T: State, C>(
        &mut self,
        length: u64,
        beside: usize,
        make: impl FnOnce(usize) -> C,
        add: impl Fn(&mut C, T),
    ) -> Result<C> {
        if length == 0 {
            return Ok(make(0));
        }
        let expected = expected(self, length);
        if const { T::MIN == 0 } || self.is_erased || self.is_tape() || expected as u64 != length {
            return self.take_in_runs(length, beside, make, add);
        }
        // Each element takes input, so this counts as a run does.
        let is_item = !is_number_type::<T>();
        Run::begin_all(self, expected, size_of::<T>(), beside, is_item).map_err(|error| in_element(error, 0))?;
        let mut values = make(expected);
        for at in 0..expected {
            match T::take(self) {
                Ok(value) => add(&mut values, value),
                Err(error) => return Err(in_element(error, at)),
            }
            if at == 0 && expected > 1 {
                let others = self.session.budget.count_elements(expected.saturating_sub(1), is_item, 0);
                others.map_err(|error| in_element(error, 0))?;
            }
        }
        Ok(values)
    }

    /// Like [`Input::take_each`], for elements that may take no input, or may be more than the input holds, or are charged by unit.
    #[inline(never)]
    fn take_in_runs<T: State, C>(
        &mut self,
        length: u64,
        beside: usize,
        make: impl FnOnce(usize) -> C,
        add: impl Fn(&mut C, T),
    ) -> Result<C> {
        let mut run = Run::new::<T>(self, expected(self, length), false).beside(beside);
        run.begin(self.session).map_err(|error| in_element(error, 0))?;
        run.is_begun = true;
        let mut values = make(run.room_begun());
        let mut at = 0_usize;
        while at as u64 != length {
            let value = self.part(&mut run).map_err(|error| in_element(error, at))?;
            add(&mut values, value);
            at = at.saturating_add(1);
        }
        Ok(values)
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
        let mut keys = Run::new::<K>(self, expected, true);
        let mut values = Run::new::<V>(self, expected, true).of_values(&keys);
        keys.begin(self.session).map_err(|error| in_key(error, 0))?;
        keys.is_begun = true;
        let mut entries = make(keys.room_begun());
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

    /// A part that is counted and charged on its own.
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
        // A part that takes no byte of the tape has still taken some of the text.
        let taken = before.saturating_sub(self.bytes.len()).max(usize::from(self.is_tape()));
        run.end(session, taken)?;
        Ok(value)
    }
}

impl Sink<'_> {
    /// Elements whose number has been written, one by one.
    #[inline]
    pub(crate) fn put_each<'v, T: State>(&mut self, values: impl IntoIterator<Item = &'v T>) -> Result<()> {
        values.into_iter().try_for_each(|value| self.put_part(value))
    }

    /// An element, a key or a value of an entry.
    #[inline]
    pub(crate) fn put_part<T: State>(&mut self, value: &T) -> Result<()> {
        // A part that adds no byte to the tape still adds to the text.
        if const { T::MIN > 0 } || self.is_tape {
            return value.put(self);
        }
        let before = self.bytes.len();
        value.put(self)?;
        if self.bytes.len() == before {
            self.encoding.budget.count_unbacked_item()?;
        }
        Ok(())
    }

    /// Elements of fixed size whose number has been written, if their depth is within the limit.
    #[inline]
    pub(crate) fn put_all<T: State>(&mut self, values: &[T]) -> Result<()> {
        if const { !T::IS_FIXED || T::MIN == 0 } || self.left < T::LEVELS || self.is_tape {
            return self.put_each(values);
        }
        let start = self.bytes.len();
        self.bytes.resize(start.saturating_add(values.len().saturating_mul(T::MIN)), 0);
        let places = self.bytes.get_mut(start..).unwrap_or_default().chunks_exact_mut(T::MIN);
        values.iter().zip(places).for_each(|(value, place)| value.fill(place));
        Ok(())
    }
}
