//! Order keys: bytes that compare as derived `Ord` compares the values. Imports serde only.
//!
//! A `BTreeMap` of an erased type has to keep the order that the native map has, or its bytes would differ. Derived
//! order is: fields in order, variants by number, shorter sequence first, numbers by value, text by bytes. So a walk by
//! serde gives the key: numbers big endian with the sign flipped, text with its zeros escaped and a terminator, a
//! mark before each element and a lower one after the last. Types whose own `Ord` is another one (`PathBuf` compares by
//! component) keep this order while erased.
//!
//! A value that serde cannot walk keeps the key of the part before the failure.

use erased_serde::Serialize as ErasedSerialize;
use serde::ser::{self, Serialize, Serializer};
use std::fmt::Display;

/// The order key of `value`.
pub(super) fn order_key(value: &dyn ErasedSerialize) -> Vec<u8> {
    let mut key = Key(Vec::new());
    // Failure is documented above: the key ends where the walk ended.
    let _: Result<(), Failed> = erased_serde::serialize(value, &mut key);
    key.0
}

const END: u8 = 0;
const ELEMENT: u8 = 1;

struct Key(Vec<u8>);

/// A value's own `Serialize` failed.
#[derive(Debug)]
struct Failed;

impl Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the value cannot be serialized")
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: Display>(_: T) -> Self {
        Failed
    }
}

impl Key {
    fn put<const N: usize>(&mut self, bytes: [u8; N]) -> Result<(), Failed> {
        self.0.extend(bytes);
        Ok(())
    }

    /// Zeros become 0 255, the end is 0 0: a prefix sorts before what continues it.
    fn text(&mut self, bytes: &[u8]) -> Result<(), Failed> {
        for byte in bytes {
            self.0.push(*byte);
            if *byte == 0 {
                self.0.push(0xff);
            }
        }
        self.put([0, END])
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.0.push(ELEMENT);
        value.serialize(self)
    }

    fn end(&mut self) -> Result<(), Failed> {
        self.put([END])
    }
}

macro_rules! numbers {
    ($($method:ident $ty:ty, $value:ident => $key:expr);* $(;)?) => {$(
        fn $method(self, $value: $ty) -> Result<(), Failed> {
            self.put($key.to_be_bytes())
        }
    )*};
}

impl Serializer for &mut Key {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_u8 u8, value => value;
        serialize_u16 u16, value => value;
        serialize_u32 u32, value => value;
        serialize_u64 u64, value => value;
        serialize_u128 u128, value => value;
        serialize_i8 i8, value => value ^ i8::MIN;
        serialize_i16 i16, value => value ^ i16::MIN;
        serialize_i32 i32, value => value ^ i32::MIN;
        serialize_i64 i64, value => value ^ i64::MIN;
        serialize_i128 i128, value => value ^ i128::MIN;
        serialize_f32 f32, value => if value.is_sign_negative() { !value.to_bits() } else { value.to_bits() ^ 1 << 31 };
        serialize_f64 f64, value => if value.is_sign_negative() { !value.to_bits() } else { value.to_bits() ^ 1 << 63 };
    }

    fn serialize_bool(self, value: bool) -> Result<(), Failed> {
        self.put([u8::from(value)])
    }

    fn serialize_char(self, value: char) -> Result<(), Failed> {
        self.serialize_u32(value.into())
    }

    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        self.text(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failed> {
        self.text(value)
    }

    fn serialize_none(self) -> Result<(), Failed> {
        self.end()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        self.element(value)
    }

    fn serialize_unit(self) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), Failed> {
        self.serialize_u32(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.put(index.to_be_bytes())?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Failed> {
        self.put(index.to_be_bytes())?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Failed> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, index: u32, _: &'static str, _: usize) -> Result<Self, Failed> {
        self.put(index.to_be_bytes())?;
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! compounds {
    ($($trait:ident: $($method:ident ($($name:ty)?))+;)*) => {$(
        impl ser::$trait for &mut Key {
            type Ok = ();
            type Error = Failed;

            $(fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Result<(), Failed> {
                self.element(value)
            })+

            fn end(self) -> Result<(), Failed> {
                Key::end(self)
            }
        }
    )*};
}

compounds! {
    SerializeSeq: serialize_element ();
    SerializeTuple: serialize_element ();
    SerializeTupleStruct: serialize_field ();
    SerializeTupleVariant: serialize_field ();
    SerializeMap: serialize_key () serialize_value ();
    SerializeStruct: serialize_field (&'static str);
    SerializeStructVariant: serialize_field (&'static str);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Ord + Serialize>(mut values: Vec<T>) {
        let by_key = |values: &[T]| values.windows(2).all(|pair| order_key(&pair[0]) < order_key(&pair[1]));
        values.sort();
        values.dedup();
        assert!(by_key(&values));
    }

    #[derive(PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
    enum Kind {
        Unit,
        Newtype(i32),
        Tuple(u8, String),
        Struct { name: Option<String> },
    }

    #[test]
    fn keys_compare_as_the_values_do() {
        check(vec![i64::MIN, -256, -255, -1, 0, 1, 255, 256, i64::MAX]);
        check(vec![0u16, 1, 255, 256, u16::MAX]);
        check(["", "\0", "\0\0", "\0a", "a", "a\0", "aa", "ab", "b", "ä", "\u{10ffff}"].map(str::to_owned).to_vec());
        check(vec![vec![], vec![0u8], vec![0, 0], vec![0, 1], vec![1], vec![255]]);
        check(vec![None, Some(false), Some(true)]);
        check(vec![('a', 2), ('b', 1), ('\u{d7ff}', 0), ('\u{e000}', 0)]);
        check(vec![(String::new(), 1), ("a".into(), 0), ("a".into(), 1), ("aa".into(), 0)]);
        let named = |name: Option<&str>| Kind::Struct { name: name.map(str::to_owned) };
        check(vec![
            Kind::Unit,
            Kind::Newtype(-1),
            Kind::Newtype(1),
            Kind::Tuple(0, "b".into()),
            Kind::Tuple(1, "a".into()),
            named(None),
            named(Some("")),
            named(Some("x")),
        ]);
        check(vec![std::collections::BTreeMap::from([(1, 2)]), [(1, 2), (2, 0)].into(), [(1, 3)].into()]);
    }

    #[test]
    fn floats_sort_by_value_with_the_sign_of_zero_kept_apart() {
        let floats = [f64::NEG_INFINITY, -1.5, -0.0, 0.0, 1e-300, 1.0, f64::INFINITY, f64::NAN];
        assert!(floats.windows(2).all(|pair| order_key(&pair[0]) < order_key(&pair[1])));
    }
}
