//! One bomb: the bytes, who decodes them, the size of the stack, and the required result. Imports typeport only.

use crate::types::Load;
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::LazyLock;
use typeport::{Codec, Error, Format, Portable, Registry, Schema};

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
type Make = Rc<dyn Fn() -> Vec<u8>>;
/// Decodes the bytes and drops the result.
pub type Decode = fn(&[u8]) -> Result<(), Error>;

#[derive(Clone)]
pub struct Case {
    pub name: String,
    pub expect: Expect,
    pub stack: usize,
    pub make: Make,
    pub decode: Decode,
}

impl Case {
    /// A type's size is no part of it, and a JSON state can be read whatever it is.
    fn as_reading(&self, is_json: bool) -> Case {
        let make = Rc::clone(&self.make);
        // The schemas are made once in a process; that is no part of the bomb.
        let make = move || {
            LazyLock::force(&SCHEMA);
            make()
        };
        let expect = match self.expect {
            Expect::Refused if !is_json => Expect::Refused,
            _ => Expect::Bounded,
        };
        Case { name: format!("{}, read", self.name), expect, make: Rc::new(make), decode: read, ..self.clone() }
    }
}

/// The longest time of a bomb. Unoptimised code is slower, and not covered by the promise.
pub const MILLISECONDS: u64 = if cfg!(debug_assertions) { 50 * 20 } else { 50 };

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
        self.cases.push(Case { name, expect, stack: STACKS[0], make: Rc::new(make), decode });
    }

    /// Adds each case once more, read by its schema without the types; but for the erased ones, whose bytes are to such a
    /// reader those of the others in one more struct.
    pub fn add_readings(&mut self) {
        let is_json = self.is_json();
        let cases = self.cases.iter().filter(|case| !case.name.contains("erased"));
        let readings: Vec<Case> = cases.map(|case| case.as_reading(is_json)).collect();
        self.cases.extend(readings);
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

/// The caller names nothing: a reader that has the schemas.
fn read(bytes: &[u8]) -> Result<(), Error> {
    Codec::default().read::<serde_json::Value>(bytes, &SCHEMA).map(drop)
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Registry::global().schema());
