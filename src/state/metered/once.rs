//! The format's side of a source: wraps the deserializer of the format's crate. Imports `error` and its siblings.

use super::source::{EnumSource, Hint, MapSource, Result, SeqSource, Source, Take, TakePart, Token};
use crate::error::Passing;
use crate::state::decode::contain::once;
use crate::state::decode::types::Reads;
use crate::state::made::Made;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

/// A deserializer that can be read once.
pub(in crate::state) struct Once<D>(Option<D>, Side);

/// The origin of a value: the format itself, or serde's buffer of JSON, which treats keys as text and cannot supply numbers of
/// 128 bits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Format,
    Buffer,
    /// The key of a map in the buffer.
    BufferedKey,
    /// The key of a map in the format.
    Key,
}

impl Side {
    /// The side of a map's keys.
    fn key(self) -> Self {
        match self {
            Side::Buffer | Side::BufferedKey => Side::BufferedKey,
            Side::Format | Side::Key => Side::Key,
        }
    }
}

impl<D> Once<D> {
    pub(in crate::state) fn new(deserializer: D) -> Self {
        Once(Some(deserializer), Side::Format)
    }

    pub(in crate::state) fn key(deserializer: D) -> Self {
        Once(Some(deserializer), Side::Key)
    }

    pub(in crate::state) fn buffered(deserializer: D) -> Self {
        Once(Some(deserializer), Side::Buffer)
    }
}

impl<'de, D: Deserializer<'de>> Source<'de> for Once<D> {
    fn read(&mut self, hint: Hint, _: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        let (source, side) = (once(&mut self.0)?, self.1);
        let taker = Taker(take, side);
        let is_text = match side {
            Side::BufferedKey => true,
            // See `BoolKey` of the tape.
            Side::Key => matches!(hint, Hint::Bool) && Reads::by_error::<D::Error>() == Reads::Json,
            Side::Format | Side::Buffer => false,
        };
        if let Some(number) = Number::asked_by(hint).filter(|_| is_text) {
            return source.deserialize_any(KeyTaker(taker, number)).map_err(Passing::of_foreign);
        }
        let read = match hint {
            Hint::I128 | Hint::U128 if side == Side::Buffer => source.deserialize_any(taker),
            Hint::Any => source.deserialize_any(taker),
            Hint::Bool => source.deserialize_bool(taker),
            Hint::I8 => source.deserialize_i8(taker),
            Hint::I16 => source.deserialize_i16(taker),
            Hint::I32 => source.deserialize_i32(taker),
            Hint::I64 => source.deserialize_i64(taker),
            Hint::I128 => source.deserialize_i128(taker),
            Hint::U8 => source.deserialize_u8(taker),
            Hint::U16 => source.deserialize_u16(taker),
            Hint::U32 => source.deserialize_u32(taker),
            Hint::U64 => source.deserialize_u64(taker),
            Hint::U128 => source.deserialize_u128(taker),
            Hint::F32 => source.deserialize_f32(taker),
            Hint::F64 => source.deserialize_f64(taker),
            Hint::Char => source.deserialize_char(taker),
            Hint::Str => source.deserialize_str(taker),
            Hint::String => source.deserialize_string(taker),
            Hint::Bytes => source.deserialize_bytes(taker),
            Hint::ByteBuf => source.deserialize_byte_buf(taker),
            Hint::Option => source.deserialize_option(taker),
            Hint::Unit => source.deserialize_unit(taker),
            Hint::UnitStruct(name) => source.deserialize_unit_struct(name, taker),
            Hint::Newtype(name) => source.deserialize_newtype_struct(name, taker),
            Hint::Seq => source.deserialize_seq(taker),
            Hint::Tuple(length) => source.deserialize_tuple(length, taker),
            Hint::TupleStruct(name, length) => source.deserialize_tuple_struct(name, length, taker),
            Hint::Map => source.deserialize_map(taker),
            Hint::Struct(name, fields) => source.deserialize_struct(name, fields, taker),
            Hint::Enum(name, variants) => source.deserialize_enum(name, variants, taker),
            Hint::Identifier => source.deserialize_identifier(taker),
            Hint::Ignored => source.deserialize_ignored_any(taker),
        };
        read.map_err(Passing::of_foreign)
    }

    fn is_human_readable(&self) -> bool {
        self.0.as_ref().is_none_or(D::is_human_readable)
    }

    fn is_guarded(&self) -> bool {
        false
    }

    fn unguarded(&mut self) -> &mut dyn Source<'de> {
        self
    }
}

/// A visitor that passes any value on as a token.
struct Taker<'a, 'de>(&'a mut dyn Take<'de>, Side);

macro_rules! tokens {
    ($($visit:ident $ty:ty as $value:ident: $token:expr),* $(,)?) => {$(
        fn $visit<E: serde::de::Error>(self, $value: $ty) -> Result<(), E> {
            self.0.take($token).map_err(Passing::carry)
        }
    )*};
}

impl<'de> Visitor<'de> for Taker<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.expecting(f)
    }

    tokens! {
        visit_bool bool as value: Token::Bool(value), visit_i64 i64 as value: Token::Signed(value),
        visit_i128 i128 as value: Token::Signed128(value), visit_u64 u64 as value: Token::Unsigned(value),
        visit_u128 u128 as value: Token::Unsigned128(value), visit_f64 f64 as value: Token::Float(value),
        visit_str &str as text: Token::Text(text), visit_bytes &[u8] as bytes: Token::Bytes(bytes),
        visit_borrowed_str &'de str as text: Token::BorrowedText(text),
        visit_borrowed_bytes &'de [u8] as bytes: Token::BorrowedBytes(bytes),
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<(), E> {
        self.0.take(Token::None).map_err(Passing::carry)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.0.take(Token::Unit).map_err(Passing::carry)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        self.0.take(Token::Some(&mut Once(Some(inner), self.1))).map_err(Passing::carry)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        self.0.take(Token::Newtype(&mut Once(Some(inner), self.1))).map_err(Passing::carry)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        self.0.take(Token::Seq(&mut Access(access, self.1))).map_err(Passing::carry)
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        self.0.take(Token::Map(&mut Access(access, self.1))).map_err(Passing::carry)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<(), A::Error> {
        self.0
            .take(Token::Enum(&mut Variant { access: Some(access), content: None, side: self.1 }))
            .map_err(Passing::carry)
    }
}

/// The numbers that a type may request of a text key.
#[derive(Clone, Copy)]
enum Number {
    Bool,
    Signed,
    Unsigned,
    Float,
}

impl Number {
    fn asked_by(hint: Hint) -> Option<Self> {
        match hint {
            Hint::Bool => Some(Number::Bool),
            Hint::I8 | Hint::I16 | Hint::I32 | Hint::I64 | Hint::I128 => Some(Number::Signed),
            Hint::U8 | Hint::U16 | Hint::U32 | Hint::U64 | Hint::U128 => Some(Number::Unsigned),
            Hint::F32 | Hint::F64 => Some(Number::Float),
            _ => None,
        }
    }

    fn parse<'t, 'de>(self, text: &str) -> Option<Token<'t, 'de>> {
        match self {
            Number::Bool => text.parse().ok().map(Token::Bool),
            Number::Signed => match text.parse() {
                Ok(number) => Some(Token::Signed(number)),
                Err(_) => text.parse().ok().map(Token::Signed128),
            },
            Number::Unsigned => match text.parse() {
                Ok(number) => Some(Token::Unsigned(number)),
                Err(_) => text.parse().ok().map(Token::Unsigned128),
            },
            Number::Float => text.parse().ok().map(Token::Float),
        }
    }
}

/// A visitor that parses a number or boolean from a text key.
struct KeyTaker<'a, 'de>(Taker<'a, 'de>, Number);

impl<'de> Visitor<'de> for KeyTaker<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.0.expecting(f)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        match self.1.parse(text) {
            Some(number) => self.0.0.take(number).map_err(Passing::carry),
            None => self.0.visit_str(text),
        }
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<(), E> {
        match self.1.parse(text) {
            Some(number) => self.0.0.take(number).map_err(Passing::carry),
            None => self.0.visit_borrowed_str(text),
        }
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.0.visit_bool(value)
    }
}

/// The parts of a compound value, through the format's own access.
struct Access<A>(A, Side);

impl<'de, A: SeqAccess<'de>> SeqSource<'de> for Access<A> {
    fn next(&mut self, _: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool> {
        Ok(self.0.next_element_seed(Part(take, self.1)).map_err(Passing::of_foreign)?.is_some())
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapSource<'de> for Access<A> {
    fn key(&mut self, _: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool> {
        Ok(self.0.next_key_seed(Part(take, self.1.key())).map_err(Passing::of_foreign)?.is_some())
    }

    fn value(&mut self, _: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        self.0.next_value_seed(Part(take, self.1)).map_err(Passing::of_foreign)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// An enum, through the format's own access: first its variant is read, then the content.
struct Variant<A, C> {
    access: Option<A>,
    content: Option<C>,
    side: Side,
}

impl<'de, A: EnumAccess<'de>> EnumSource<'de> for Variant<A, A::Variant> {
    fn variant(&mut self, _: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        let ((), content) = once(&mut self.access)?.variant_seed(Part(take, self.side)).map_err(Passing::of_foreign)?;
        self.content = Some(content);
        Ok(())
    }

    fn unit(&mut self) -> Result<()> {
        once(&mut self.content)?.unit_variant().map_err(Passing::of_foreign)
    }

    fn newtype(&mut self, _: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        once(&mut self.content)?.newtype_variant_seed(Part(take, self.side)).map_err(Passing::of_foreign)
    }

    fn tuple(&mut self, length: usize, _: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        once(&mut self.content)?.tuple_variant(length, Taker(take, self.side)).map_err(Passing::of_foreign)
    }

    fn fields(&mut self, fields: &'static [&'static str], _: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        once(&mut self.content)?.struct_variant(fields, Taker(take, self.side)).map_err(Passing::of_foreign)
    }
}

/// A seed that hands over the source of a part.
struct Part<'a, 'de>(&'a mut dyn TakePart<'de>, Side);

impl<'de> DeserializeSeed<'de> for Part<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.take(&mut Once(Some(deserializer), self.1)).map_err(Passing::carry)
    }
}
