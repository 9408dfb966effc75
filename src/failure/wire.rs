//! The state of a failure: its messages, then its typed value as a nested value. Imports `codec`, `error`, `interface`,
//! `registry`, `shape`, `state` and its siblings.

use super::cause::{Cause, MESSAGE_BYTES, MESSAGES};
use super::kept::{Copied, Kept};
use super::{Contents, Failure};
use crate::codec::{Opaque, Portable, Value};
use crate::error::Result;
use crate::interface::{Needs, put_nested, serialize_nested};
use crate::registry::Entry;
use crate::shape::{FAILURE, Field, Fields, Head, Manners, Origin, Shape, Style, TypeExpr};
use crate::state::{Input, Names, Sink, State, in_field};
use crate::{__own_traits as own_traits, __site as site};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeStruct, Serializer};
use std::borrow::Cow;
use std::fmt;

const FIELDS: [&str; 2] = ["messages", "value"];

static ORIGIN: Origin = Origin::new(FAILURE, &[], site!());

impl Portable for Failure {
    const TYPE: &'static TypeExpr = &TypeExpr {
        head: Head::Origin(&ORIGIN),
        args: &[],
        shape: <Failure as Portable>::__shape,
        by_serde: Failure::BY_SERDE,
    };

    fn __shape() -> &'static Shape {
        const PARTS: &[Field] =
            &[Field::new(",\"messages\":", <Vec<String>>::TYPE), Field::new(",\"value\":", <Option<Opaque>>::TYPE)];
        const MANNERS: Manners = Manners { name: "Failure", expecting: None, denies_unknown: false, listed: &[] };
        const FORM: Fields = Fields { style: Style::Named, fields: PARTS, listed: &FIELDS };
        &Shape::Struct { fields: FORM, json_only: false, manners: MANNERS }
    }
}

impl State for Failure {
    const MIN: usize = 3;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        if !sink.format.is_binary() {
            return sink.by_serde(self);
        }
        let value = self.outgoing(Needs::of(false), |_| None)?;
        sink.enter_heap()?;
        sink.enter_heap()?;
        sink.put_length::<Text>(self.messages().count())?;
        self.messages().for_each(|message| sink.put_slice(message.as_bytes()));
        sink.leave();
        sink.put_byte(u8::from(value.is_some()));
        if let Some(value) = value {
            sink.enter()?;
            put_nested(value.value(), sink)?;
            sink.leave();
        }
        sink.leave();
        Ok(())
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        Self::take_into(input, size_of::<Self>())
    }

    fn take_into(input: &mut Input<'_, '_>, slot: usize) -> Result<Self> {
        if input.is_tape() {
            return input.value_by_serde(slot);
        }
        let Contents { cause, kept } = input.level::<Contents, _>(slot, |input| {
            let texts = take_texts(input).map_err(|error| in_field(error, FIELDS[0]))?;
            let value = <Option<Opaque> as State>::take(input).map_err(|error| in_field(error, FIELDS[1]))?;
            FailureVisitor::contents(Some(texts), value)
        })?;
        Ok(Failure::of(cause, kept))
    }
}

fn take_texts(input: &mut Input<'_, '_>) -> Result<Texts> {
    input.level::<Texts, _>(size_of::<Texts>(), |input| {
        let length = input.length()?;
        // Reads one message beyond the limit, as serde's code does.
        let taken = length.min((MESSAGES as u64).saturating_add(1));
        let texts = input.take_each::<Text, _>(taken, 0, Vec::with_capacity, Vec::push)?;
        if length > MESSAGES as u64 { Err(too_many()) } else { Ok(Texts(texts)) }
    })
}

inventory::submit! { Entry::native_type::<Failure>().compared_by(own_traits!(Failure)) }

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _elsewhere = Names::elsewhere(&serializer);
        let needs = Needs::of(serializer.is_human_readable());
        let value = self.outgoing(needs, |value| needs.text_of::<dyn Value, S>(value));
        let value = value.map_err(|error| error.pass(S::Error::custom))?;
        let mut fields = serializer.serialize_struct("Failure", FIELDS.len())?;
        fields.serialize_field(FIELDS[0], &Messages(self))?;
        fields.serialize_field(FIELDS[1], &value.as_ref().map(Outgoing::value).map(Nested))?;
        fields.end()
    }
}

/// The typed error as it is written.
enum Outgoing<'a> {
    Value(&'a dyn Value),
    Carried(Cow<'a, Opaque>),
}

impl Outgoing<'_> {
    fn value(&self) -> &dyn Value {
        match self {
            Outgoing::Value(value) => *value,
            Outgoing::Carried(opaque) => &**opaque,
        }
    }
}

impl Failure {
    /// The typed error, or none if it was received in another format and cannot be rewritten: the messages must not be lost.
    /// A value that is not carried is written `as_text` if a reader may have to carry it.
    fn outgoing(
        &self,
        needs: Needs,
        as_text: impl FnOnce(&dyn Value) -> Option<Result<Opaque>>,
    ) -> Result<Option<Outgoing<'_>>> {
        let Some(value) = self.value() else { return Ok(None) };
        let carried = match value.__about().carried() {
            Some(opaque) => needs.fulfil(opaque, None).or_else(|error| needs.envelope(opaque, error)),
            None => match as_text(value) {
                Some(Ok(carried)) => Ok(Cow::Owned(carried)),
                Some(Err(_)) | None => return Ok(Some(Outgoing::Value(value))),
            },
        };
        match carried {
            Ok(carried) => Ok(Some(Outgoing::Carried(carried))),
            // The value would exceed the limit in any format.
            Err(error) if error.is_limit() => Err(error),
            Err(_) => {
                Names::leave_out();
                Ok(None)
            }
        }
    }
}

struct Messages<'a>(&'a Failure);

impl Serialize for Messages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.messages().collect::<Vec<_>>())
    }
}

struct Nested<'a>(&'a dyn Value);

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_nested(self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Contents { cause, kept } = deserializer.deserialize_struct("Failure", &FIELDS, FailureVisitor)?;
        Ok(Failure::of(cause, kept))
    }
}

struct FailureVisitor;

impl FailureVisitor {
    fn contents<E: serde::de::Error>(messages: Option<Texts>, value: Option<Opaque>) -> Result<Contents, E> {
        let cause = messages.and_then(|Texts(texts)| Cause::nested(texts));
        let cause = cause.ok_or_else(|| E::custom("a failure has no message"))?;
        Ok(Contents { cause, kept: value.map_or(Kept::Nothing, |opaque| Kept::Carried(opaque, Copied::new())) })
    }
}

impl<'de> Visitor<'de> for FailureVisitor {
    /// The content of a failure's box, so that the guard charges it.
    type Value = Contents;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a failure: its messages and its value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<Contents, A::Error> {
        let messages = fields.next_element()?;
        let value = fields.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
        FailureVisitor::contents(messages, value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Contents, A::Error> {
        let (mut messages, mut value) = (None, None);
        while let Some(field) = fields.next_key::<String>()? {
            match FIELDS.iter().position(|name| *name == field) {
                Some(0) if messages.is_none() => messages = Some(fields.next_value()?),
                Some(1) if value.is_none() => value = Some(fields.next_value()?),
                Some(_) => return Err(A::Error::custom("a failure repeats a field")),
                None => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        FailureVisitor::contents(messages, value.flatten())
    }
}

/// The messages of a failure, within the limits on them.
struct Texts(Vec<Text>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TextsVisitor)
    }
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Texts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {MESSAGES} messages")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Texts, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = elements.next_element::<Text>()? {
            if texts.len() == MESSAGES {
                return Err(too_many());
            }
            texts.push(text);
        }
        Ok(Texts(texts))
    }
}

#[cold]
fn too_many<E: serde::de::Error>() -> E {
    E::custom(format_args!("a failure has more than {MESSAGES} messages"))
}

#[derive(serde::Serialize)]
struct Text(Box<str>);

impl From<Text> for Box<str> {
    fn from(Text(text): Text) -> Self {
        text
    }
}

impl State for Text {
    const MIN: usize = 1;

    fn put(&self, sink: &mut Sink<'_>) -> Result<()> {
        sink.put_slice(self.0.as_bytes());
        Ok(())
    }

    fn take(input: &mut Input<'_, '_>) -> Result<Self> {
        TextVisitor.visit_str(input.text()?)
    }

    fn take_into(input: &mut Input<'_, '_>, _: usize) -> Result<Self> {
        Self::take(input)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a message of at most {MESSAGE_BYTES} bytes")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text, E> {
        if text.len() > MESSAGE_BYTES {
            return Err(E::custom(format_args!("a message of a failure has more than {MESSAGE_BYTES} bytes")));
        }
        Ok(Text(text.into()))
    }
}
