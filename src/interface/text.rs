//! Reads and writes undecoded values as JSON text in readable formats.
//! Imports `error`, `state` and its siblings.
//!
//! Invariant: a text that is written as part of a format is read back as the same text by any reader of the format, or is an
//! error.

use super::tree::Tree;
use crate::error::Error;
use crate::state::{Reads, Session, decode_guarded};
use serde::de::value::MapDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::any::TypeId;
use std::cell::Cell;
use std::fmt;
use std::iter::once;
use std::sync::OnceLock;

/// The fallback for a format that does not hand over the text of a value.
pub(super) trait Otherwise<'de> {
    /// The JSON text that stands for the value.
    fn take<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error>;
}

/// Builds the text from the described value.
pub(super) struct Described<'a>(pub(super) &'a Session);

impl<'de> Otherwise<'de> for Described<'_> {
    fn take<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let reason = "RON does not name the variants of a value whose type is not linked; link the type";
        let text = deserializer.deserialize_newtype_struct(TEXT_OF_RON, self)?;
        text.ok_or_else(|| D::Error::custom(reason))
    }
}

/// The private name by which RON's reader returns raw text. It only serves to detect RON, whose reader hands over `Variant(1)` as
/// `(1)` if the type is unknown. All other readers treat the name as a newtype.
const TEXT_OF_RON: &str = "$ron::private::RawValue";

impl<'de> Visitor<'de> for Described<'_> {
    /// `None` for RON.
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value in a self-describing format; link its type")
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        let tree: Tree = decode_guarded(deserializer, self.0, 0).map_err(|error| error.pass(D::Error::custom))?;
        serde_json::to_string(&tree).map(Some).map_err(D::Error::custom)
    }
}

/// Takes a value as JSON text: unchanged if the format is JSON, otherwise through `otherwise`.
pub(super) fn take_text<'de, D: Deserializer<'de>, O: Otherwise<'de>>(
    deserializer: D,
    reads: Reads,
    otherwise: O,
) -> Result<Box<str>, D::Error> {
    if reads != Reads::Json {
        return otherwise.take(deserializer).map(Box::from);
    }
    Ok(Box::<RawValue>::deserialize(RawOr { deserializer, otherwise })?.into())
}

/// Requests raw JSON, by the private name that only serde_json's reader knows. Serde's buffer treats it as a newtype.
struct RawOr<D, O> {
    deserializer: D,
    otherwise: O,
}

impl<'de, D: Deserializer<'de>, O: Otherwise<'de>> Deserializer<'de> for RawOr<D, O> {
    type Error = D::Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        let RawOr { deserializer, otherwise } = self;
        deserializer.deserialize_newtype_struct(name, RawOrVisitor { name, visitor, otherwise })
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(D::Error::custom("raw JSON is asked for by its name"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct RawOrVisitor<V, O> {
    name: &'static str,
    visitor: V,
    otherwise: O,
}

impl<'de, V: Visitor<'de>, O: Otherwise<'de>> Visitor<'de> for RawOrVisitor<V, O> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    /// The reader of JSON knows the name.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(map)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let text = self.otherwise.take(deserializer)?;
        self.visitor.visit_map(MapDeserializer::new(once((self.name, text))))
    }
}

/// The form in which a text is written.
pub(super) enum Outgoing {
    /// Raw JSON.
    Raw,
    /// Part of the format.
    Tree(Tree),
    /// One string.
    Text,
}

/// The form of `text` in our JSON, inside a type that merges the value with others and that serde buffers.
pub(super) fn merged(text: &str) -> Outgoing {
    match serde_json::from_str::<Tree>(text) {
        Ok(tree) if tree.passes_a_buffer() && serde_json::to_string(&tree).is_ok_and(|again| again == text) => {
            Outgoing::Tree(tree)
        }
        _ => Outgoing::Text,
    }
}

/// The form of JSON text in another crate's format, which may represent a value differently from JSON.
pub(super) fn foreign<S: Serializer>() -> Outgoing {
    if writes_json::<S>() { Outgoing::Raw } else { Outgoing::Text }
}

thread_local! {
    /// Whether a value is written as JSON text through a type-erased serializer, as values in trait objects are.
    static INTO_JSON: Cell<bool> = const { Cell::new(false) };
}

/// Whether `S` writes JSON text.
pub(super) fn writes_json<S: Serializer>() -> bool {
    is_json_text::<S>() || (INTO_JSON.get() && is_erased::<S>())
}

/// Whether `S` is serde_json's writer of text. Of those with its error type that one alone has a single type for all that has
/// parts: its maker of a `Value` has several, and so have those that serde puts around any serializer for `tag` and `flatten`.
fn is_json_text<S: Serializer>() -> bool {
    typeid::of::<S::Error>() == TypeId::of::<serde_json::Error>()
        && typeid::of::<S::SerializeSeq>() == typeid::of::<S::SerializeStruct>()
}

/// Whether `S` is what a value behind a trait object gets of erased_serde. That type is private there, so a value asks what it gets.
fn is_erased<S>() -> bool {
    static KNOWN: OnceLock<Option<TypeId>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let asked = Asked(Cell::new(None));
        drop(erased_serde::serialize(&asked, serde_json::value::Serializer));
        asked.0.get()
    });
    *known == Some(typeid::of::<S>())
}

/// A value that notes the type of its serializer.
struct Asked(Cell<Option<TypeId>>);

impl Serialize for Asked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.set(Some(typeid::of::<S>()));
        serializer.serialize_unit()
    }
}

/// Remembers, while `write` runs, whether `S` writes JSON text.
pub(super) fn into<S: Serializer, T>(write: impl FnOnce() -> T) -> T {
    let outer = INTO_JSON.replace(writes_json::<S>());
    let _back = Back(outer);
    write()
}

struct Back(bool);

impl Drop for Back {
    fn drop(&mut self) {
        INTO_JSON.set(self.0);
    }
}

/// The error of a state that is not JSON text.
pub(super) fn not_text() -> Error {
    let reason = "its state is not a single JSON value";
    crate::error::Kind::Malformed { what: "a carried value", reason }.into()
}
