//! The std types that serde writes as structs and enums: times, ranges, bounds, results. Imports `codec`, `erased`, `error`,
//! `registry`, `shape`, `state` and its siblings.

use super::{manners, portable, submit};
use crate::__own_traits as own_traits;
use crate::codec::Portable;
use crate::erased::Erased;
use crate::error::{Error, Result};
use crate::registry::Entry;
use crate::shape::{Field, Fields, Shape, Style, Tagging, Variant};
use crate::state::{Boxed, Input, Sink, State, in_field, in_variant, stack_of};
use serde::de::Unexpected;
use std::ffi::OsString;
use std::ops::{Bound, Range, RangeFrom, RangeInclusive, RangeTo};
use std::time::{Duration, SystemTime};

/// The shape of a std struct with named fields: `named!("Range": "start" T, "end" T)`.
macro_rules! named {
    ($struct:literal: $($name:literal $ty:ty),*) => {
        Shape::Struct {
            fields: Fields {
                style: Style::Named,
                fields: const { &[$(Field::new(concat!(",\"", $name, "\":"), <$ty>::TYPE)),*] },
                listed: &[$($name),*],
            },
            json_only: false,
            manners: manners($struct, &[]),
        }
    };
}

/// The shape of a std enum: `variants!("Result": 0 "Ok" Newtype [T], 1 "Err" Newtype [E])`.
macro_rules! variants {
    ($enum:literal: $($index:literal $name:literal $style:ident [$($ty:ty)?]),*) => {
        Shape::Enum {
            tagging: Tagging::External,
            variants: const { &[$(Variant {
                name: $name,
                aliases: &[],
                index: $index,
                fields: Fields { style: Style::$style, fields: const { &[$(Field::new("", <$ty>::TYPE))?] }, listed: &[] },
            }),*] },
            json_only: false,
            manners: manners($enum, &[$($name),*]),
        }
    };
}

/// The state of a struct that serde builds from a `$whole` of the parts: `parts!((T, T): start T, end T; |range| [range.start,
/// range.end]; Ok(start..end))`. `by` returns the value with the parts if it is another one.
macro_rules! parts {
    ($whole:ty: $($name:ident $ty:ty),+; |$value:ident $(by $view:path)?| [$($part:expr),+]; $make:expr) => {
        const MIN: usize = 0 $(+ <$ty as State>::MIN)+;
        const STACK: usize = stack_of::<Self>(0, &[$(<$ty>::STACK),+]);

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            let $value = self;
            $(let $value = $view($value)?;)?
            sink.enter()?;
            $($part.put(sink)?;)+
            sink.leave();
            Ok(())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            Self::take_into(input, size_of::<Self>())
        }

        fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
            input.level::<$whole, _>(slot, |input| {
                $(let $name = <$ty>::take(input).map_err(|error| in_field(error, stringify!($name)))?;)+
                $make
            })
        }
    };
}

/// The state of an enum: each variant with its index, its pattern, and the type of its content.
macro_rules! cases {
    ($expected:literal: $($index:literal $name:literal $make:path [$($ty:ty)?]),+) => {
        const MIN: usize = 1;
        const IS_DIRECT: bool = true;
        const STACK: usize = stack_of::<Self>(const { [$($index),+].len() }, &[$($(<$ty>::STACK,)?)+]);

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.enter()?;
            cases!(@put self, sink; $($index $make [$($ty)?]),+);
            sink.leave();
            Ok(())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.enter_variants::<Self>()?;
            let value = match input.variant()? {
                $($index => cases!(@take input; $name $make [$($ty)?]),)+
                index => return Err(no_such(index, $expected)),
            };
            input.leave();
            Ok(value)
        }
    };
    (@put $value:ident, $sink:ident; $($index:literal $make:path [$($ty:ty)?]),+) => {
        $(cases!(@put_one $value, $sink; $index $make [$($ty)?]);)+
    };
    (@put_one $value:ident, $sink:ident; $index:literal $make:path []) => {
        if let $make = $value {
            $sink.put_variant($index);
        }
    };
    (@put_one $value:ident, $sink:ident; $index:literal $make:path [$ty:ty]) => {
        if let $make(inner) = $value {
            $sink.put_variant($index);
            inner.put($sink)?;
        }
    };
    (@take $input:ident; $name:literal $make:path []) => { $make };
    (@take $input:ident; $name:literal $make:path [$ty:ty]) => {
        $make(<$ty>::take($input).map_err(|error| in_variant(error, $name))?)
    };
}

/// The error of a variant that the type does not have, in serde's words.
#[cold]
fn no_such(index: u32, expected: &'static str) -> Error {
    serde::de::Error::invalid_value(Unexpected::Unsigned(index.into()), &expected)
}

/// The duration of a pair, if it does not overflow.
fn duration(seconds: u64, nanoseconds: u32, error: &'static str) -> Result<Duration> {
    match seconds.checked_add(u64::from(nanoseconds / 1_000_000_000)) {
        Some(_) => Ok(Duration::new(seconds, nanoseconds)),
        None => Err(serde::de::Error::custom(error)),
    }
}

/// The time of a duration since the Unix epoch.
fn system_time(since: Duration) -> Result<SystemTime> {
    let time = SystemTime::UNIX_EPOCH.checked_add(since);
    time.ok_or_else(|| serde::de::Error::custom("overflow deserializing SystemTime"))
}

fn since_epoch(time: &SystemTime) -> Result<Duration> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_err(|_| serde::ser::Error::custom("SystemTime must be later than UNIX_EPOCH"))
}

/// The variants of this system's strings and of the other system's, with serde's error for the other one.
#[cfg(unix)]
mod system {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    pub(super) const INDEX: u32 = 0;
    pub(super) const VARIANT: &str = "Unix";
    pub(super) const OTHER: u32 = 1;
    pub(super) const REFUSED: &str = "cannot deserialize Windows OS string on Unix";

    pub(super) fn units(string: &OsString) -> &[u8] {
        string.as_bytes()
    }

    pub(super) fn string(units: Vec<u8>) -> OsString {
        OsString::from_vec(units)
    }
}

/// The same for Windows.
#[cfg(windows)]
mod system {
    use std::ffi::OsString;
    use std::os::windows::ffi::{OsStrExt, OsStringExt};

    pub(super) const INDEX: u32 = 1;
    pub(super) const VARIANT: &str = "Windows";
    pub(super) const OTHER: u32 = 0;
    pub(super) const REFUSED: &str = "cannot deserialize Unix OS string on Windows";

    pub(super) fn units(string: &OsString) -> Vec<u16> {
        string.encode_wide().collect()
    }

    pub(super) fn string(units: Vec<u16>) -> OsString {
        OsString::from_wide(&units)
    }
}

portable! {
    [] Duration = "Duration" [], named!("Duration": "secs" u64, "nanos" u32), {
        parts!(
            Duration: secs u64, nanos u32;
            |time| [time.as_secs(), time.subsec_nanos()];
            duration(secs, nanos, "overflow deserializing Duration")
        );
    };
    [] SystemTime = "SystemTime" [], named!("SystemTime": "secs_since_epoch" u64, "nanos_since_epoch" u32), {
        parts!(
            Duration: secs_since_epoch u64, nanos_since_epoch u32;
            |time by since_epoch| [time.as_secs(), time.subsec_nanos()];
            system_time(duration(
                secs_since_epoch,
                nanos_since_epoch,
                "overflow deserializing SystemTime epoch offset"
            )?)
        );
    };
    [] OsString = "OsString" [], variants!("OsString": 0 "Unix" Newtype [Vec<u8>], 1 "Windows" Newtype [Vec<u16>]), {
        const MIN: usize = 2;
        const IS_DIRECT: bool = true;
        const STACK: usize = stack_of::<Self>(2, &[<Vec<u8>>::STACK]);

        fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
            sink.enter()?;
            sink.put_variant(system::INDEX);
            system::units(self).put_boxed(sink)?;
            sink.leave();
            Ok(())
        }

        fn take(input: &mut Input<'_, '_>) -> Result<Self> {
            input.enter_variants::<Self>()?;
            let units = match input.variant()? {
                system::INDEX => State::take(input).map_err(|error| in_variant(error, system::VARIANT))?,
                system::OTHER => return Err(serde::de::Error::custom(system::REFUSED)),
                index => return Err(no_such(index, "`Unix` or `Windows`")),
            };
            input.leave();
            Ok(system::string(units))
        }
    };
    [T: Portable] Range<T> = "Range" [T], named!("Range": "start" T, "end" T), {
        parts!((T, T): start T, end T; |range| [range.start, range.end]; Ok(start..end));
    };
    [T: Portable] RangeInclusive<T> = "RangeInclusive" [T], named!("RangeInclusive": "start" T, "end" T), {
        parts!((T, T): start T, end T; |range| [range.start(), range.end()]; Ok(start..=end));
    };
    [T: Portable] RangeFrom<T> = "RangeFrom" [T], named!("RangeFrom": "start" T), {
        parts!(T: start T; |range| [range.start]; Ok(start..));
    };
    [T: Portable] RangeTo<T> = "RangeTo" [T], named!("RangeTo": "end" T), {
        parts!(T: end T; |range| [range.end]; Ok(..end));
    };
    [T: Portable] Bound<T> = "Bound" [T],
        variants!("Bound": 0 "Unbounded" Unit [], 1 "Included" Newtype [T], 2 "Excluded" Newtype [T]), {
        cases!(
            "`Unbounded`, `Included` or `Excluded`":
            0 "Unbounded" Bound::Unbounded [], 1 "Included" Bound::Included [T], 2 "Excluded" Bound::Excluded [T]
        );
    };
    [T: Portable, E: Portable] Result<T, E> = "Result" [T, E],
        variants!("Result": 0 "Ok" Newtype [T], 1 "Err" Newtype [E]), {
        cases!("`Ok` or `Err`": 0 "Ok" Ok [T], 1 "Err" Err [E]);
    };
}

submit! {
    Entry::native_type::<Duration>().compared_by(own_traits!(Duration));
    Entry::native_type::<SystemTime>().compared_by(own_traits!(SystemTime));
    Entry::native_type::<OsString>().compared_by(own_traits!(OsString));
    Entry::erased_type::<Range<Erased<0>>>().compared_by(own_traits!(erased Range<Erased<0>>));
    Entry::erased_type::<RangeInclusive<Erased<0>>>().compared_by(own_traits!(erased RangeInclusive<Erased<0>>));
    Entry::erased_type::<RangeFrom<Erased<0>>>().compared_by(own_traits!(erased RangeFrom<Erased<0>>));
    Entry::erased_type::<RangeTo<Erased<0>>>().compared_by(own_traits!(erased RangeTo<Erased<0>>));
    Entry::erased_type::<Bound<Erased<0>>>().compared_by(own_traits!(erased Bound<Erased<0>>));
    Entry::erased_type::<Result<Erased<0>, Erased<1>>>().compared_by(own_traits!(erased Result<Erased<0>, Erased<1>>));
}
