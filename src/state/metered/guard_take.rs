//! The guard itself: counts the tokens of a foreign source, part by part. Imports `error`, `shape` and its siblings.
//!
//! Invariant: a compound value is counted before its first part is decoded.

use super::buffer::{Progress, is_buffer, next_text};
use super::guard_part::GuardedPart;
use super::json_number::{Numeric, as_number};
use super::reserved::{check_key, raw_name};
use super::source::{EnumSource, Hint, MapSource, Result, SeqSource, Take, TakePart, Token};
use crate::error::{Error, Passing, Step};
use crate::shape::Listed;
use crate::state::binary::parts::Parts;
use crate::state::binary::run::SPARE;
use crate::state::budget::as_native::PAID;
use crate::state::decode::types::{Guarded, Session, Watch};
use crate::state::made::Made;
use std::fmt;

/// Takes a value, and counts its compound values.
pub(in crate::state) struct Guard<'a, 'de> {
    pub(in crate::state) take: &'a mut dyn Take<'de>,
    pub(in crate::state) made: &'static Made,
    pub(in crate::state) session: &'a Session,
    pub(in crate::state) parts: Parts,
    /// The bytes that are already charged for the value.
    pub(in crate::state) slot: usize,
    pub(in crate::state) watch: Option<&'a Watch<'a>>,
    /// Whether the value is a level of its own; the content of a variant is not.
    pub(in crate::state) is_level: bool,
    /// Whether the value is the key of an entry.
    pub(in crate::state) is_key: bool,
    pub(in crate::state) hint: Hint,
}

impl<'de> Take<'de> for Guard<'_, 'de> {
    fn take(&mut self, token: Token<'_, 'de>) -> Result<()> {
        let (session, parts) = (self.session, self.parts);
        match token {
            Token::Text(text) => {
                let other = self.note(text)?;
                self.take.take(Token::Text(other.unwrap_or(text)))
            }
            Token::BorrowedText(text) => {
                let other = self.note(text)?;
                self.take.take(Token::BorrowedText(other.unwrap_or(text)))
            }
            Token::None => {
                if !session.pays_option_in_scope(self.made, self.slot)? {
                    self.charge()?;
                }
                self.take.take(Token::None)
            }
            Token::Unit => {
                self.charge()?;
                self.take.take(Token::Unit)
            }
            Token::Some(inner) => {
                if session.pays_option_in_scope(self.made, self.slot)? {
                    self.slot = PAID;
                    return self.level(|take, _| take.take(Token::Some(&mut Guarded::new(inner, session, PAID))));
                }
                let made = self.made;
                self.level(|take, size| {
                    session.note_variants(made);
                    take.take(Token::Some(&mut Guarded::new(inner, session, size)))
                })
            }
            Token::Newtype(inner) => {
                self.level(|take, size| take.take(Token::Newtype(&mut Guarded::new(inner, session, size))))
            }
            Token::Seq(access) => {
                let made = self.made;
                self.level(|take, _| take.take(Token::Seq(&mut Compound::new(access, session, parts, made))))
            }
            Token::Map(access) => self.map(access),
            Token::Enum(access) => {
                let none = Listed { owner: "", names: &[] };
                let variants = if let Parts::Fields(variants) = parts { variants } else { none };
                let made = self.made;
                self.level(|take, slot| {
                    session.note_variants(made);
                    take.take(Token::Enum(&mut GuardedEnum { access, session, variants, variant: None, slot }))
                })
            }
            other => self.take.take(other),
        }
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.take.expecting(f)
    }
}

impl<'de> Guard<'_, 'de> {
    /// Checks a text and notes it; returns its replacement, if it has one.
    fn note(&self, text: &str) -> Result<Option<&'static str>> {
        if self.is_key {
            check_key(text)?;
        }
        Ok(self.watch.and_then(|watch| watch.note(text)))
    }

    /// Counts a level around `take`, which gets the value's own size as the slot of its content: the slot of the value may be
    /// larger, but a boxed value is not in that slot.
    fn level(&mut self, take: impl FnOnce(&mut dyn Take<'de>, usize) -> Result<()>) -> Result<()> {
        let size = self.made.size;
        if !self.is_level {
            return take(self.take, size);
        }
        let n_variants = if let Parts::Fields(listed) = self.parts { listed.names.len() } else { 0 };
        self.session.level(size, self.slot, n_variants, || take(self.take, size).map_err(Error::from))?;
        Ok(())
    }

    /// Charges a value without parts, as its type may still be large.
    fn charge(&self) -> Result<()> {
        Ok(self.session.charge_whole(self.made, self.slot)?)
    }

    fn map(&mut self, access: &mut dyn MapSource<'de>) -> Result<()> {
        let (session, parts, is_buffer) = (self.session, self.parts, is_buffer(self.made));
        let buffer = if is_buffer { Progress::Start } else { Progress::Other };
        let mut numeric;
        let access = if is_buffer && matches!(self.hint, Hint::Any) {
            numeric = match as_number(access)? {
                Numeric::Number(token) => return self.take(token),
                Numeric::Map(map) => map,
            };
            &mut numeric
        } else {
            access
        };
        // Raw text comes as a map of one entry.
        let is_raw = matches!(self.hint, Hint::Newtype(name) if name == raw_name());
        let made = self.made;
        self.level(|take, _| {
            take.take(Token::Map(&mut Compound { buffer, is_raw, ..Compound::new(access, session, parts, made) }))
        })
    }
}

/// The parts of a sequence, map or struct.
struct Compound<'a, A: ?Sized> {
    access: &'a mut A,
    session: &'a Session,
    parts: Parts,
    /// The type that the visitor makes, or that of the last key.
    made: &'static Made,
    /// The bytes beside the next element.
    beside: usize,
    /// The number of parts so far.
    at: usize,
    /// The index of the field whose value is next.
    field: usize,
    /// The part of a nested value that serde's buffer already has.
    buffer: Progress,
    /// Whether it is serde_json's map around raw text.
    is_raw: bool,
}

impl<'a, A: ?Sized> Compound<'a, A> {
    fn new(access: &'a mut A, session: &'a Session, parts: Parts, made: &'static Made) -> Self {
        let (field, buffer) = (usize::MAX, Progress::Other);
        Compound { access, session, parts, made, beside: 0, at: 0, field, buffer, is_raw: false }
    }

    fn part<'w, 'de>(&self, made: &'static Made, take: &'w mut dyn TakePart<'de>) -> GuardedPart<'w, 'de>
    where
        'a: 'w,
    {
        let room = match self.parts {
            Parts::Claimed if self.at == 1 => 1 + SPARE,
            Parts::Claimed => 1,
            _ => 0,
        };
        GuardedPart { take, made, session: self.session, room, beside: self.beside, watch: None, is_key: false }
    }

    fn index(&self) -> usize {
        self.at.saturating_sub(1)
    }

    /// Checks the stack before a part, as its type may be large.
    fn begin(&self, made: &Made) -> Result<()> {
        Ok(self.session.check_stack_for(made.size)?)
    }
}

/// Adds the step into a part to the error's path.
#[cold]
fn within(error: Passing, step: Option<Step>) -> Passing {
    Error::from(error).within(step).into()
}

impl<'de> SeqSource<'de> for Compound<'_, dyn SeqSource<'de> + '_> {
    #[expect(clippy::arithmetic_side_effects, reason = "no loop runs as often as a usize counts")]
    fn next(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool> {
        self.at += 1;
        // All elements are of one type.
        if self.at == 1 || !matches!(self.parts, Parts::Claimed) {
            self.begin(made)?;
            self.beside = (made.beside)((self.made.id)());
        }
        let mut part = self.part(made, take);
        self.access.next(made, &mut part).map_err(|error| within(error, self.parts.step(self.index())))
    }

    fn size_hint(&self) -> Option<usize> {
        None
    }
}

impl<'de> MapSource<'de> for Compound<'_, dyn MapSource<'de> + '_> {
    #[expect(clippy::arithmetic_side_effects, reason = "no loop runs as often as a usize counts")]
    fn key(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool> {
        self.at += 1;
        self.begin(made)?;
        (self.made, self.beside) = (made, 0);
        let Parts::Fields(Listed { names, .. }) = self.parts else {
            let key = match self.buffer {
                Progress::Other => {
                    let mut part = GuardedPart { is_key: !self.is_raw, ..self.part(made, take) };
                    self.access.key(made, &mut part)
                }
                _ => self.buffered_key(made, take),
            };
            return key.map_err(|error| within(error, self.parts.key(self.index())));
        };
        let watch = Watch::new(names);
        let mut part =
            GuardedPart { take, made, session: self.session, room: 0, beside: 0, watch: Some(&watch), is_key: false };
        let key = self.access.key(made, &mut part);
        self.field = watch.found.get();
        key
    }

    fn value(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        self.begin(made)?;
        self.beside = self.session.beside_entry(self.made, made);
        let value = match self.buffer {
            Progress::Other => {
                let mut part = self.part(made, take);
                self.access.value(made, &mut part)
            }
            _ => self.buffered_value(made, take),
        };
        value.map_err(|error| match self.parts {
            Parts::Fields(Listed { names, .. }) => within(error, names.get(self.field).map(|name| Step::Field(name))),
            _ => within(error, self.parts.step(self.index())),
        })
    }

    fn size_hint(&self) -> Option<usize> {
        None
    }
}

impl<'de> Compound<'_, dyn MapSource<'de> + '_> {
    /// Reads a key for serde's buffer, which may be a key of a nested value.
    fn buffered_key(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<bool> {
        let watch = self.buffer.watch_key();
        let mut part = GuardedPart { watch: Some(&watch), is_key: true, ..self.part(made, take) };
        let key = self.access.key(made, &mut part);
        self.buffer = self.buffer.after_key(watch.found());
        key
    }

    /// Reads the value of that key.
    fn buffered_value(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        if self.buffer == Progress::Value {
            self.buffer = Progress::Other;
            return next_text(self.access, self.session, take);
        }
        let watch = Watch::for_listed(self.session);
        let mut part = GuardedPart { watch: Some(&watch), ..self.part(made, take) };
        let value = self.access.value(made, &mut part);
        self.buffer = if watch.found().is_some() { Progress::Listed } else { Progress::Other };
        value
    }
}

/// An enum whose variant, or the content of it, is next.
struct GuardedEnum<'a, 'de> {
    access: &'a mut (dyn EnumSource<'de> + 'a),
    session: &'a Session,
    variants: Listed,
    variant: Option<&'static str>,
    slot: usize,
}

impl<'a, 'de> GuardedEnum<'a, 'de> {
    fn guard<'w>(&self, made: &'static Made, take: &'w mut dyn Take<'de>, parts: Parts) -> Guard<'w, 'de>
    where
        'a: 'w,
    {
        let (session, slot, hint) = (self.session, self.slot, Hint::Map);
        Guard { take, made, session, parts, slot, watch: None, is_level: false, is_key: false, hint }
    }

    fn within(&self, content: Result<()>) -> Result<()> {
        content.map_err(|error| within(error, self.variant.map(Step::Variant)))
    }
}

impl<'de> EnumSource<'de> for GuardedEnum<'_, 'de> {
    fn variant(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        let watch = Watch::new(self.variants.names);
        let mut part =
            GuardedPart { take, made, session: self.session, room: 0, beside: 0, watch: Some(&watch), is_key: false };
        self.access.variant(made, &mut part)?;
        self.variant = self.variants.names.get(watch.found.get()).copied();
        Ok(())
    }

    fn unit(&mut self) -> Result<()> {
        let content = self.access.unit();
        self.within(content)
    }

    fn newtype(&mut self, made: &'static Made, take: &mut dyn TakePart<'de>) -> Result<()> {
        let mut part =
            GuardedPart { take, made, session: self.session, room: 0, beside: 0, watch: None, is_key: false };
        let content = self.access.newtype(made, &mut part);
        self.within(content)
    }

    fn tuple(&mut self, length: usize, made: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        let mut guard = self.guard(made, take, Parts::Positions);
        let content = self.access.tuple(length, made, &mut guard);
        self.within(content)
    }

    fn fields(&mut self, fields: &'static [&'static str], made: &'static Made, take: &mut dyn Take<'de>) -> Result<()> {
        let parts = Parts::Fields(Listed { owner: self.variants.owner, names: fields });
        let mut guard = self.guard(made, take, parts);
        let content = self.access.fields(fields, made, &mut guard);
        self.within(content)
    }
}
