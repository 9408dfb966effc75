//! A serializer with the name and the path of serde_json's, which it is not.
#![forbid(unsafe_code)]

pub mod ser {
    use serde::Serialize;
    use std::fmt::Display;

    /// Passes all on.
    pub struct Serializer<S>(pub S);

    macro_rules! forward {
        ($($serialize:ident ($($argument:ident: $ty:ty),*) -> $answer:ident;)*) => {$(
            fn $serialize(self, $($argument: $ty),*) -> Result<S::$answer, S::Error> {
                self.0.$serialize($($argument),*)
            }
        )*};
    }

    macro_rules! forward_inner {
        ($($serialize:ident ($($argument:ident: $ty:ty),*);)*) => {$(
            fn $serialize<T: Serialize + ?Sized>(self, $($argument: $ty,)* value: &T) -> Result<S::Ok, S::Error> {
                self.0.$serialize($($argument,)* value)
            }
        )*};
    }

    impl<S: serde::Serializer> serde::Serializer for Serializer<S> {
        type Ok = S::Ok;
        type Error = S::Error;
        type SerializeSeq = S::SerializeSeq;
        type SerializeTuple = S::SerializeTuple;
        type SerializeTupleStruct = S::SerializeTupleStruct;
        type SerializeTupleVariant = S::SerializeTupleVariant;
        type SerializeMap = S::SerializeMap;
        type SerializeStruct = S::SerializeStruct;
        type SerializeStructVariant = S::SerializeStructVariant;

        forward! {
            serialize_bool(value: bool) -> Ok; serialize_char(value: char) -> Ok; serialize_str(value: &str) -> Ok;
            serialize_i8(value: i8) -> Ok; serialize_i16(value: i16) -> Ok; serialize_i32(value: i32) -> Ok;
            serialize_i64(value: i64) -> Ok; serialize_u8(value: u8) -> Ok; serialize_u16(value: u16) -> Ok;
            serialize_u32(value: u32) -> Ok; serialize_u64(value: u64) -> Ok; serialize_f32(value: f32) -> Ok;
            serialize_f64(value: f64) -> Ok; serialize_bytes(value: &[u8]) -> Ok; serialize_none() -> Ok;
            serialize_unit() -> Ok; serialize_unit_struct(name: &'static str) -> Ok;
            serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> Ok;
            serialize_seq(length: Option<usize>) -> SerializeSeq;
            serialize_tuple(length: usize) -> SerializeTuple;
            serialize_tuple_struct(name: &'static str, length: usize) -> SerializeTupleStruct;
            serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, length: usize)
                -> SerializeTupleVariant;
            serialize_map(length: Option<usize>) -> SerializeMap;
            serialize_struct(name: &'static str, length: usize) -> SerializeStruct;
            serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, length: usize)
                -> SerializeStructVariant;
        }

        forward_inner! {
            serialize_some();
            serialize_newtype_struct(name: &'static str);
            serialize_newtype_variant(name: &'static str, index: u32, variant: &'static str);
        }

        fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
            self.0.collect_str(value)
        }

        fn is_human_readable(&self) -> bool {
            self.0.is_human_readable()
        }
    }
}
