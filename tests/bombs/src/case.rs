//! One bomb: the bytes, who decodes them, on how large a stack, and what has to become of it. Imports typeport only.

use crate::types::Load;
use std::fmt::Debug;
use typeport::{Error, Format, Portable};

/// What has to become of a bomb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It asks for so little that it is a value.
    Decoded,
    /// An error that names a limit.
    Limit,
    /// Any typed error.
    Refused,
    /// A value or a typed error: it is about memory, time and stack alone.
    Bounded,
}

/// What became of a bomb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Decoded,
    Limit,
    Refused,
    /// A panic, which a bomb must not be able to cause even though it is contained.
    Panicked,
}

impl Outcome {
    pub fn of<T>(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Outcome::Decoded,
            Err(error) if error.is_limit() => Outcome::Limit,
            Err(error) if error.is_panic() => Outcome::Panicked,
            Err(_) => Outcome::Refused,
        }
    }

    pub fn meets(self, expect: Expect) -> bool {
        match expect {
            Expect::Decoded => self == Outcome::Decoded,
            Expect::Limit => self == Outcome::Limit,
            Expect::Refused => matches!(self, Outcome::Limit | Outcome::Refused),
            Expect::Bounded => self != Outcome::Panicked,
        }
    }
}

/// Makes the bytes; they are made in the child only.
type Make = Box<dyn Fn() -> Vec<u8>>;
/// Decodes the bytes and drops what comes of it.
pub type Decode = fn(&[u8]) -> Result<(), Error>;

pub struct Case {
    pub name: String,
    pub expect: Expect,
    pub stack: usize,
    pub make: Make,
    pub decode: Decode,
}

/// The stack of a thread that asks for nothing, and a small one.
pub const STACKS: [usize; 2] = [2 << 20, 512 << 10];

/// The cases of one format.
pub struct Table {
    pub format: Format,
    pub cases: Vec<Case>,
}

impl Table {
    pub fn new(format: Format) -> Self {
        Table { format, cases: Vec::new() }
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// A bomb decoded on an ordinary stack.
    pub fn add(&mut self, name: String, expect: Expect, decode: Decode, make: impl Fn() -> Vec<u8> + 'static) {
        self.cases.push(Case { name, expect, stack: STACKS[0], make: Box::new(make), decode });
    }
}

/// The caller names the type.
pub fn exact<T: Portable + Debug>(bytes: &[u8]) -> Result<(), Error> {
    typeport::from_slice::<T>(bytes).map(drop)
}

/// The caller names the interface; generic types are erased.
pub fn erased(bytes: &[u8]) -> Result<(), Error> {
    typeport::from_slice::<Box<dyn Load>>(bytes).map(drop)
}

/// The caller names the root interface.
pub fn value(bytes: &[u8]) -> Result<(), Error> {
    typeport::from_slice::<Box<dyn typeport::Value>>(bytes).map(drop)
}
