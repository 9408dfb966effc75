//! Arrays of numbers of any length, read in one loop. Imports `error`, `format` and its siblings only.
//!
//! Element by element, each number loads the place in the input and stores it again: a `Vec<u64>` takes 1.6 times as long as by
//! postcard's own crate that way, and 1.15 times in a loop that keeps the place in registers.

use super::parts::SPARE;
use super::primitive::signed;
use super::reader::Reader;
use super::session::Session;
use crate::error::{Error, Result, Step};
use crate::format::Primitives;
use serde::de::Deserialize;

/// Takes so many numbers of any length off the front, if they can be there, with the counts and in the order of one by one.
pub(super) fn take_unsigned<'de, B: Primitives, T: Deserialize<'de> + TryFrom<u64>>(
    input: &mut &'de [u8],
    length: usize,
    session: &Session,
) -> Result<Option<Vec<T>>> {
    take_plain::<B, T>(input, length, session, |number| T::try_from(number).ok())
}

/// As [`take_unsigned`].
pub(super) fn take_signed<'de, B: Primitives, T: Deserialize<'de> + TryFrom<i64>>(
    input: &mut &'de [u8],
    length: usize,
    session: &Session,
) -> Result<Option<Vec<T>>> {
    take_plain::<B, T>(input, length, session, |number| T::try_from(signed(number)).ok())
}

#[inline]
fn take_plain<'de, B: Primitives, T: Deserialize<'de>>(
    input: &mut &'de [u8],
    length: usize,
    session: &Session,
    convert: impl Fn(u64) -> Option<T>,
) -> Result<Option<Vec<T>>> {
    // Each takes a byte or more.
    if length == 0 || length > input.len() {
        return Ok(None);
    }
    let within = |at| move |error: Error| error.within(Step::Element(at));
    let charge = || {
        session.count_items(1)?;
        session.check_stack(size_of::<T>())?;
        session.charge(size_of::<T>().saturating_mul(length.saturating_add(SPARE)))
    };
    charge().map_err(within(0))?;
    let mut numbers = Vec::with_capacity(length);
    // A position that no other code has the address of.
    let mut rest = input.iter();
    for at in 0..length {
        let before = rest.as_slice();
        let number = match B::next_plain(&mut rest).and_then(&convert) {
            Some(number) => number,
            None => {
                let mut other = before;
                let number = Reader::<B>::new(&mut other, session, 0).number().map_err(within(at))?;
                rest = other.iter();
                number
            }
        };
        numbers.push(number);
        if at == 0 {
            session.count_items(length.saturating_sub(1)).map_err(within(0))?;
        }
    }
    *input = rest.as_slice();
    Ok(Some(numbers))
}
