//! The first envelope of an input, with the sizes of its parts, and its state if it can be read. Imports
//! `input`, `json_tree`, `text`, `tree`, `trouble`.

use crate::input::Input;
use crate::json_tree::exact;
use crate::text::shown;
use crate::tree::Tree;
use crate::trouble::Trouble;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use typeport::{Codec, Envelope, Error, Format, NestedType, Opaque, Schema, readable_text};

/// The flags of the header, from `docs/wire-format.md`.
const CHECKSUM: u8 = 1;
const NAMES: u8 = 2;
const SCHEMA: u8 = 4;
/// The size of magic, version and flags, format, length and type hash.
const FIXED: usize = 15;

/// An envelope, and the bytes after it.
pub struct Look<'a> {
    pub value: Opaque,
    pub sizes: Sizes,
    pub has_checksum: bool,
    pub version: u8,
    /// The nested types; `None` if the envelope exceeds the default limits, as the core then has no list.
    pub nested: Option<Vec<NestedType<'a>>>,
    /// The bytes after the envelope.
    pub rest: &'a [u8],
    whole: &'a [u8],
}

/// The sizes of the parts of an envelope; names and schema include their length fields.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Sizes {
    pub header: usize,
    pub state: usize,
    pub names: usize,
    pub schema: usize,
    pub checksum: usize,
    pub total: usize,
}

/// The reason why a state was not read.
pub struct Unread {
    pub error: Error,
    /// The readable text in its bytes.
    pub text: String,
    /// Whether the reason is a missing schema.
    pub has_no_schema: bool,
}

impl Unread {
    /// The reason on one line.
    pub fn reason(&self) -> String {
        if self.has_no_schema { "no schema".to_owned() } else { shown(&self.error.to_string()) }
    }
}

impl<'a> Look<'a> {
    /// Parses the envelope at the front.
    pub fn first(input: &'a Input, codec: &Codec) -> Result<Self, Trouble> {
        Look::parse(&input.bytes, codec).map_err(|error| input.wrong(&error))
    }

    /// Parses an input that is exactly one envelope.
    pub fn only(input: &'a Input, codec: &Codec) -> Result<Self, Trouble> {
        // The core reports trailing bytes, in its own words.
        let look = Look::first(input, codec)?;
        let whole = codec.from_slice::<Opaque>(&input.bytes);
        whole.map(|_| look).map_err(|error| input.wrong(&error))
    }

    fn parse(bytes: &'a [u8], codec: &Codec) -> Result<Self, Error> {
        let (value, rest) = codec.take_from_slice::<Opaque>(bytes)?;
        let (whole, _) = bytes.split_at_checked(bytes.len().saturating_sub(rest.len())).unwrap_or((bytes, rest));
        let version_and_flags = whole.get(1).copied().unwrap_or_default();
        Ok(Look {
            sizes: Sizes::of(whole, version_and_flags, &value),
            has_checksum: version_and_flags & CHECKSUM != 0,
            version: version_and_flags >> 4,
            nested: Envelope::parse(whole).ok().map(|envelope| envelope.nested().to_vec()),
            value,
            rest,
            whole,
        })
    }

    /// The state, read by its own schema and by `schema`.
    pub fn read(&self, codec: &Codec, schema: &Schema) -> Result<Tree, Unread> {
        let tree = codec.read(self.whole, schema).map_err(|error| {
            let has_no_schema = error.is_unlinked() && schema.is_empty() && self.value.schema().is_none();
            Unread { error, text: readable_text(self.value.state()), has_no_schema }
        })?;
        Ok(self.raw().and_then(exact).unwrap_or(tree))
    }

    /// The state as JSON text: unchanged if it is JSON, so that no number is rounded.
    pub fn json<'t>(&'t self, tree: &'t Tree) -> JsonState<'t> {
        self.raw().map_or(JsonState::Tree(tree), JsonState::Raw)
    }

    /// The state, if it is JSON.
    fn raw(&self) -> Option<&RawValue> {
        let state = (self.value.format() == Format::Json).then(|| self.value.state());
        state.and_then(|state| serde_json::from_slice(state).ok())
    }

    /// The names of the types in the envelope's schema.
    pub fn schema_types(&self) -> Option<Vec<&str>> {
        self.value.schema().map(|schema| schema.types().collect())
    }
}

impl Sizes {
    /// Reads the lengths at the end of a parsed envelope.
    fn of(whole: &[u8], flags: u8, value: &Opaque) -> Self {
        let mut front = whole;
        let checksum = if flags & CHECKSUM != 0 { take_last(&mut front).map_or(0, |_| LENGTH) } else { 0 };
        let mut section = |flag: u8| match flags & flag != 0 {
            true => take_last(&mut front).map_or(0, |length| length.saturating_add(LENGTH)),
            false => 0,
        };
        let (schema, names) = (section(SCHEMA), section(NAMES));
        let name = value.type_name().as_str().len();
        let header = FIXED.saturating_add(name).saturating_add(if name < 128 { 1 } else { 2 });
        Sizes { header, state: value.state().len(), names, schema, checksum, total: whole.len() }
    }
}

/// The size of a length, and of the checksum.
const LENGTH: usize = 4;

fn take_last(bytes: &mut &[u8]) -> Option<usize> {
    let (front, length) = bytes.split_last_chunk::<LENGTH>()?;
    *bytes = front;
    usize::try_from(u32::from_le_bytes(*length)).ok()
}

/// A state as JSON text.
pub enum JsonState<'t> {
    Raw(&'t RawValue),
    Tree(&'t Tree),
}

impl Serialize for JsonState<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            JsonState::Raw(text) => text.serialize(serializer),
            JsonState::Tree(tree) => tree.serialize(serializer),
        }
    }
}
