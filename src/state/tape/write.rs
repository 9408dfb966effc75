//! Text that is made of a tape. Imports `error`, `format`, `shape` and its siblings.
//!
//! The shape tells the structure; serde_json writes numbers, and strings that have something to escape.
//!
//! Invariant: what a decode would refuse, or what JSON would write as `null` though it is something else, is refused.

use super::at::{At, View};
use crate::error::{Error, Kind, Result};
use crate::format::{Format, Primitives, Tape};
use crate::shape::{Absent, Field, Fields, Leaf, Shape, Style, Variant};
use crate::state::binary::primitive::signed;
use crate::state::encode::sink::{Encoding, Sink};
use crate::state::encode::text_types::TextType;
use crate::state::handoff::Scope;
use crate::state::metered::guard_writer::{NOT_FINITE, NULL_IN_SOME, is_tag};
use crate::state::metered::json_text::Text;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The most room for a tape that waits for the next encode.
const KEPT: usize = 64 << 10;

/// Appends a value of the type `at` as text; `put` writes it to the tape.
pub(crate) fn put_text(
    sink: &mut Sink<'_>,
    at: At<'_>,
    put: &mut dyn FnMut(&mut Sink<'_>) -> Result<()>,
) -> Result<()> {
    let innermost = if at.plan.is_none() && at.expr.has_params() { Scope::innermost() } else { None };
    let at = At { plan: at.plan.or(innermost.as_ref()), ..at };
    let is_some = sink.encoding.is_some.take();
    let mut room = sink.encoding.tape.take();
    room.clear();
    let encoding = Rc::clone(&sink.encoding);
    let left = encoding.spent.depth_limit().saturating_sub(encoding.spent.depth());
    let mut tape = Sink { bytes: room, encoding, format: Format::Json, is_tape: true, left, scope: at.plan };
    put(&mut tape)?;
    let bytes = tape.bytes;
    let types = &*sink.encoding.text_types.all();
    let text = Text::new(&mut sink.bytes, &sink.encoding);
    let mut walk = Walk { rest: &bytes, text, encoding: &sink.encoding, types };
    walk.value(at, Place { is_some, is_key: false })?;
    if bytes.capacity() <= KEPT {
        sink.encoding.tape.set(bytes);
    }
    Ok(())
}

/// Where a value stands in its text.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// In a `Some`, so that `null` would mean `None`.
    pub(super) is_some: bool,
    /// Before a value of a map, so that it has to be a string.
    pub(super) is_key: bool,
}

/// A tape on its way to a text.
pub(super) struct Walk<'w> {
    rest: &'w [u8],
    pub(super) text: Text<'w>,
    pub(super) encoding: &'w Encoding,
    pub(super) types: &'w [TextType],
}

#[cold]
fn cut() -> Error {
    Kind::Malformed { what: "the state", reason: "it ends within a value" }.into()
}

#[cold]
pub(super) fn misshaped() -> Error {
    Kind::Registration { reason: "its shape is not one of its state" }.into()
}

/// What serde_json says of such a key.
#[cold]
pub(super) fn no_string() -> Error {
    Error::of_foreign_writer(serde_json::Error::custom("key must be a string"))
}

/// What is read of a tape.
impl<'w> Walk<'w> {
    fn number(&mut self) -> Result<u64> {
        let (number, taken) = Tape::plain_number(self.rest);
        self.skip(taken).filter(|_| taken > 0).map(|_| number).ok_or_else(cut)
    }

    fn skip(&mut self, length: usize) -> Option<&'w [u8]> {
        let (front, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(front)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (front, rest) = self.rest.split_first_chunk().ok_or_else(cut)?;
        self.rest = rest;
        Ok(*front)
    }

    fn byte(&mut self) -> Result<u8> {
        let [byte] = self.fixed()?;
        Ok(byte)
    }

    pub(super) fn length(&mut self) -> Result<usize> {
        usize::try_from(self.number()?).map_err(|_| cut())
    }

    fn slice(&mut self) -> Result<&'w [u8]> {
        let length = self.length()?;
        self.skip(length).ok_or_else(cut)
    }

    fn other<T: Deserialize<'w>>(&mut self) -> Result<T> {
        Tape::get(&mut self.rest)
    }
}

/// What is written of it.
impl Walk<'_> {
    pub(super) fn value(&mut self, at: At<'_>, place: Place) -> Result<()> {
        if let Some(leaf) = at.leaf() {
            return self.leaf(leaf, place);
        }
        let (at, view) = at.view()?;
        self.viewed(at, view, place)
    }

    #[inline]
    fn viewed(&mut self, at: At<'_>, view: View, place: Place) -> Result<()> {
        match view {
            View::Shaped(Shape::Leaf(leaf)) => self.leaf(*leaf, place),
            View::Shaped(shape) => self.shaped(at, shape, place),
            View::BySerde(by) if by.nested.is_some() => self.nested(place),
            View::BySerde(_) => self.by_serde(place),
        }
    }

    fn shaped(&mut self, at: At<'_>, shape: &'static Shape, place: Place) -> Result<()> {
        self.encoding.spent.check_stack(0)?;
        match shape {
            Shape::Option { inner } => match self.byte()? {
                0 => self.null(place),
                _ => self.value(at.with(inner), Place { is_some: true, ..place }),
            },
            Shape::Text { .. } => self.leaf(Leaf::Str, place),
            Shape::Seq { element } => {
                let length = self.length()?;
                self.elements(length, at.with(element), place)
            }
            Shape::Array { element } => self.elements(at.length()?, at.with(element), place),
            Shape::Tuple { elements } => {
                self.positions(elements.iter(), place, |walk, element| walk.value(at.with(element), Place::default()))
            }
            Shape::Map { key, value } => self.entries(at.with(key), at.with(value), place),
            Shape::Struct { fields, .. } => self.fields(at, fields, place),
            Shape::Enum { variants, .. } => {
                let index = self.number()?;
                let is_it = |variant: &&Variant| u64::from(variant.index) == index;
                let at_place = usize::try_from(index).ok().and_then(|index| variants.get(index)).filter(is_it);
                let variant = at_place.or_else(|| variants.iter().find(is_it));
                self.variant(at, variant.ok_or_else(misshaped)?, place)
            }
            _ => Err(misshaped()),
        }
    }

    fn leaf(&mut self, leaf: Leaf, place: Place) -> Result<()> {
        macro_rules! number {
            ($ty:ty: $read:expr) => {{
                self.doubtful_key(place);
                let number = <$ty>::try_from($read).map_err(|_| cut())?;
                self.plain(number, place)
            }};
        }
        match leaf {
            Leaf::Bool => {
                self.doubtful_key(place);
                let is_true = self.byte()? == 1;
                self.plain(is_true, place)
            }
            Leaf::U8 => number!(u8: self.byte()?),
            Leaf::I8 => number!(i8: i8::from_le_bytes(self.fixed()?)),
            Leaf::U16 => number!(u16: self.number()?),
            Leaf::U32 => number!(u32: self.number()?),
            Leaf::U64 => number!(u64: self.number()?),
            Leaf::I16 => number!(i16: signed(self.number()?)),
            Leaf::I32 => number!(i32: signed(self.number()?)),
            Leaf::I64 => number!(i64: signed(self.number()?)),
            Leaf::I128 => {
                self.doubtful();
                let number: i128 = self.other()?;
                self.plain(number, place)
            }
            Leaf::U128 => {
                self.doubtful();
                let number: u128 = self.other()?;
                self.plain(number, place)
            }
            Leaf::F32 => match f32::from_le_bytes(self.fixed()?) {
                number if number.is_finite() => self.plain(number, place),
                _ => Err(NOT_FINITE.into()),
            },
            Leaf::F64 => match f64::from_le_bytes(self.fixed()?) {
                number if number.is_finite() => self.plain(number, place),
                _ => Err(NOT_FINITE.into()),
            },
            Leaf::Char => {
                let char: char = self.other()?;
                self.text.put_str(char.encode_utf8(&mut [0; 4]).as_bytes())
            }
            Leaf::Str => {
                let text = self.slice()?;
                self.string(text, place)
            }
            Leaf::Bytes => {
                let bytes = self.slice()?;
                self.positions(bytes.iter(), place, |walk, byte| walk.plain(*byte, Place::default()))
            }
            Leaf::Unit => self.null(place),
        }
    }

    fn doubtful(&self) {
        self.encoding.is_doubtful.set(true);
    }

    /// What serde's buffer loses in a key.
    #[inline]
    fn doubtful_key(&self, place: Place) {
        if place.is_key {
            self.doubtful();
        }
    }

    /// A number or truth.
    #[inline]
    fn plain<T: Serialize>(&mut self, value: T, place: Place) -> Result<()> {
        if place.is_key {
            self.text.put(b"\"")?;
        }
        self.text.put_number(value)?;
        if place.is_key { self.text.put(b"\"") } else { Ok(()) }
    }

    fn string(&mut self, text: &[u8], place: Place) -> Result<()> {
        // A map of a user that looks like a nested value.
        if place.is_key && is_tag(text) {
            self.doubtful();
        }
        self.text.put_str(text)
    }

    #[cold]
    fn null(&mut self, place: Place) -> Result<()> {
        match place {
            Place { is_some: true, .. } => Err(NULL_IN_SOME.into()),
            Place { is_key: true, .. } => Err(no_string()),
            _ => self.text.put(b"null"),
        }
    }

    /// What serde has written.
    pub(super) fn by_serde(&mut self, place: Place) -> Result<()> {
        let text = self.slice()?;
        if place.is_key {
            return self.key_by_serde(text);
        }
        if place.is_some && text == b"null" {
            return Err(NULL_IN_SOME.into());
        }
        self.text.put(text)
    }

    /// The same of a key: text, or a number or truth as text.
    #[cold]
    fn key_by_serde(&mut self, text: &[u8]) -> Result<()> {
        if let Ok(key) = serde_json::from_slice::<String>(text) {
            return self.string(key.as_bytes(), Place { is_key: true, is_some: false });
        }
        self.doubtful();
        match text.first() {
            Some(b'-' | b'0'..=b'9' | b't' | b'f') => self.text.put_str(text),
            _ => Err(no_string()),
        }
    }

    /// What is no string, so no key.
    fn begin(&mut self, mark: &[u8], place: Place) -> Result<()> {
        if place.is_key { Err(no_string()) } else { self.text.put(mark) }
    }

    /// The elements of one type.
    fn elements(&mut self, length: usize, at: At<'_>, place: Place) -> Result<()> {
        if length == 0 {
            return self.begin(b"[]", place);
        }
        let (at, view) = at.view()?;
        self.positions(0..length, place, |walk, _| walk.viewed(at, view, Place::default()))
    }

    #[inline]
    fn positions<T>(
        &mut self,
        parts: impl Iterator<Item = T>,
        place: Place,
        mut put: impl FnMut(&mut Self, T) -> Result<()>,
    ) -> Result<()> {
        self.begin(b"[", place)?;
        for (number, part) in parts.enumerate() {
            if number > 0 {
                self.text.put(b",")?;
            }
            put(self, part)?;
        }
        self.text.put(b"]")
    }

    fn entries(&mut self, key: At<'_>, value: At<'_>, place: Place) -> Result<()> {
        let length = self.length()?;
        self.begin(b"{", place)?;
        for number in 0..length {
            if number > 0 {
                self.text.put(b",")?;
            }
            self.value(key, Place { is_key: true, is_some: false })?;
            self.text.put(b":")?;
            self.value(value, Place::default())?;
        }
        self.text.put(b"}")
    }

    /// A field, which is always there.
    #[inline]
    fn field(&mut self, at: At<'_>, field: &Field, place: Place) -> Result<()> {
        if field.absent == Absent::Default {
            self.byte()?;
        }
        self.value(at.with(field.ty), place)
    }

    fn fields(&mut self, at: At<'_>, fields: &'static Fields, place: Place) -> Result<()> {
        match (fields.style, fields.fields) {
            (Style::Unit, _) => self.null(place),
            (Style::Newtype, [field]) => self.field(at, field, place),
            (Style::Named, []) => self.begin(b"{}", place),
            (Style::Named, _) if place.is_key => Err(no_string()),
            (Style::Named, list) => {
                let mut before = b'{';
                for field in list {
                    self.text.put_name(before, field.name)?;
                    self.field(at, field, Place::default())?;
                    before = b',';
                }
                self.text.put(b"}")
            }
            (_, list) => self.positions(list.iter(), place, |walk, field| walk.field(at, field, Place::default())),
        }
    }

    fn variant(&mut self, at: At<'_>, variant: &'static Variant, place: Place) -> Result<()> {
        let Variant { name, fields, .. } = variant;
        if fields.style == Style::Unit {
            return self.text.put_str(name.as_bytes());
        }
        if place.is_key {
            return Err(no_string());
        }
        self.text.put_name(b'{', name)?;
        self.fields(at, fields, Place::default())?;
        self.text.put(b"}")
    }
}
