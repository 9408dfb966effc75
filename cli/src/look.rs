//! The first envelope of an input, with what its bytes say of their parts; and its state, where it can be read. Imports
//! `input`, `json_tree`, `text`, `tree`, `trouble`.

use crate::input::Input;
use crate::json_tree::exact;
use crate::text::shown;
use crate::tree::Tree;
use crate::trouble::Trouble;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use typeport::{Codec, Envelope, Error, Format, NestedType, Opaque, Schema, readable_text};

/// The flags of the header, as `docs/wire-format.md` has them.
const CHECKSUM: u8 = 1;
const NAMES: u8 = 2;
const SCHEMA: u8 = 4;
/// Magic, version and flags, format, length, type hash.
const FIXED: usize = 15;

/// An envelope, and what follows it.
pub struct Look<'a> {
    pub value: Opaque,
    pub sizes: Sizes,
    pub has_checksum: bool,
    pub version: u8,
    /// The nested types; not known of an envelope that is beyond the default limits, for which the core has no list.
    pub nested: Option<Vec<NestedType<'a>>>,
    /// The bytes behind it.
    pub rest: &'a [u8],
    whole: &'a [u8],
}

/// How the bytes of an envelope divide; names and schema with the field that has their length.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Sizes {
    pub header: usize,
    pub state: usize,
    pub names: usize,
    pub schema: usize,
    pub checksum: usize,
    pub total: usize,
}

/// Why a state was not read.
pub struct Unread {
    pub error: Error,
    /// What can be read in its bytes all the same.
    pub text: String,
    /// Nothing was there to read it by.
    pub has_no_schema: bool,
}

impl Unread {
    /// Why, for a line.
    pub fn reason(&self) -> String {
        if self.has_no_schema { "no schema".to_owned() } else { shown(&self.error.to_string()) }
    }
}

impl<'a> Look<'a> {
    /// Looks at the envelope in front.
    pub fn first(input: &'a Input, codec: &Codec) -> Result<Self, Trouble> {
        Look::parse(&input.bytes, codec).map_err(|error| input.wrong(&error))
    }

    /// Looks at an input that is one envelope and nothing more.
    pub fn only(input: &'a Input, codec: &Codec) -> Result<Self, Trouble> {
        // Whether bytes follow is the core's to say, in its words.
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

    /// The state as JSON text: as it stands where it is JSON, in which no number is rounded.
    pub fn json<'t>(&'t self, tree: &'t Tree) -> JsonState<'t> {
        self.raw().map_or(JsonState::Tree(tree), JsonState::Raw)
    }

    /// The state, where it is JSON.
    fn raw(&self) -> Option<&RawValue> {
        let state = (self.value.format() == Format::Json).then(|| self.value.state());
        state.and_then(|state| serde_json::from_slice(state).ok())
    }

    /// The names of the types in the schema that it carries.
    pub fn schema_types(&self) -> Option<Vec<&str>> {
        self.value.schema().map(|schema| schema.types().collect())
    }
}

impl Sizes {
    /// Reads the lengths at the end of an envelope that has been parsed.
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

/// Bytes of a length, and of the checksum.
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
