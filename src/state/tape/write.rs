//! Turns a tape into text. Imports `error`, `format` and its siblings.

use super::at::{At, misshaped};
use super::walk::{Place, Source, Walk};
use crate::error::Result;
use crate::format::{Format, Tape};
use crate::state::binary::by_serde::BySerde;
use crate::state::decode::types::Bytes;
use crate::state::encode::sink::Sink;
use crate::state::encode::text_types::TextType;
use crate::state::handoff::Scope;
use crate::state::metered::guard_writer::{TextWriter, put_by};
use crate::state::metered::json_text::Text;
use std::marker::PhantomData;
use std::rc::Rc;

/// The largest tape whose allocation is kept for the next encode.
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
    let left = encoding.budget.levels_left().0;
    let mut tape = Sink { bytes: room, encoding, format: Format::Json, is_tape: true, left, scope: at.plan };
    put(&mut tape)?;
    let bytes = tape.bytes;
    let types = &*sink.encoding.text_types.all();
    let text = Text::new(&mut sink.bytes, &sink.encoding);
    let source = OnTape(Bytes { bytes: &bytes, format: Format::Json }, types, PhantomData);
    let mut walk = Walk { source, text, encoding: &sink.encoding };
    walk.value(at, Place { is_some, is_key: false })?;
    if bytes.capacity() <= KEPT {
        sink.encoding.tape.set(bytes);
    }
    Ok(())
}

impl Sink<'_> {
    /// Writes to the tape the length and the text of a value that serde writes.
    pub(in crate::state) fn put_text_part(
        &mut self,
        write: impl FnOnce(TextWriter<'_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.put_part_of_text(|sink| put_by(sink, write))
    }

    /// Writes to the tape the length and the text of a value that is already text.
    pub(crate) fn put_part_of_text(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&Tape::long_number(0));
        let text_at = self.bytes.len();
        let depth = self.encoding.budget.depth();
        self.encoding.budget.set_depth(self.depth());
        self.is_tape = false;
        let written = write(self);
        self.is_tape = true;
        self.encoding.budget.set_depth(depth);
        written?;
        let length = self.bytes.len().saturating_sub(text_at) as u64;
        if let Some(place) = self.bytes.get_mut(start..text_at) {
            place.copy_from_slice(&Tape::long_number(length));
        }
        Ok(())
    }
}

/// A tape, the types of its nested values, and the lifetime of its plans.
struct OnTape<'t, 'p>(Bytes<'t>, &'p [TextType], PhantomData<At<'p>>);

impl<'t, 'p> Source<'t> for OnTape<'t, 'p> {
    type At = At<'p>;

    #[inline]
    fn bytes(&mut self) -> &mut Bytes<'t> {
        &mut self.0
    }

    #[inline]
    fn text(&mut self) -> Result<&'t [u8]> {
        self.0.slice()
    }

    #[inline]
    fn level<'w, T>(walk: &mut Walk<'w, Self>, run: impl FnOnce(&mut Walk<'w, Self>) -> Result<T>) -> Result<T> {
        walk.encoding.budget.stack.check_written(0)?;
        run(walk)
    }

    fn own(walk: &mut Walk<'_, Self>, (_, by): (At<'p>, &'static BySerde), place: Place) -> Result<()> {
        let OnTape(tape, types, _) = &mut walk.source;
        let known = if by.nested.is_some() { tape.unsigned::<usize>()?.checked_sub(1) } else { None };
        let Some(index) = known else {
            let text = tape.slice()?;
            return walk.by_serde(text, place);
        };
        let TextType { front, expr, plan, .. } = types.get(index).ok_or_else(misshaped)?;
        walk.encoding.budget.stack.check_written(0)?;
        walk.text.put(front)?;
        walk.value(At::new(expr, plan.as_ref()), Place::default())?;
        walk.end(place)
    }
}
