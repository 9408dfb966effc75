//! The type's side of a source: a serde deserializer that reads from one. Imports `error` and its siblings.
//!
//! Each generic function here is monomorphized for each user type, so all of them are as small as possible.

use super::source::{EnumSource, Hint, MapSource, Result, SeqSource, Source, Take, TakePart, Token};
use crate::error::{Error, Kind, Passing};
use crate::state::decode::contain::once;
use crate::state::decode::types::{Guarded, Session, Sourced};
use crate::state::handoff::{ARGUMENT, BY_SERDE, Exchange, NESTED, ReadBySerde, WantBySerde};
use crate::state::made::Made;
use serde::de::value::UnitDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

/// The seed of a part, and the slot for its value.
struct Seeded<T, R> {
    seed: Option<T>,
    value: Option<R>,
}

impl<'de, T: DeserializeSeed<'de>> Seeded<T, T::Value> {
    const MADE: &'static Made = &Made::new::<T::Value, T>();

    fn new(seed: T) -> Self {
        Seeded { seed: Some(seed), value: None }
    }

    fn end(mut self) -> Result<T::Value> {
        Ok(once(&mut self.value)?)
    }
}

impl<'de, T: DeserializeSeed<'de>> TakePart<'de> for Seeded<T, T::Value> {
    fn take(&mut self, source: &mut dyn Source<'de>) -> Result<()> {
        self.value = Some(once(&mut self.seed)?.deserialize(Sourced(source))?);
        Ok(())
    }
}

/// A visitor, and the slot for its value.
struct Visited<V, R, K> {
    visitor: Option<V>,
    value: Option<R>,
    kind: PhantomData<K>,
}

impl<'de, V: Visitor<'de>, K: Known> Visited<V, V::Value, K> {
    const MADE: &'static Made = &Made::new::<V::Value, V>();

    fn by(visitor: V, read: impl FnOnce(&mut dyn Take<'de>) -> Result<()>) -> Result<V::Value> {
        let mut visited = Visited::<V, V::Value, K> { visitor: Some(visitor), value: None, kind: PhantomData };
        read(&mut visited)?;
        Ok(once(&mut visited.value)?)
    }
}

impl<'de, V: Visitor<'de>, K: Known> Take<'de> for Visited<V, V::Value, K> {
    fn take(&mut self, token: Token<'_, 'de>) -> Result<()> {
        self.value = Some(K::visit(token, once(&mut self.visitor)?)?);
        Ok(())
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.as_ref().map_or(Ok(()), |visitor| visitor.expecting(f))
    }
}

/// What is known about the token; the impossible tokens then need no code in each type.
trait Known {
    fn visit<'de, V: Visitor<'de>>(token: Token<'_, 'de>, visitor: V) -> Result<V::Value>;
}

/// Nothing is known.
struct Anything;
/// Not a number of 128 bits, as none was requested.
struct Usual;
/// A name, or a number that stands for one.
struct Name;

impl Known for Anything {
    fn visit<'de, V: Visitor<'de>>(token: Token<'_, 'de>, visitor: V) -> Result<V::Value> {
        match token {
            Token::Signed128(value) => visitor.visit_i128(value),
            Token::Unsigned128(value) => visitor.visit_u128(value),
            token => Usual::visit(token, visitor),
        }
    }
}

impl Known for Usual {
    fn visit<'de, V: Visitor<'de>>(token: Token<'_, 'de>, visitor: V) -> Result<V::Value> {
        match token {
            Token::Some(source) => visitor.visit_some(Sourced(source)),
            Token::Newtype(source) => visitor.visit_newtype_struct(Sourced(source)),
            Token::Seq(source) => visitor.visit_seq(Elements(source)),
            Token::Map(source) => visitor.visit_map(Entries(source)),
            Token::Enum(source) => visitor.visit_enum(Variants(source)),
            token => Name::visit(token, visitor),
        }
    }
}

impl Known for Name {
    #[inline]
    fn visit<'de, V: Visitor<'de>>(token: Token<'_, 'de>, visitor: V) -> Result<V::Value> {
        let unexpected = match token {
            Token::Bool(value) => return visitor.visit_bool(value),
            Token::Signed(value) => return visitor.visit_i64(value),
            Token::Unsigned(value) => return visitor.visit_u64(value),
            Token::Float(value) => return visitor.visit_f64(value),
            Token::Text(text) => return visitor.visit_str(text),
            Token::BorrowedText(text) => return visitor.visit_borrowed_str(text),
            Token::Bytes(bytes) => return visitor.visit_bytes(bytes),
            Token::BorrowedBytes(bytes) => return visitor.visit_borrowed_bytes(bytes),
            Token::None => return visitor.visit_none(),
            Token::Unit => return visitor.visit_unit(),
            Token::Signed128(_) | Token::Unsigned128(_) => Unexpected::Other("integer"),
            Token::Some(_) => Unexpected::Option,
            Token::Newtype(_) => Unexpected::NewtypeStruct,
            Token::Seq(_) => Unexpected::Seq,
            Token::Map(_) => Unexpected::Map,
            Token::Enum(_) => Unexpected::Enum,
        };
        Err(Passing::invalid_type(unexpected, &visitor))
    }
}

impl<'de> Sourced<'_, 'de> {
    fn read<K: Known, V: Visitor<'de>>(self, hint: Hint, visitor: V) -> Result<V::Value> {
        Visited::<V, V::Value, K>::by(visitor, |take| self.0.read(hint, Visited::<V, V::Value, K>::MADE, take))
    }
}

macro_rules! hints {
    ($($known:ident: $($deserialize:ident ($($argument:ident: $ty:ty),*) $hint:expr),*;)*) => {$($(
        #[inline]
        fn $deserialize<V: Visitor<'de>>(self, $($argument: $ty,)* visitor: V) -> Result<V::Value> {
            self.read::<$known, V>($hint, visitor)
        }
    )*)*};
}

impl<'de> Deserializer<'de> for Sourced<'_, 'de> {
    type Error = Passing;

    hints! {
        Anything: deserialize_any() Hint::Any, deserialize_ignored_any() Hint::Ignored,
            deserialize_i128() Hint::I128, deserialize_u128() Hint::U128;
        Name: deserialize_identifier() Hint::Identifier;
        Usual: deserialize_bool() Hint::Bool, deserialize_i8() Hint::I8, deserialize_i16() Hint::I16,
            deserialize_i32() Hint::I32, deserialize_i64() Hint::I64, deserialize_u8() Hint::U8,
            deserialize_u16() Hint::U16, deserialize_u32() Hint::U32, deserialize_u64() Hint::U64,
            deserialize_f32() Hint::F32, deserialize_f64() Hint::F64, deserialize_char() Hint::Char,
            deserialize_str() Hint::Str, deserialize_string() Hint::String, deserialize_bytes() Hint::Bytes,
            deserialize_byte_buf() Hint::ByteBuf, deserialize_option() Hint::Option, deserialize_unit() Hint::Unit,
            deserialize_unit_struct(name: &'static str) Hint::UnitStruct(name), deserialize_seq() Hint::Seq,
            deserialize_tuple(length: usize) Hint::Tuple(length), deserialize_map() Hint::Map,
            deserialize_tuple_struct(name: &'static str, length: usize) Hint::TupleStruct(name, length),
            deserialize_struct(name: &'static str, fields: &'static [&'static str]) Hint::Struct(name, fields),
            deserialize_enum(name: &'static str, variants: &'static [&'static str]) Hint::Enum(name, variants);
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        match name {
            ARGUMENT => self.argument(visitor),
            BY_SERDE => self.by_serde(visitor),
            // The visitor asks for what a readable or a foreign format has.
            NESTED if self.0.is_guarded() => {
                Exchange::Guarded.put();
                visitor.visit_newtype_struct(self)
            }
            _ => self.read::<Usual, V>(Hint::Newtype(name), visitor),
        }
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

impl<'de> Sourced<'_, 'de> {
    /// Decodes the value of a plan if the visitor requests one.
    fn argument<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let source = self.0.unguarded();
        if answer_value(source)? {
            return visitor.visit_newtype_struct(UnitDeserializer::<Passing>::new());
        }
        visitor.visit_newtype_struct(Sourced(source))
    }

    /// Lets serde read the next value while a tape is recorded from this source.
    fn by_serde<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if read_by_serde(self.0)? {
            return visitor.visit_newtype_struct(UnitDeserializer::<Passing>::new());
        }
        visitor.visit_newtype_struct(self)
    }
}

/// The running session.
fn running() -> Result<Rc<Session>> {
    Session::current().ok_or_else(|| Error::from(Kind::Unbound { parameter: None }).into())
}

/// Answers a request for the value of a plan; returns whether there was one.
fn answer_value(source: &mut dyn Source<'_>) -> Result<bool> {
    let Exchange::WantValue(plan) = Exchange::take() else { return Ok(false) };
    Exchange::Value(plan.decode_source(Sourced(source), &*running()?)?).put();
    Ok(true)
}

/// Answers a request for a value that serde reads; returns whether there was one.
fn read_by_serde(source: &mut dyn Source<'_>) -> Result<bool> {
    let Some(WantBySerde(by)) = WantBySerde::take() else { return Ok(false) };
    let session = running()?;
    ReadBySerde((by.read)(Sourced(&mut Guarded::new(source.unguarded(), &session, by.size)))?).put();
    Ok(true)
}

/// The parts of a sequence. `inline(never)` here and below makes reading an element of a type one function for all structs and
/// sequences that contain the type, which halves their code.
struct Elements<'a, 'de>(&'a mut dyn SeqSource<'de>);

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Passing;

    #[inline(never)]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let mut seeded = Seeded::new(seed);
        if self.0.next(Seeded::<T, T::Value>::MADE, &mut seeded)? { seeded.end().map(Some) } else { Ok(None) }
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// The parts of a map.
struct Entries<'a, 'de>(&'a mut dyn MapSource<'de>);

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Passing;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let mut seeded = Seeded::new(seed);
        if self.0.key(Seeded::<T, T::Value>::MADE, &mut seeded)? { seeded.end().map(Some) } else { Ok(None) }
    }

    #[inline(never)]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value> {
        let mut seeded = Seeded::new(seed);
        self.0.value(Seeded::<T, T::Value>::MADE, &mut seeded)?;
        seeded.end()
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

/// A variant, then its content.
struct Variants<'a, 'de>(&'a mut dyn EnumSource<'de>);

impl<'de> EnumAccess<'de> for Variants<'_, 'de> {
    type Error = Passing;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self)> {
        let mut seeded = Seeded::new(seed);
        self.0.variant(Seeded::<T, T::Value>::MADE, &mut seeded)?;
        Ok((seeded.end()?, self))
    }
}

impl<'de> VariantAccess<'de> for Variants<'_, 'de> {
    type Error = Passing;

    fn unit_variant(self) -> Result<()> {
        self.0.unit()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        let mut seeded = Seeded::new(seed);
        self.0.newtype(Seeded::<T, T::Value>::MADE, &mut seeded)?;
        seeded.end()
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        Visited::<V, V::Value, Usual>::by(visitor, |take| {
            self.0.tuple(length, Visited::<V, V::Value, Usual>::MADE, take)
        })
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        Visited::<V, V::Value, Usual>::by(visitor, |take| {
            self.0.fields(fields, Visited::<V, V::Value, Usual>::MADE, take)
        })
    }
}
