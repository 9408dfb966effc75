//! Writes a value as JSON: from a tape by constant shapes, or from a binary state by a schema. Imports `error`, `shape`
//! and its siblings.
//!
//! The shape gives the structure; serde_json writes numbers, and strings that need escapes.
//!
//! Invariant: the walk refuses what a decode would refuse, and values that JSON would confuse with `null`.

use crate::error::{Error, Result, Step};
use crate::shape::{Leaf, Style};
use crate::state::decode::types::Bytes;
use crate::state::encode::sink::Encoding;
use crate::state::metered::guard_writer::{NOT_FINITE, NULL_IN_SOME, is_tag};
use crate::state::metered::json_text::Text;
use crate::state::view::{Part, PartsAt, TypeAt, VariantsAt, View};
use serde::Serialize;
use serde::ser::Error as _;

/// The context of a value in its text.
#[derive(Clone, Copy, Default)]
pub(in crate::state) struct Place {
    /// The value is in a `Some`, so that `null` would mean `None`.
    pub(super) is_some: bool,
    /// The value is a map key, which has to be a string.
    pub(super) is_key: bool,
}

/// The input of a walk.
pub(in crate::state) trait Source<'de>: Sized {
    type At: TypeAt;

    fn bytes(&mut self) -> &mut Bytes<'de>;

    /// The bytes of a string. Those of a tape are known to be UTF-8.
    fn text(&mut self) -> Result<&'de [u8]>;

    /// Runs `run` one level deeper.
    fn level<'w, T>(walk: &mut Walk<'w, Self>, run: impl FnOnce(&mut Walk<'w, Self>) -> Result<T>) -> Result<T>;

    /// Runs `run` on a part of a value.
    #[inline]
    fn part<'w>(walk: &mut Walk<'w, Self>, _: Step, run: impl FnOnce(&mut Walk<'w, Self>) -> Result<()>) -> Result<()> {
        run(walk)
    }

    /// Writes a value that only this source has.
    fn own(walk: &mut Walk<'_, Self>, own: <Self::At as TypeAt>::Own, place: Place) -> Result<()>;
}

/// Writes one value to a text.
pub(in crate::state) struct Walk<'w, S> {
    pub(in crate::state) source: S,
    pub(in crate::state) text: Text<'w>,
    pub(in crate::state) encoding: &'w Encoding,
}

/// The error of serde_json for a key that is not a string.
#[cold]
fn no_string() -> Error {
    Error::of_foreign_writer(serde_json::Error::custom("key must be a string"))
}

impl<'de, S: Source<'de>> Walk<'_, S> {
    pub(in crate::state) fn value(&mut self, at: S::At, place: Place) -> Result<()> {
        if let Some(leaf) = at.leaf() {
            return self.leaf(leaf, place);
        }
        // Matched without a local, as a view is large.
        match at.view() {
            Ok(ref view) => self.viewed(view, place),
            Err(error) => Err(error),
        }
    }

    #[inline]
    fn viewed(&mut self, view: &View<S::At>, place: Place) -> Result<()> {
        match view {
            View::Leaf(leaf) => self.leaf(*leaf, place),
            View::Own(own) => S::own(self, *own, place),
            View::Parts(parts) if parts.style() == Style::Unit => self.null(place),
            view => self.compound(view, place),
        }
    }

    fn compound(&mut self, view: &View<S::At>, place: Place) -> Result<()> {
        if let View::Option(inner) = view {
            return match self.source.bytes().tag()? {
                false => self.null(place),
                true => S::level(self, |walk| walk.value(*inner, Place { is_some: true, ..place })),
            };
        }
        S::level(self, |walk| match view {
            View::Seq(element) => {
                let length = walk.source.bytes().unsigned()?;
                walk.elements(length, *element, Step::Element, place)
            }
            View::Array(element, length) => walk.elements(*length as u64, *element, Step::Position, place),
            View::Map(key, value) => walk.entries(*key, *value, place),
            View::Parts(parts) => walk.parts(parts, place),
            View::Enum(variants) => {
                let index = walk.source.bytes().unsigned()?;
                walk.variant(&variants.numbered(index)?, place)
            }
            View::Leaf(_) | View::Option(_) | View::Own(_) => walk.viewed(view, place),
        })
    }

    fn leaf(&mut self, leaf: Leaf, place: Place) -> Result<()> {
        macro_rules! number {
            ($read:expr) => {{
                let number = $read;
                self.plain(number, place, true)
            }};
        }
        macro_rules! float {
            ($ty:ident) => {
                match $ty::from_le_bytes(self.source.bytes().all_fixed()?) {
                    number if number.is_finite() => self.plain(number, place, false),
                    _ => Err(NOT_FINITE.into()),
                }
            };
        }
        match leaf {
            Leaf::Bool => number!(self.source.bytes().boolean()?),
            Leaf::U8 => number!(u8::from_le_bytes(self.source.bytes().all_fixed()?)),
            Leaf::I8 => number!(i8::from_le_bytes(self.source.bytes().all_fixed()?)),
            Leaf::U16 => number!(self.source.bytes().unsigned::<u16>()?),
            Leaf::U32 => number!(self.source.bytes().unsigned::<u32>()?),
            Leaf::U64 => number!(self.source.bytes().unsigned::<u64>()?),
            Leaf::I16 => number!(self.source.bytes().signed::<i16>()?),
            Leaf::I32 => number!(self.source.bytes().signed::<i32>()?),
            Leaf::I64 => number!(self.source.bytes().signed::<i64>()?),
            Leaf::I128 => {
                self.doubtful();
                number!(self.source.bytes().other::<i128>()?)
            }
            Leaf::U128 => {
                self.doubtful();
                number!(self.source.bytes().other::<u128>()?)
            }
            Leaf::F32 => float!(f32),
            Leaf::F64 => float!(f64),
            Leaf::Char => {
                let char = self.source.bytes().character()?;
                self.text.put_str(char.encode_utf8(&mut [0; 4]).as_bytes())
            }
            Leaf::Str => {
                let text = self.source.text()?;
                self.string(text, place)
            }
            Leaf::Bytes => S::level(self, |walk| {
                let bytes = walk.source.bytes().slice()?;
                let put = |walk: &mut Self, at| {
                    S::part(walk, Step::Element(at), |walk| walk.plain(bytes.get(at), Place::default(), false))
                };
                walk.list(bytes.len() as u64, place, put)
            }),
            Leaf::Unit => self.null(place),
        }
    }

    fn doubtful(&self) {
        self.encoding.is_doubtful.set(true);
    }

    /// Notes a key that serde's buffer would change.
    #[inline]
    fn plain<T: Serialize>(&mut self, value: T, place: Place, is_lost: bool) -> Result<()> {
        if place.is_key { self.plain_key(&value, is_lost) } else { self.text.put_number(value) }
    }

    #[inline(never)]
    fn plain_key<T: Serialize>(&mut self, value: &T, is_lost: bool) -> Result<()> {
        if is_lost {
            self.doubtful();
        }
        self.text.put(b"\"")?;
        self.text.put_number(value)?;
        self.text.put(b"\"")
    }

    fn string(&mut self, text: &[u8], place: Place) -> Result<()> {
        // A user's map that looks like a nested value.
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

    /// Text that serde has written.
    pub(super) fn by_serde(&mut self, text: &[u8], place: Place) -> Result<()> {
        if place.is_key {
            return self.key_by_serde(text);
        }
        if place.is_some && text == b"null" {
            return Err(NULL_IN_SOME.into());
        }
        self.text.put(text)
    }

    /// A key that serde has written: a string, or a number or boolean as a string.
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

    /// Writes the end of a compound value.
    pub(super) fn end(&mut self, place: Place) -> Result<()> {
        if place.is_key { Err(no_string()) } else { self.text.put(b"}") }
    }

    /// Begins a compound value, up to the name of its first member.
    pub(in crate::state) fn begin_named(&mut self, name: &str, place: Place) -> Result<()> {
        if place.is_key { Err(no_string()) } else { self.text.put_name(b'{', name) }
    }

    /// Writes the begin of a compound value, which cannot be a key.
    fn begin(&mut self, mark: &[u8], place: Place) -> Result<()> {
        if place.is_key { Err(no_string()) } else { self.text.put(mark) }
    }

    /// Elements of one type.
    fn elements(&mut self, length: u64, at: S::At, step: fn(usize) -> Step, place: Place) -> Result<()> {
        if length == 0 {
            return self.begin(b"[]", place);
        }
        let view = at.view()?;
        self.list(length, place, |walk, at| S::part(walk, step(at), |walk| walk.viewed(&view, Place::default())))
    }

    #[inline]
    fn list(&mut self, length: u64, place: Place, mut put: impl FnMut(&mut Self, usize) -> Result<()>) -> Result<()> {
        self.begin(b"[", place)?;
        let mut at = 0_usize;
        while (at as u64) < length {
            if at > 0 {
                self.text.put(b",")?;
            }
            put(self, at)?;
            at = at.saturating_add(1);
        }
        self.text.put(b"]")
    }

    fn entries(&mut self, key: S::At, value: S::At, place: Place) -> Result<()> {
        let length: u64 = self.source.bytes().unsigned()?;
        self.begin(b"{", place)?;
        let mut at = 0_usize;
        while (at as u64) < length {
            if at > 0 {
                self.text.put(b",")?;
            }
            S::part(self, Step::Key(at), |walk| walk.value(key, Place { is_key: true, is_some: false }))?;
            self.text.put(b":")?;
            S::part(self, Step::Element(at), |walk| walk.value(value, Place::default()))?;
            at = at.saturating_add(1);
        }
        self.text.put(b"}")
    }

    /// A part of a struct, tuple or variant.
    #[inline]
    fn part(&mut self, part: &Part<S::At>, place: Place) -> Result<()> {
        if part.is_marked {
            self.source.bytes().tag()?;
        }
        self.value(part.at, place)
    }

    fn parts(&mut self, parts: &<S::At as TypeAt>::Parts, place: Place) -> Result<()> {
        match (parts.style(), parts.len()) {
            (Style::Newtype, 1) => parts.part(0).map_or(Ok(()), |part| self.part(&part, place)),
            (Style::Named, 0) => self.begin(b"{}", place),
            (Style::Named, _) if place.is_key => Err(no_string()),
            (Style::Named, length) => {
                for index in 0..length {
                    let Some(part) = parts.part(index) else { break };
                    match parts.member(index) {
                        Some(member) => self.text.put_member(index == 0, member)?,
                        None => self.text.put_name(if index == 0 { b'{' } else { b',' }, parts.name(index))?,
                    }
                    S::part(self, Step::Position(index), |walk| walk.part(&part, Place::default()))?;
                }
                self.text.put(b"}")
            }
            (_, length) => self.list(length as u64, place, |walk, index| match parts.part(index) {
                Some(part) => S::part(walk, Step::Position(index), |walk| walk.part(&part, Place::default())),
                None => Ok(()),
            }),
        }
    }

    fn variant(&mut self, parts: &<S::At as TypeAt>::Parts, place: Place) -> Result<()> {
        if parts.style() == Style::Unit {
            return self.text.put_str(parts.variant().as_bytes());
        }
        self.begin_named(parts.variant(), place)?;
        self.parts(parts, Place::default())?;
        self.text.put(b"}")
    }
}
