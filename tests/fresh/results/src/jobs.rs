//! Work that makes more work, and in the end an error. Imports typeport only.

use std::fmt;
use typeport::{Failure, Portable, portable};

/// What can be done in any process.
#[portable]
pub trait Job {
    /// What is left to do, or the reason why nothing can be done.
    ///
    /// # Errors
    ///
    /// Nothing is left.
    fn run(self: Box<Self>) -> Result<Box<dyn Job>, Failure>;

    /// What is left to do, without a value.
    fn plan(&self) -> Vec<Box<dyn Job>>;
}

/// A job that can be done so often.
#[portable]
#[derive(PartialEq)]
pub struct Countdown<T> {
    /// What it is about.
    pub value: Option<T>,
    /// How often it can be done.
    pub left: u8,
}

#[portable]
impl<T: Portable> Job for Countdown<T> {
    fn run(self: Box<Self>) -> Result<Box<dyn Job>, Failure> {
        let Countdown { value, left } = *self;
        match left.checked_sub(1) {
            Some(left) => Ok(Box::new(Countdown { value, left })),
            None => Err(Exhausted { value })?,
        }
    }

    fn plan(&self) -> Vec<Box<dyn Job>> {
        let step = |left| -> Box<dyn Job> { Box::new(Countdown::<T> { value: None, left }) };
        (0..self.left).map(step).collect()
    }
}

/// Nothing was left to do.
#[portable]
#[derive(PartialEq)]
pub struct Exhausted<T> {
    /// What it was about.
    pub value: Option<T>,
}

impl<T: Portable> fmt::Display for Exhausted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing is left to do with {:?}", self.value)
    }
}

impl<T: Portable> std::error::Error for Exhausted<T> {}
