//! Guards serde_json's serializer with the limits of an encode. The twin of `guard`. Imports `error`,
//! `format` and its siblings.
//!
//! Invariant: an encode refuses what a decode with the same limits would refuse, and values that JSON would confuse with
//! `null`.

use super::guard_compound::GuardedCompound;
use super::guarded_value::{GuardedValue, GuardedWriter, WriteGuard};
use super::json_text::{JsonWriter, Text};
use super::reserved::check_written_key;
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::state::encode::sink::Sink;
use crate::state::handoff::{ARGUMENT, NESTED, NESTED_FIELDS, Offer, answer};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::Display;
use std::rc::Rc;

/// Appends `value` as JSON.
pub(crate) fn put_json<T: Serialize + ?Sized>(sink: &mut Sink<'_>, value: &T) -> Result<()> {
    put_by(sink, |writer| value.serialize(writer))
}

/// The guarded serializer of JSON.
pub type TextWriter<'a, 's> = GuardedWriter<'a, &'s mut JsonWriter<'a>>;

/// Appends JSON through a function that takes serde's serializer.
pub(in crate::state) fn put_by(
    sink: &mut Sink<'_>,
    write: impl FnOnce(TextWriter<'_, '_>) -> Result<()>,
) -> Result<()> {
    let Sink { bytes, encoding, .. } = sink;
    let (depth, is_some) = (encoding.budget.depth(), encoding.is_some.take());
    let _surrounded = encoding.surround();
    let guard = WriteGuard { encoding, depth, is_some, is_key: false };
    let mut writer = JsonWriter::new(Text::new(bytes, encoding));
    write(GuardedWriter { inner: &mut writer, guard })
}

/// Whether a key is that of a nested value's type.
pub(in crate::state) fn is_tag(key: &[u8]) -> bool {
    key == NESTED_FIELDS[0].as_bytes()
}

/// The remedy of the errors below.
const BINARY: Cow<'static, str> =
    Cow::Borrowed("use a binary format such as Format::Postcard if the type allows it, or another value");
pub(in crate::state) const NULL_IN_SOME: Kind = Kind::NotRepresentable {
    format: "json",
    what: "`Some` of a value that is written as `null`, which a reader takes for `None`",
    remedy: BINARY,
};
pub(in crate::state) const NOT_FINITE: Kind =
    Kind::NotRepresentable { format: "json", what: "infinity or NaN", remedy: BINARY };

impl<'a, S: Serializer> GuardedWriter<'a, S> {
    /// Writes a value that JSON writes as `null`.
    fn null(self, write: impl FnOnce(S) -> Result<S::Ok, S::Error>) -> Result<S::Ok> {
        if self.guard.is_some {
            return Err(NULL_IN_SOME.into());
        }
        write(self.inner).map_err(Error::of_foreign_writer)
    }

    /// Lets `value`, which made a request under a private name, write itself to the parked bytes. See `Writer::hand_over`.
    fn hand_over<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok> {
        let WriteGuard { encoding, depth, is_some, .. } = self.guard;
        encoding.budget.set_depth(depth);
        encoding.is_some.set(is_some);
        encoding.is_written.set(false);
        let mut room = encoding.parked.take();
        room.clear();
        encoding.parked.set(room);
        Offer { encoding: Rc::clone(encoding), format: Format::Json }.put();
        let handed = value.serialize(self);
        drop(Offer::take());
        if !encoding.is_written.take() && handed.is_ok() {
            return Err(Kind::reserved_name().into());
        }
        handed
    }

    fn parts<C>(
        self,
        is_claimed: bool,
        begin: impl FnOnce(S) -> Result<C, S::Error>,
    ) -> Result<GuardedCompound<'a, C>> {
        let guard = self.guard.descend()?;
        let inner = begin(self.inner).map_err(Error::of_foreign_writer)?;
        Ok(GuardedCompound::new(inner, guard, is_claimed))
    }
}

macro_rules! forward {
    ($($doubt:ident: $($serialize:ident $ty:ty),*;)*) => {$($(
        fn $serialize(self, value: $ty) -> Result<S::Ok> {
            self.guard.$doubt();
            self.inner.$serialize(value).map_err(Error::of_foreign_writer)
        }
    )*)*};
}

macro_rules! forward_float {
    ($($serialize:ident $ty:ty),* $(,)?) => {$(
        fn $serialize(self, value: $ty) -> Result<S::Ok> {
            if !value.is_finite() {
                return Err(NOT_FINITE.into());
            }
            self.inner.$serialize(value).map_err(Error::of_foreign_writer)
        }
    )*};
}

impl<'a, S: Serializer> Serializer for GuardedWriter<'a, S> {
    type Ok = S::Ok;
    type Error = Error;
    type SerializeSeq = GuardedCompound<'a, S::SerializeSeq>;
    type SerializeTuple = GuardedCompound<'a, S::SerializeTuple>;
    type SerializeTupleStruct = GuardedCompound<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = GuardedCompound<'a, S::SerializeTupleVariant>;
    type SerializeMap = GuardedCompound<'a, S::SerializeMap>;
    type SerializeStruct = GuardedCompound<'a, S::SerializeStruct>;
    type SerializeStructVariant = GuardedCompound<'a, S::SerializeStructVariant>;

    forward! {
        doubtful_key: serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
            serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64;
        doubtful: serialize_i128 i128, serialize_u128 u128;
        sure: serialize_char char;
    }

    fn serialize_str(self, value: &str) -> Result<S::Ok> {
        if self.guard.is_key {
            check_written_key(value)?;
            // A user's map that looks like a nested value.
            if is_tag(value.as_bytes()) {
                self.guard.doubtful();
            }
        }
        self.inner.serialize_str(value).map_err(Error::of_foreign_writer)
    }

    forward_float! { serialize_f32 f32, serialize_f64 f64 }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok> {
        self.inner.collect_str(value).map_err(Error::of_foreign_writer)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<S::Ok> {
        // JSON writes bytes as a sequence of numbers, which a decode counts.
        self.guard.descend()?;
        value.iter().try_for_each(|_| self.guard.count_item())?;
        self.inner.serialize_bytes(value).map_err(Error::of_foreign_writer)
    }

    fn serialize_none(self) -> Result<S::Ok> {
        self.null(S::serialize_none)
    }

    fn serialize_unit(self) -> Result<S::Ok> {
        if !self.guard.encoding.is_written.get() {
            return self.null(S::serialize_unit);
        }
        // The value has written itself, and `Text` replaces this `null` by it: only serde_json can create an `S::Ok`.
        self.inner.serialize_unit().map_err(Error::of_foreign_writer)
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<S::Ok> {
        self.null(|inner| inner.serialize_unit_struct(name))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok> {
        let guard = WriteGuard { is_some: true, ..self.guard.descend()? };
        self.inner.serialize_some(&GuardedValue { value, guard }).map_err(Error::of_foreign_writer)
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<S::Ok> {
        self.guard.descend()?;
        self.inner.serialize_unit_variant(name, index, variant).map_err(Error::of_foreign_writer)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok> {
        let GuardedWriter { inner, guard } = self;
        // The two names do not nest the value, so they add no level.
        let is_ours = matches!(name, ARGUMENT | NESTED);
        if is_ours && !guard.is_key {
            let guard = WriteGuard { is_some: guard.is_some && name == ARGUMENT, ..guard };
            return GuardedWriter { inner, guard }.hand_over(value);
        }
        let guard = if is_ours { guard } else { WriteGuard { is_some: guard.is_some, ..guard.descend()? } };
        inner.serialize_newtype_struct(name, &GuardedValue { value, guard }).map_err(Error::of_foreign_writer)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok> {
        let guarded = GuardedValue { value, guard: self.guard.descend()? };
        self.inner.serialize_newtype_variant(name, index, variant, &guarded).map_err(Error::of_foreign_writer)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq> {
        self.parts(true, |inner| inner.serialize_seq(length))
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple> {
        self.parts(false, |inner| inner.serialize_tuple(length))
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeTupleStruct> {
        self.parts(false, |inner| inner.serialize_tuple_struct(name, length))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        self.parts(false, |inner| inner.serialize_tuple_variant(name, index, variant, length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap> {
        // A type with `flatten` does this, and names may collide in it.
        if length.is_none() {
            self.guard.doubtful();
        }
        self.parts(true, |inner| inner.serialize_map(length))
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct> {
        // serde_json marks its raw text by such a name, and serde's buffer cannot hold raw text.
        if name.starts_with('$') {
            self.guard.doubtful();
        }
        self.parts(false, |inner| inner.serialize_struct(name, length))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant> {
        self.parts(false, |inner| inner.serialize_struct_variant(name, index, variant, length))
    }

    fn is_human_readable(&self) -> bool {
        answer();
        self.inner.is_human_readable()
    }
}
