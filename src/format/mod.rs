//! State formats: their names and numbers, and how each writes and reads one primitive. Imports `error` only.
//!
//! The compound values of the binary formats are the session's own (`state`), because it has to see every element;
//! the bytes of each primitive are the format crate's, of which only plain numbers are read without it.

#[cfg(feature = "bincode")]
mod bincode;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "postcard")]
mod postcard;
#[cfg(feature = "json")]
mod tape;

#[cfg(feature = "bincode")]
pub(crate) use self::bincode::Bincode;
#[cfg(feature = "json")]
pub(crate) use self::json::{json_state, put_json, same_but_for_order};
#[cfg(feature = "postcard")]
pub(crate) use self::postcard::Postcard;
#[cfg(feature = "json")]
pub(crate) use self::tape::{LONG_NUMBER, Tape};

use crate::error::{Kind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The format of a value's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// [postcard](https://postcard.jamesmunns.com/wire-format), the default whatever features are enabled: small and fast.
    Postcard = 1,
    /// bincode 2 in its standard configuration.
    Bincode = 2,
    /// JSON, for humans and for types that no positional format can represent.
    Json = 3,
}

impl Format {
    /// All formats, in the order of their numbers.
    pub const ALL: &'static [Format] = &[Format::Postcard, Format::Bincode, Format::Json];

    /// Returns the name, which is also the name of the Cargo feature.
    pub fn name(self) -> &'static str {
        match self {
            Format::Postcard => "postcard",
            Format::Bincode => "bincode",
            Format::Json => "json",
        }
    }

    /// Returns whether this build can encode and decode the format.
    pub fn is_compiled_in(self) -> bool {
        match self {
            Format::Postcard => cfg!(feature = "postcard"),
            Format::Bincode => cfg!(feature = "bincode"),
            Format::Json => cfg!(feature = "json"),
        }
    }

    /// The first that is compiled in, for copies that do not leave this process: what leaves it does not depend on features.
    pub(crate) fn of_copies() -> Self {
        Format::ALL.iter().copied().find(|format| format.is_compiled_in()).unwrap_or(Format::Postcard)
    }

    /// Refuses what nobody can write here; the caller may choose another.
    pub(crate) fn check_written(self) -> Result<()> {
        if self.is_compiled_in() {
            return Ok(());
        }
        Err(Kind::FormatNotCompiledIn { format: self.name(), is_choice: true }.into())
    }

    pub(crate) fn from_number(number: u8) -> Result<Self> {
        let found = Format::ALL.iter().copied().find(|format| *format as u8 == number);
        found.ok_or_else(|| Kind::UnknownFormat { found: number }.into())
    }

    /// Appends the length of a byte string.
    pub(crate) fn put_length(self, out: &mut Vec<u8>, length: usize) {
        dispatch!(self, F => F::put_number(out, length as u64), _ => ());
    }

    /// Whether it is a binary format that is compiled in.
    pub(crate) fn is_binary(self) -> bool {
        dispatch!(self, F => matches!(F::FORMAT, Format::Postcard | Format::Bincode), _ => false)
    }

    #[allow(dead_code, reason = "with all formats compiled in, nothing can miss")]
    pub(crate) fn missing<T>(self) -> Result<T> {
        Err(Kind::FormatNotCompiledIn { format: self.name(), is_choice: false }.into())
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Runs something with the primitives of a binary format, or of the tape that stands for JSON:
/// `dispatch!(format, F => F::put_number(out, 7), _ => ())`; the last arm is for a format that is not compiled in.
macro_rules! dispatch {
    ($format:expr, $primitives:ident => $run:expr, $other:pat => $otherwise:expr) => {
        match $format {
            #[cfg(feature = "postcard")]
            $crate::format::Format::Postcard => {
                type $primitives = $crate::format::Postcard;
                $run
            }
            #[cfg(feature = "bincode")]
            $crate::format::Format::Bincode => {
                type $primitives = $crate::format::Bincode;
                $run
            }
            #[cfg(feature = "json")]
            $crate::format::Format::Json => {
                type $primitives = $crate::format::Tape;
                $run
            }
            // So that all code is compiled where no format is.
            #[cfg(not(any(feature = "postcard", feature = "bincode", feature = "json")))]
            $crate::format::Format::Postcard if $crate::format::IS_NONE_WRITTEN => {
                type $primitives = $crate::format::NoFormat;
                $run
            }
            #[allow(unreachable_patterns, reason = "with all formats compiled in, nothing is left")]
            $other => $otherwise,
        }
    };
}
pub(crate) use dispatch;

#[cfg(not(any(feature = "postcard", feature = "bincode", feature = "json")))]
pub(crate) use none::{IS_NONE_WRITTEN, NoFormat};

/// What stands for the formats where none is compiled in.
#[cfg(not(any(feature = "postcard", feature = "bincode", feature = "json")))]
mod none {
    use super::{Format, Primitives};
    use crate::error::Result;
    use serde::{Deserialize, Serialize};

    /// No value is ever written in such a format.
    pub(crate) const IS_NONE_WRITTEN: bool = false;

    pub(crate) enum NoFormat {}

    impl Primitives for NoFormat {
        const FORMAT: Format = Format::Json;

        fn put<T: Serialize + ?Sized>(_: &mut Vec<u8>, _: &T) -> Result<()> {
            Self::FORMAT.missing()
        }

        fn put_number(_: &mut Vec<u8>, _: u64) {}

        fn get<'de, T: Deserialize<'de>>(_: &mut &'de [u8]) -> Result<T> {
            Self::FORMAT.missing()
        }

        fn plain_number(_: &[u8]) -> (u64, usize) {
            (0, 0)
        }

        fn is_shortest(_: &[u8]) -> bool {
            true
        }
    }
}

/// How a binary format writes and reads primitives: booleans, numbers, characters, text, bytes.
pub(crate) trait Primitives: 'static {
    const FORMAT: Format;

    /// Appends `value`, which is one primitive, by the format's own crate.
    fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()>;

    /// Appends an unsigned number of up to 64 bits, or a length.
    ///
    /// Numbers are the larger part of most states, and the crates write them byte by byte behind a chain of `Result`s.
    fn put_number(out: &mut Vec<u8>, number: u64);

    /// Takes one primitive off the front of `input`.
    fn get<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T>;

    /// The unsigned number at the front of `input` and how many bytes it takes: 0 where it is cut, larger than 64 bits or not
    /// in its shortest form, and then [`get`](Primitives::get) has to tell what it is.
    ///
    /// We wish `get` were as fast. It goes through a deserializer of the format's crate, and a check of the form follows:
    /// 2,000 records take a sixth longer that way in postcard, and nearly a third in bincode. The pair is returned in
    /// registers; an `Option` of it would not be.
    fn plain_number(input: &[u8]) -> (u64, usize);

    /// The same of an iterator, which is advanced; or none, and then it is anywhere.
    #[inline]
    fn next_plain(bytes: &mut std::slice::Iter<'_, u8>) -> Option<u64> {
        let (number, taken) = Self::plain_number(bytes.as_slice());
        *bytes = bytes.as_slice().get(taken..)?.iter();
        (taken > 0).then_some(number)
    }

    /// Whether a number, or a length in front of text or bytes, is in the shortest of its forms. `number` is what
    /// [`get`](Primitives::get) took; the format's own crate takes the longer forms too.
    fn is_shortest(number: &[u8]) -> bool;
}

#[cfg(all(test, feature = "postcard", feature = "bincode"))]
mod tests {
    use super::*;

    /// Numbers around each power of two, where forms change their length.
    fn numbers() -> impl Iterator<Item = u64> {
        let powers = (0..64).map(|bit| 1_u64 << bit);
        powers.flat_map(|power| [power - 1, power, power + 1]).chain(247..260).chain([u64::MAX - 1, u64::MAX])
    }

    #[track_caller]
    fn check<B: Primitives>(number: u64) {
        let mut bytes = Vec::new();
        B::put(&mut bytes, &number).unwrap();
        let mut own = Vec::new();
        B::put_number(&mut own, number);
        assert_eq!(own, bytes);
        let length = bytes.len();
        for cut in 0..length {
            assert_eq!(B::plain_number(&bytes[..cut]).1, 0, "{number} of {cut} bytes");
        }
        bytes.push(0xff);
        assert_eq!(B::plain_number(&bytes), (number, length));
        assert!(B::is_shortest(&bytes[..length]));
    }

    #[test]
    fn a_plain_number_is_what_the_format_writes() {
        for number in numbers() {
            check::<Postcard>(number);
            check::<Bincode>(number);
        }
    }

    /// All that begins with two given bytes, and what follows them.
    #[track_caller]
    fn check_bytes<B: Primitives>(bytes: &[u8]) {
        let (number, length) = B::plain_number(bytes);
        let mut rest = bytes;
        let read: Result<u64> = B::get(&mut rest);
        let taken = bytes.len() - rest.len();
        match read {
            Ok(read) if B::is_shortest(&bytes[..taken]) => assert_eq!((number, length), (read, taken), "{bytes:?}"),
            _ => assert_eq!(length, 0, "{bytes:?}"),
        }
    }

    #[test]
    fn a_plain_number_is_what_the_format_reads_in_shortest_form() {
        let tails: [&[u8]; 8] = [
            &[],
            &[0],
            &[1],
            &[0; 12],
            &[1; 12],
            &[0x80; 12],
            &[0xff; 12],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0],
        ];
        // Miri is a thousand times slower.
        let fronts = (0..=u16::MAX).step_by(if cfg!(miri) { 1009 } else { 1 });
        for (front, tail) in fronts.flat_map(|front| tails.map(|tail| (front, tail))) {
            let bytes = [&front.to_le_bytes(), tail].concat();
            check_bytes::<Postcard>(&bytes);
            check_bytes::<Bincode>(&bytes);
        }
    }
}
