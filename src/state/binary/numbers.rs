//! Arrays of numbers: numbers of fixed size are copied whole, others are read in one loop. Imports `error`, `format` and its
//! siblings.
//!
//! Reading element by element loads and stores the input's position for each number: a `Vec<u64>` then takes 1.6 times as long
//! as with postcard's own crate, and 1.15 times in a loop that keeps the position in registers.
//!
//! Invariant: bytes, limits and errors equal those of reading and writing element by element.

use super::direct::{State, in_element};
use super::primitive::signed;
use super::run::{Run, expected};
use crate::error::Result;
use crate::format::{Primitives, dispatch};
use crate::state::decode::types::Input;
use crate::state::encode::sink::Sink;

/// A number that both binary formats write as its bytes, little endian.
pub(crate) trait Number: State {
    fn append(numbers: &[Self], out: &mut Vec<u8>);

    fn all(bytes: &[u8]) -> Vec<Self>;
}

/// Numbers copied at a time: their bytes are gathered in a buffer that fits the L1 cache.
const CHUNK: usize = 128;

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Number for $ty {
            fn append(numbers: &[$ty], out: &mut Vec<u8>) {
                const SIZE: usize = size_of::<$ty>();
                out.reserve(numbers.len().saturating_mul(SIZE));
                for chunk in numbers.chunks(CHUNK) {
                    let mut bytes = [0; CHUNK * SIZE];
                    for (place, number) in bytes.chunks_exact_mut(SIZE).zip(chunk) {
                        place.copy_from_slice(&number.to_le_bytes());
                    }
                    out.extend_from_slice(bytes.get(..chunk.len().saturating_mul(SIZE)).unwrap_or_default());
                }
            }

            fn all(bytes: &[u8]) -> Vec<$ty> {
                let numbers = bytes.chunks_exact(size_of::<$ty>());
                numbers.map(|bytes| <$ty>::from_le_bytes(bytes.try_into().unwrap_or_default())).collect()
            }
        }
    )*};
}

numbers!(u8 i8 f32 f64);

impl Sink<'_> {
    /// Numbers of fixed size.
    pub(crate) fn put_numbers<T: Number>(&mut self, numbers: &[T]) {
        T::append(numbers, &mut self.bytes);
    }
}

impl Input<'_, '_> {
    /// Numbers of fixed size.
    pub(crate) fn take_numbers<T: Number>(&mut self, length: u64) -> Result<Vec<T>> {
        let size = usize::try_from(length).ok().and_then(|length| length.checked_mul(size_of::<T>()));
        match size.and_then(|size| self.bytes.split_at_checked(size)) {
            Some((bytes, rest)) if length > 0 => {
                self.count_numbers::<T>(length)?;
                self.bytes = rest;
                Ok(T::all(bytes))
            }
            _ => self.take_each(length, 0, Vec::with_capacity, Vec::push),
        }
    }

    /// Counts and charges elements that the rest of the input can hold.
    fn count_numbers<T>(&mut self, length: u64) -> Result<()> {
        let expected = expected(self, length);
        if Run::at_once(self, expected, size_of::<T>(), self.is_tape()) {
            return Ok(());
        }
        let mut run = Run::new::<T>(self, expected, false);
        let counted = run.begin(self.session).and_then(|()| run.end(self.session, 1));
        counted.map_err(|error| in_element(error, 0))
    }

    /// Unsigned numbers of up to 64 bits.
    pub(crate) fn take_unsigned<T: State + TryFrom<u64>>(&mut self, length: u64) -> Result<Vec<T>> {
        self.take_plain(length, |number| T::try_from(number).ok())
    }

    /// Signed numbers of up to 64 bits.
    pub(crate) fn take_signed<T: State + TryFrom<i64>>(&mut self, length: u64) -> Result<Vec<T>> {
        self.take_plain(length, |number| T::try_from(signed(number)).ok())
    }

    #[inline]
    fn take_plain<T: State>(&mut self, length: u64, convert: impl Fn(u64) -> Option<T>) -> Result<Vec<T>> {
        match self.leaves::<T>(length) {
            Some(length) => {
                dispatch!(self.format, F => self.read_plain::<F, T>(length, convert), format => format.missing())
            }
            None => self.take_each(length, 0, Vec::with_capacity, Vec::push),
        }
    }

    /// How many there are of elements without parts, once they are counted and charged. Each takes a byte or more.
    #[inline]
    fn leaves<T>(&self, length: u64) -> Option<usize> {
        let number = usize::try_from(length).ok().filter(|number| *number > 0 && *number <= self.bytes.len())?;
        Run::at_once(self, number, size_of::<T>(), true).then_some(number)
    }

    #[inline(never)]
    fn read_plain<F: Primitives, T: State>(
        &mut self,
        length: usize,
        convert: impl Fn(u64) -> Option<T>,
    ) -> Result<Vec<T>> {
        let mut numbers = Vec::with_capacity(length);
        // A position that stays in a register, as no other code has its address.
        let mut rest = self.bytes;
        for at in 0..length {
            let found = F::short_number(rest).or_else(|| F::plain_number(rest));
            let number = match found.and_then(|(number, rest)| Some((convert(number)?, rest))) {
                Some((number, after)) => {
                    rest = after;
                    number
                }
                None => {
                    self.bytes = rest;
                    let number = self.other().map_err(|error| in_element(error, at))?;
                    rest = self.bytes;
                    number
                }
            };
            numbers.push(number);
        }
        self.bytes = rest;
        Ok(numbers)
    }

    /// Booleans.
    pub(crate) fn take_booleans(&mut self, length: u64) -> Result<Vec<bool>> {
        let found = usize::try_from(length).ok().and_then(|length| self.bytes.split_at_checked(length));
        match found.filter(|(bytes, _)| bytes.iter().all(|byte| *byte < 2)) {
            Some((bytes, rest)) if self.leaves::<bool>(length).is_some() => {
                self.bytes = rest;
                Ok(bytes.iter().map(|byte| *byte == 1).collect())
            }
            _ => self.take_each(length, 0, Vec::with_capacity, Vec::push),
        }
    }
}
