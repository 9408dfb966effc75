//! Dispatch on a format that is known at run time. Imports `error` and its siblings.

use super::primitives::{Format, Primitives};

#[cfg(not(any(feature = "_binary", feature = "json")))]
pub(crate) use none::{IS_NONE_WRITTEN, NoFormat};

/// Runs an expression with the primitives of a binary format, or of the tape that stands for JSON:
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
            // Compiles the arm also if no format is compiled in.
            #[cfg(not(any(feature = "_binary", feature = "json")))]
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

impl Format {
    /// Appends an unsigned number of up to 64 bits, or a length.
    pub(crate) fn put_number(self, out: &mut Vec<u8>, number: u64) {
        dispatch!(self, F => F::put_number(out, number), _ => ());
    }

    /// Whether the format is binary and compiled in.
    pub(crate) fn is_binary(self) -> bool {
        self.is_compiled_in() && !self.is_readable()
    }
}

/// A stand-in for the primitives if no format is compiled in.
#[cfg(not(any(feature = "_binary", feature = "json")))]
mod none {
    use crate::error::Result;
    use crate::format::primitives::{Format, Primitives};
    use serde::{Deserialize, Serialize};

    /// The arm of the stand-in never runs.
    pub(crate) const IS_NONE_WRITTEN: bool = false;

    pub(crate) enum NoFormat {}

    impl Primitives for NoFormat {
        fn put<T: Serialize + ?Sized>(_: &mut Vec<u8>, _: &T) -> Result<()> {
            Format::Json.missing()
        }

        fn put_number(_: &mut Vec<u8>, _: u64) {}

        fn get<'de, T: Deserialize<'de>>(_: &mut &'de [u8]) -> Result<T> {
            Format::Json.missing()
        }

        fn plain_number(_: &[u8]) -> Option<(u64, &[u8])> {
            None
        }

        fn is_shortest(_: &[u8]) -> bool {
            true
        }
    }
}
