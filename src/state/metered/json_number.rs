//! Undoes serde_json's feature `arbitrary_precision`, which another crate of the build may enable: it hands over numbers as
//! maps, and serde's buffer has to get them as numbers. Imports `error` and its siblings.

use super::once::Once;
use super::source::{MapSource, Result, Source, TakePart, Token};
use crate::error::Passing;
use crate::state::decode::types::Sourced;
use crate::state::made::Made;
use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// The key of the map into which serde_json turns a number for `deserialize_any`, if it does.
pub(in crate::state) fn key_of_numbers() -> Option<&'static str> {
    struct KeyOfNumber;
    impl<'de> Visitor<'de> for KeyOfNumber {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number")
        }

        fn visit_f64<E>(self, _: f64) -> Result<Option<String>, E> {
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<String>, A::Error> {
            let entry = map.next_entry::<String, IgnoredAny>()?;
            Ok(entry.map(|(key, _)| key))
        }
    }
    static KNOWN: OnceLock<Option<String>> = OnceLock::new();
    let ask = || serde_json::Deserializer::from_str("0.5").deserialize_any(KeyOfNumber).ok().flatten();
    KNOWN.get_or_init(ask).as_deref()
}

/// The content of a map.
pub(in crate::state) enum Numeric<'a, 'de> {
    Number(Token<'a, 'de>),
    Map(Behind<'a, 'de>),
}

/// Reads the first key of a map, if serde_json may have made the map of a number.
pub(in crate::state) fn as_number<'a, 'de>(access: &'a mut (dyn MapSource<'de> + 'a)) -> Result<Numeric<'a, 'de>> {
    let key = key_of_numbers();
    if key.is_none() {
        return Ok(Numeric::Map(Behind { first: None, access }));
    }
    let mut first = Text(None);
    access.key(Text::MADE, &mut first)?;
    if first.0.as_deref() != key {
        return Ok(Numeric::Map(Behind { first: first.0, access }));
    }
    let mut number = Text(None);
    access.value(Text::MADE, &mut number)?;
    parse(&number.0.unwrap_or_default()).map(Numeric::Number)
}

/// Reads a number as `deserialize_any` of serde_json does without the feature.
fn parse<'t, 'de>(text: &str) -> Result<Token<'t, 'de>> {
    if let Ok(number) = text.parse() {
        return Ok(Token::Unsigned(number));
    }
    match (text.parse(), text.parse::<f64>()) {
        (Ok(number), _) if text != "-0" => Ok(Token::Signed(number)),
        (_, Ok(number)) if number.is_finite() => Ok(Token::Float(number)),
        _ => Err(Passing::custom("number out of range")),
    }
}

/// Takes a string, which may be borrowed.
struct Text<'de>(Option<Cow<'de, str>>);

impl Text<'_> {
    const MADE: &'static Made = &Made::new::<String, Text<'static>>();
}

impl<'de> TakePart<'de> for Text<'de> {
    fn take(&mut self, source: &mut dyn Source<'de>) -> Result<()> {
        self.0 = Some(Sourced(source).deserialize_str(TextVisitor)?);
        Ok(())
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }
}

/// A map whose first key has already been read.
pub(in crate::state) struct Behind<'a, 'de> {
    first: Option<Cow<'de, str>>,
    access: &'a mut (dyn MapSource<'de> + 'a),
}

impl<'de> MapSource<'de> for Behind<'_, 'de> {
    fn key(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool> {
        let Some(first) = self.first.take() else { return self.access.key(made, take) };
        match first {
            Cow::Borrowed(first) => take.take(&mut Once::new(BorrowedStrDeserializer::<Passing>::new(first)))?,
            Cow::Owned(first) => take.take(&mut Once::new(StringDeserializer::<Passing>::new(first)))?,
        }
        Ok(true)
    }

    fn value(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        self.access.value(made, take)
    }

    fn size_hint(&self) -> Option<usize> {
        self.access.size_hint()
    }
}
