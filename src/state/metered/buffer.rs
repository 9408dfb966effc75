//! Serde's buffer in JSON of ours: what it keeps of a nested value. Imports `error` and its siblings.
//!
//! A type with `tag`, `untagged` or `flatten` is read into a buffer of serde's first. That has no integers of more than 64 bits,
//! takes all keys for text, and forgets how a number was written. So it is known by its visitor, and gets the value of a nested
//! value as the JSON text that it is, under the name `json`: the form in which a reader of any format takes such a text.
//!
//! Invariant: only what the envelope lists as a nested type is kept so.

use super::once::Once;
use super::source::{MapSource, Result, Source, TakePart};
use crate::error::Passing;
use crate::state::decode::types::{Session, Sourced, Watch};
use crate::state::handoff::NESTED_FIELDS;
use crate::state::made::Made;
use serde::de::value::StrDeserializer;
use serde::de::{Deserializer, IgnoredAny, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;
use std::any::TypeId;
use std::fmt;
use std::sync::OnceLock;

/// Whether the visitor that fills serde's buffer makes it.
pub(in crate::state) fn is_buffer(made: &Made) -> bool {
    static VISITOR: OnceLock<Option<TypeId>> = OnceLock::new();
    let buffer = VISITOR.get_or_init(|| Buffered::deserialize(WhichVisitor).err().and_then(|found| found.0));
    *buffer == Some((made.by)())
}

/// A type that is buffered.
#[derive(Deserialize)]
#[serde(untagged)]
enum Buffered {
    It(#[allow(dead_code, reason = "nothing is ever read")] IgnoredAny),
}

/// How much of a nested value has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::state) enum Progress {
    /// Nothing.
    Start,
    /// Its first name, which is `type`.
    Type,
    /// The name of a nested type.
    Listed,
    /// Its second name, which was `value`.
    Value,
    /// It is no nested value.
    Other,
}

/// The names of a nested value, and what the second is kept under.
const TYPE: usize = 0;
const VALUE: usize = 1;

impl Progress {
    /// What to watch the next key for.
    pub(in crate::state) fn watch_key(self) -> Watch<'static> {
        Watch::renaming(&NESTED_FIELDS, (self == Progress::Listed).then_some((VALUE, "json")))
    }

    /// After a key.
    pub(in crate::state) fn after_key(self, found: Option<usize>) -> Self {
        match (self, found) {
            (Progress::Start, Some(TYPE)) => Progress::Type,
            (Progress::Listed, Some(VALUE)) => Progress::Value,
            _ => Progress::Other,
        }
    }
}

/// Hands over the next value as the JSON text that it is.
pub(in crate::state) fn next_text<'de>(
    access: &mut dyn MapSource<'de>,
    session: &Session,
    take: &mut dyn TakePart<'de>,
) -> Result<()> {
    let mut raw = Raw::default();
    access.value(const { &Made::new::<Raw, Raw>() }, &mut raw)?;
    let text = raw.0.as_deref().map_or("", RawValue::get);
    session.budget.charge(text.len())?;
    take.take(&mut Once::new(StrDeserializer::<Passing>::new(text)))
}

/// Takes a value as text.
#[derive(Default)]
struct Raw(Option<Box<RawValue>>);

impl<'de> TakePart<'de> for Raw {
    fn take(&mut self, source: &mut dyn Source<'de>) -> Result<()> {
        self.0 = Some(Deserialize::deserialize(Sourced(source))?);
        Ok(())
    }
}

/// A deserializer that only wants to know who asks for anything.
struct WhichVisitor;

/// The answer.
#[derive(Debug)]
struct Found(Option<TypeId>);

impl<'de> Deserializer<'de> for WhichVisitor {
    type Error = Found;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Found> {
        Err(Found(Some(typeid::of::<V>())))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value, but the type of its visitor")
    }
}

impl std::error::Error for Found {}

impl serde::de::Error for Found {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Found(None)
    }
}
