//! The table of state formats, and the trait for reading and writing their primitives. Imports `error`.

use crate::error::{Kind, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The table of formats. `Postcard = 1, "postcard";` becomes a variant with this number, which is never reused, and this name, which
/// is also the name of its feature.
macro_rules! formats {
    ($($(#[$about:meta])* $format:ident = $number:literal, $name:literal;)*) => {
        /// The format of a value's state.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Format {$(
            $(#[$about])*
            $format = $number,
        )*}

        impl Format {
            /// All formats, in the order of their numbers.
            pub const ALL: &'static [Format] = &[$(Format::$format),*];

            /// Returns the name, which is also the name of the Cargo feature.
            pub fn name(self) -> &'static str {
                match self {$(Format::$format => $name,)*}
            }

            /// Returns whether this build can encode and decode the format.
            pub fn is_compiled_in(self) -> bool {
                match self {$(Format::$format => cfg!(feature = $name),)*}
            }

            #[inline]
            fn numbered(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Format::$format),)*
                    _ => None,
                }
            }
        }
    };
}

formats! {
    /// [postcard](https://postcard.jamesmunns.com/wire-format), the default whatever features are enabled: small and fast.
    Postcard = 1, "postcard";
    /// bincode 2 in its standard configuration.
    Bincode = 2, "bincode";
    /// JSON, for humans and for types that no positional format can represent.
    Json = 3, "json";
}

impl Format {
    /// Whether the format is human-readable; all others are binary.
    pub(crate) fn is_readable(self) -> bool {
        self == Format::Json
    }

    /// The binary formats, the default one first.
    pub(crate) fn binary() -> impl Iterator<Item = Format> {
        Format::ALL.iter().copied().filter(|format| !format.is_readable())
    }

    /// The binary format of this number, if it is compiled in.
    #[inline]
    pub(crate) fn binary_of(number: u8) -> Option<Self> {
        Format::numbered(number).filter(|format| format.is_binary())
    }

    /// The first compiled-in format, for copies inside this process. Bytes that leave the process never depend on features.
    pub(crate) fn of_copies() -> Self {
        Format::ALL.iter().copied().find(|format| format.is_compiled_in()).unwrap_or(Format::Postcard)
    }

    /// Fails if the format is not compiled in; the message offers to choose another one.
    pub(crate) fn check_written(self) -> Result<()> {
        if self.is_compiled_in() {
            return Ok(());
        }
        Err(Kind::FormatNotCompiledIn { format: self.name(), is_choice: true }.into())
    }

    pub(crate) fn from_number(number: u8) -> Result<Self> {
        Format::numbered(number).ok_or_else(|| Kind::UnknownFormat { found: number, known: Format::known() }.into())
    }

    /// All numbers, each with its name.
    #[cold]
    fn known() -> String {
        let all: Vec<String> = Format::ALL.iter().map(|format| format!("{} ({format})", *format as u8)).collect();
        all.split_last().map_or_else(String::new, |(last, others)| format!("{} or {last}", others.join(", ")))
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

/// Reads and writes the primitives of a binary format: booleans, numbers, characters, text, bytes.
pub(crate) trait Primitives: 'static {
    /// Appends `value`, one primitive, through the format's own crate.
    fn put<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<()>;

    /// Appends an unsigned number of up to 64 bits, or a length.
    ///
    /// Most of a state is numbers, and the crates write them byte by byte through a chain of `Result`s.
    fn put_number(out: &mut Vec<u8>, number: u64);

    /// Takes one primitive off the front of `input`.
    fn get<'de, T: Deserialize<'de>>(input: &mut &'de [u8]) -> Result<T>;

    /// The unsigned number at the front of `input` and the bytes after it: `None` if it is cut, exceeds 64 bits or is not in its
    /// shortest form, and then [`get`](Primitives::get) handles it.
    ///
    /// `get` is slower, as it goes through a deserializer of the format's crate and needs a check for the shortest form: 2,000
    /// records take a sixth longer with it in postcard, and nearly a third in bincode.
    fn plain_number(input: &[u8]) -> Option<(u64, &[u8])>;

    /// Like [`plain_number`](Primitives::plain_number), for the lengths that need no function call, and so save no register.
    #[inline]
    fn short_number(input: &[u8]) -> Option<(u64, &[u8])> {
        Self::plain_number(input)
    }

    /// Whether a number, or a length in front of text or bytes, has its shortest form. `number` are the bytes that
    /// [`get`](Primitives::get) has read; the format's own crate accepts longer forms too.
    fn is_shortest(number: &[u8]) -> bool;
}

#[cfg(all(test, feature = "postcard", feature = "bincode"))]
mod tests {
    use super::*;
    use crate::format::{Bincode, Postcard};

    /// Numbers around each power of two, where encodings change their length.
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
            assert_eq!(B::plain_number(&bytes[..cut]), None, "{number} of {cut} bytes");
            assert_eq!(B::short_number(&bytes[..cut]), None, "{number} of {cut} bytes");
        }
        bytes.push(0xff);
        let found = Some((number, &[0xff][..]));
        assert_eq!(B::plain_number(&bytes), found);
        assert_eq!(B::short_number(&bytes), found.filter(|_| B::short_number(&bytes).is_some() || length < 4));
        assert!(B::is_shortest(&bytes[..length]));
    }

    #[test]
    fn a_plain_number_is_what_the_format_writes() {
        for number in numbers() {
            check::<Postcard>(number);
            check::<Bincode>(number);
        }
    }

    /// Checks all inputs that begin with two given bytes.
    #[track_caller]
    fn check_bytes<B: Primitives>(bytes: &[u8]) {
        let (found, short) = (B::plain_number(bytes), B::short_number(bytes));
        assert_eq!(short, found.filter(|_| short.is_some()), "{bytes:?}");
        let mut rest = bytes;
        let read: Result<u64> = B::get(&mut rest);
        let taken = bytes.len() - rest.len();
        match read {
            Ok(read) if B::is_shortest(&bytes[..taken]) => assert_eq!(found, Some((read, rest)), "{bytes:?}"),
            _ => assert_eq!(found, None, "{bytes:?}"),
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
