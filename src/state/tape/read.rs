//! The tape that is made of a text. Imports `error`, `format`, `shape` and its siblings.
//!
//! Invariant: what the tape takes beyond the bytes of the text is charged while it is there; levels are counted as those of a
//! binary state. All else is counted and charged where the value is made of the tape.

use super::at::{At, View};
use super::fields::{FieldsVisitor, Kinds, VariantVisitor};
use super::read_nested::NestedVisitor;
use super::read_parts::{Parts, What};
use super::recorder::{Extent, RECENT, Recorder, Seed};
use super::visitors::{AsideVisitor, Bytes, Text};
use crate::error::{Error, Result};
use crate::format::{Format, Primitives, Tape, json_state, json_text};
use crate::shape::{Fields, Leaf, Manners, Shape, Style};
use crate::state::binary::by_serde::{ASIDE, BySerde, Nested};
use crate::state::budget::count::over;
use crate::state::budget::stack;
use crate::state::decode::types::{Aside, Input, Kept, Plan, Session, Sourced};
use crate::state::handoff::{BY_SERDE, FOREIGN_FIELDS, Scope, WantBySerde};
use crate::state::metered::once::Once;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _};
use std::any::Any;
use std::sync::Arc;

/// What a level takes of the stack: the frames of serde_json and of the visitors here.
const LEVEL: usize = 128;

/// Makes a value of the type `at` of a text.
pub(crate) fn read_text<T>(
    text: &[u8],
    session: &Session,
    at: At<'_>,
    take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>,
) -> Result<T> {
    in_scope(at, |at| {
        let mut recorder = Recorder::new(session, text.len());
        match std::str::from_utf8(text) {
            Ok(text) => json_text(text, |json| recorder.read(at, json))?,
            // Serde_json looks at no string that nobody reads.
            Err(_) => json_state(text, |json| recorder.read(at, Sourced(&mut Once::new(json))))?,
        }
        recorder.play(session.is_erased.get(), take)
    })
}

/// The same of what a source gives: a value within a text, or of a format of another crate.
pub(in crate::state) fn read_source<T>(
    source: Sourced<'_, '_>,
    session: &Session,
    at: At<'_>,
    take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>,
) -> Result<T> {
    in_scope(at, |at| {
        let mut recorder = Recorder::new(session, 0);
        recorder.read(at, source)?;
        recorder.play(session.is_erased.get(), take)
    })
}

/// Gives a type without a plan that of this thread.
fn in_scope<T>(at: At<'_>, run: impl FnOnce(At<'_>) -> Result<T>) -> Result<T> {
    let innermost = if at.plan.is_none() && at.expr.has_params() { Scope::innermost() } else { None };
    run(At { plan: at.plan.or(innermost.as_ref()), ..at })
}

impl<'a> Recorder<'a> {
    fn new(session: &'a Session, text: usize) -> Self {
        let (left, nested_left) = session.levels_left();
        let table = session.table.get();
        Recorder {
            bytes: Vec::with_capacity(text),
            extent: Extent::new(0, 0, text),
            aside: Aside::default(),
            session,
            left,
            nested_left,
            table,
            is_listed: !session.is_foreign(),
            known: Vec::new(),
            recent: [0; RECENT],
            name: String::new(),
        }
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, at: At<'_>, from: D) -> Result<()> {
        Seed { recorder: self, at }.deserialize(from).map_err(Error::of_foreign)
    }

    /// Makes the value that came last. What stands aside goes into it, and is charged there: what was charged for it is no more.
    pub(super) fn play<T>(&mut self, is_erased: bool, take: impl FnOnce(&mut Input<'_, '_>) -> Result<T>) -> Result<T> {
        let handed_over = self.extent.charged.min(self.extent.beside);
        self.session.give_back(handed_over);
        self.extent.charged = self.extent.charged.saturating_sub(handed_over);
        let bytes = self.bytes.get(self.extent.start..).unwrap_or_default();
        let Recorder { session, left, nested_left, table, ref aside, .. } = *self;
        let (format, aside) = (Format::Json, Some(aside));
        let mut input = Input { bytes, session, scope: None, left, nested_left, table, format, is_erased, aside };
        let value = take(&mut input)?;
        input.end()?;
        Ok(value)
    }

    /// Charges what was written.
    #[inline]
    pub(super) fn count(&mut self) -> Result<()> {
        let Extent { start, free, beside, charged, .. } = self.extent;
        let taken = self.bytes.len().saturating_sub(start).saturating_add(beside);
        if taken > free.saturating_add(charged) {
            let beyond = taken.saturating_sub(free);
            self.session.charge(beyond.saturating_sub(charged))?;
            self.extent.charged = beyond;
        }
        Ok(())
    }

    /// Runs `read`, one level of compound values further in, on a stack that has room for it.
    pub(super) fn level<T, E: serde::de::Error>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let limit = self.session.limits.depth;
        let Some(left) = self.left.checked_sub(1) else {
            return Err(over("depth", limit, limit.saturating_add(1)).carry());
        };
        self.left = left;
        let needed = stack::needed(LEVEL, 0);
        let read = if self.session.stack.has_level(needed) {
            read(self)
        } else {
            let (session, depth) = (self.session, limit.saturating_sub(left));
            session.elsewhere(needed, depth, || Ok(read(self))).unwrap_or_else(|error| Err(error.carry()))
        };
        self.left = left.saturating_add(1);
        read
    }

    pub(super) fn number(&mut self, number: u64) {
        Tape::put_number(&mut self.bytes, number);
    }

    fn signed(&mut self, number: i64) {
        self.number(u64::from_le_bytes((number << 1 ^ number >> 63).to_le_bytes()));
    }

    pub(super) fn slice(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn leaf<'de, D: Deserializer<'de>>(&mut self, leaf: Leaf, from: D) -> Result<(), D::Error> {
        match leaf {
            Leaf::Bool => self.bytes.push(u8::from(bool::deserialize(from)?)),
            Leaf::U8 => self.bytes.push(u8::deserialize(from)?),
            Leaf::I8 => self.bytes.extend_from_slice(&i8::deserialize(from)?.to_le_bytes()),
            Leaf::U16 => self.number(u16::deserialize(from)?.into()),
            Leaf::U32 => self.number(u32::deserialize(from)?.into()),
            Leaf::U64 => self.number(u64::deserialize(from)?),
            Leaf::I16 => self.signed(i16::deserialize(from)?.into()),
            Leaf::I32 => self.signed(i32::deserialize(from)?.into()),
            Leaf::I64 => self.signed(i64::deserialize(from)?),
            Leaf::F32 => self.bytes.extend_from_slice(&f32::deserialize(from)?.to_le_bytes()),
            Leaf::F64 => self.bytes.extend_from_slice(&f64::deserialize(from)?.to_le_bytes()),
            Leaf::I128 => self.other(i128::deserialize(from)?)?,
            Leaf::U128 => self.other(u128::deserialize(from)?)?,
            Leaf::Char => self.other(char::deserialize(from)?)?,
            Leaf::Str => from.deserialize_string(Text(self))?,
            Leaf::Bytes => from.deserialize_byte_buf(Bytes(self))?,
            Leaf::Unit => <()>::deserialize(from)?,
        }
        self.count().map_err(Error::carry)
    }

    fn other<T: serde::Serialize, E: serde::de::Error>(&mut self, value: T) -> Result<(), E> {
        Tape::put(&mut self.bytes, &value).map_err(Error::carry)
    }

    /// Lets serde read a value, which stands aside.
    fn by_serde<'de, D: Deserializer<'de>>(
        &mut self,
        by: &'static BySerde,
        at: At<'_>,
        from: D,
    ) -> Result<(), D::Error> {
        // What has no parameters is native in any scope.
        let plan = at.plan.filter(|plan| !plan.is_native() && at.expr.has_params());
        let _scope = plan.map(Scope::enter);
        self.aside_by(by, plan, |session| {
            WantBySerde(by).put();
            from.deserialize_newtype_struct(BY_SERDE, AsideVisitor { by, session })
        })
    }

    /// The same by a function that reads it.
    pub(super) fn aside_by<E: serde::de::Error>(
        &mut self,
        by: &'static BySerde,
        plan: Option<&Arc<Plan>>,
        read: impl FnOnce(&Session) -> Result<Box<dyn Any>, E>,
    ) -> Result<(), E> {
        let session = self.session;
        let _at = self.shown(plan.is_some());
        let unit = session.begin_unit(0);
        let value = session.room(by.size, || Ok(read(session))).unwrap_or_else(|error| Err(error.carry()))?;
        if let Some(plan) = plan {
            unit.charge(&plan.handles, 1).map_err(Error::carry)?;
        }
        self.keep(size_of_val(&*value), Kept::BySerde(value)).map_err(Error::carry)
    }

    /// Keeps a value of `size` bytes aside, and writes its place.
    pub(super) fn keep(&mut self, size: usize, value: Kept) -> Result<()> {
        self.extent.beside = self.extent.beside.saturating_add(size).saturating_add(ASIDE);
        let place = self.aside.keep(value);
        self.number(place as u64);
        self.count()
    }

    /// Shows the session where the value stands that serde is about to read, until the guard ends.
    pub(super) fn shown(&self, is_erased: bool) -> impl Drop + use<'a> {
        self.session.at_levels(self.left, self.nested_left, self.table, is_erased)
    }

    fn fields<'de, D: Deserializer<'de>>(
        &mut self,
        at: At<'_>,
        fields: &'static Fields,
        manners: &'static Manners,
        from: D,
    ) -> Result<(), D::Error> {
        let name = manners.name;
        if fields.style == Style::Unit {
            return from.deserialize_unit_struct(name, FieldsVisitor::new(self, at, fields, manners, Kinds::Struct));
        }
        self.level(|recorder| {
            let visitor = FieldsVisitor::new(recorder, at, fields, manners, Kinds::Struct);
            match fields.style {
                Style::Newtype => from.deserialize_newtype_struct(name, visitor),
                Style::Named => from.deserialize_struct(name, fields.listed, visitor),
                _ => from.deserialize_tuple_struct(name, fields.fields.len(), visitor),
            }
        })
    }

    fn shaped<'de, D: Deserializer<'de>>(
        &mut self,
        at: At<'_>,
        shape: &'static Shape,
        from: D,
    ) -> Result<(), D::Error> {
        let what = match shape {
            Shape::Leaf(leaf) => return self.leaf(*leaf, from),
            Shape::Text { .. } => return self.leaf(Leaf::Str, from),
            Shape::Option { inner } => {
                return from.deserialize_option(Parts { recorder: self, at, what: What::Option(inner) });
            }
            Shape::Struct { fields, manners, .. } => return self.fields(at, fields, manners, from),
            Shape::Enum { variants, manners, .. } => {
                return self.level(|recorder| {
                    let visitor = VariantVisitor { recorder, at, variants, manners };
                    from.deserialize_enum(manners.name, manners.listed, visitor)
                });
            }
            Shape::Seq { element } => What::Seq(element),
            Shape::Array { element } => What::Array(element, at.length().map_err(Error::carry)?),
            Shape::Tuple { elements } => What::Tuple(elements),
            Shape::Map { key, value } => What::Map(key, value),
            _ => return Err(D::Error::custom("its shape is not one of its state")),
        };
        self.level(|recorder| {
            let parts = Parts { recorder, at, what };
            match parts.what {
                What::Map(..) => from.deserialize_map(parts),
                What::Array(_, length) => from.deserialize_tuple(length, parts),
                What::Tuple(elements) => from.deserialize_tuple(elements.len(), parts),
                _ => from.deserialize_seq(parts),
            }
        })
    }
}

impl Drop for Recorder<'_> {
    fn drop(&mut self) {
        self.session.give_back(self.extent.charged);
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        if let Some(leaf) = self.at.leaf() {
            return self.recorder.leaf(leaf, from);
        }
        let (at, view) = self.at.view().map_err(Error::carry)?;
        match view {
            View::Shaped(shape) => self.recorder.shaped(at, shape, from),
            View::BySerde(by) => match by.nested {
                Some(Nested { interface, is_exact: true }) if self.recorder.is_listed => from.deserialize_struct(
                    "Nested",
                    &FOREIGN_FIELDS,
                    NestedVisitor { recorder: self.recorder, by, interface },
                ),
                _ => self.recorder.by_serde(by, at, from),
            },
        }
    }
}
