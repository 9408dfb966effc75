//! Nested values in serde's buffer, when it reads our JSON. Imports `error` and its siblings.
//!
//! Serde first reads a type with `tag`, `untagged` or `flatten` into a buffer. The buffer has no integers above 64 bits, treats
//! all keys as text, and forgets the spelling of numbers. So we detect it by its visitor, and give it the `value` of a nested
//! value as raw JSON text under the name `json`, a form that every reader of nested values accepts.
//!
//! Invariant: only values whose type the envelope lists are replaced so.

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

/// Whether the visitor is the one that fills serde's buffer.
pub(in crate::state) fn is_buffer(made: &Made) -> bool {
    static VISITOR: OnceLock<Option<TypeId>> = OnceLock::new();
    let buffer = VISITOR.get_or_init(|| Buffered::deserialize(WhichVisitor).err().and_then(|found| found.0));
    *buffer == Some((made.by)())
}

/// A type that serde buffers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Buffered {
    It(#[allow(dead_code, reason = "nothing is ever read")] IgnoredAny),
}

/// How much of a nested value has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::state) enum Progress {
    /// Nothing.
    Start,
    /// The first key, which is `type`.
    Type,
    /// The name of a nested type.
    Listed,
    /// The second key, which was `value`.
    Value,
    /// The map is not a nested value.
    Other,
}

/// The indexes of the keys of a nested value.
const TYPE: usize = 0;
const VALUE: usize = 1;

impl Progress {
    /// The watch for the next key.
    pub(in crate::state) fn watch_key(self) -> Watch<'static> {
        Watch::renaming(&NESTED_FIELDS, (self == Progress::Listed).then_some((VALUE, "json")))
    }

    /// The progress after a key.
    pub(in crate::state) fn after_key(self, found: Option<usize>) -> Self {
        match (self, found) {
            (Progress::Start, Some(TYPE)) => Progress::Type,
            (Progress::Listed, Some(VALUE)) => Progress::Value,
            _ => Progress::Other,
        }
    }
}

/// Hands over the next value as raw JSON text.
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

/// Takes a value as raw JSON text.
#[derive(Default)]
struct Raw(Option<Box<RawValue>>);

impl<'de> TakePart<'de> for Raw {
    fn take(&mut self, source: &mut dyn Source<'de>) -> Result<()> {
        self.0 = Some(Deserialize::deserialize(Sourced(source))?);
        Ok(())
    }
}

/// A deserializer that reports the type of the visitor of `deserialize_any`.
struct WhichVisitor;

/// The reported type.
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
