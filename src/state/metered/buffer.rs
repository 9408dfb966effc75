//! Nested values in serde's buffer, when it reads our JSON. Imports `error` and its siblings.
//!
//! Serde first reads a type with `tag`, `untagged` or `flatten` into a buffer. The buffer has no integers above 64 bits, treats
//! all keys as text, and forgets the spelling of numbers. So we detect it by its visitor, and give it the `value` of a nested
//! value as raw JSON text under the name `json`, a form that every reader of nested values accepts.
//!
//! Invariant: only values whose type the envelope lists are replaced so.

use super::once::Once;
use super::probe::Probe;
use super::source::{MapSource, Result, Source, TakePart};
use crate::error::Passing;
use crate::state::decode::types::{Session, Sourced, Watch};
use crate::state::handoff::NESTED_FIELDS;
use crate::state::made::Made;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde::de::value::StrDeserializer;
use serde_json::value::RawValue;
use std::any::TypeId;
use std::sync::OnceLock;

/// Whether the visitor is the one that fills serde's buffer.
pub(in crate::state) fn is_buffer(made: &Made) -> bool {
    static VISITOR: OnceLock<Option<TypeId>> = OnceLock::new();
    let buffer = VISITOR.get_or_init(|| Buffered::deserialize(Probe).err().and_then(|asked| asked.visitor));
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
