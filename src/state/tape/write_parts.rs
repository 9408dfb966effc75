//! What stands on a tape that no shape tells: what serde writes, and nested values. Imports `error`, `format` and its siblings.
//!
//! Invariant: a nested value is two fields, which a decode counts as one level.

use super::at::At;
use super::write::{Place, Walk, misshaped, no_string};
use crate::error::Result;
use crate::format::Tape;
use crate::state::encode::sink::Sink;
use crate::state::encode::text_types::TextType;
use crate::state::metered::guard_writer::{TextWriter, put_by};

impl Sink<'_> {
    /// Writes to the tape what serde writes as text, behind its length.
    pub(in crate::state) fn put_text_part(
        &mut self,
        write: impl FnOnce(TextWriter<'_, '_>) -> Result<()>,
    ) -> Result<()> {
        self.put_part_of_text(|sink| put_by(sink, write))
    }

    /// Writes to the tape what is text already, behind its length.
    pub(crate) fn put_part_of_text(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&Tape::long_number(0));
        let text_at = self.bytes.len();
        let depth = self.encoding.spent.depth();
        self.encoding.spent.set_depth(self.depth());
        self.is_tape = false;
        let written = write(self);
        self.is_tape = true;
        self.encoding.spent.set_depth(depth);
        written?;
        let length = self.bytes.len().saturating_sub(text_at) as u64;
        if let Some(place) = self.bytes.get_mut(start..text_at) {
            place.copy_from_slice(&Tape::long_number(length));
        }
        Ok(())
    }

    /// Writes a nested value to the tape as its text.
    pub(crate) fn put_nested_text(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        self.put_byte(0);
        self.put_part_of_text(write)
    }

    /// Writes a nested value to the tape: the place of its type behind that of a text, and what `write` has of it. In the text it
    /// has the name of its type, of so many bytes.
    pub(crate) fn put_nested_value(
        &mut self,
        place: usize,
        name_len: usize,
        write: impl FnOnce(&mut Sink<'_>) -> Result<()>,
    ) -> Result<()> {
        self.encoding.spent.begin_nested()?;
        let begun = self.begin_nested_value(place, name_len);
        let written = begun.and_then(|()| write(self));
        self.leave();
        self.encoding.spent.end_nested();
        written
    }

    fn begin_nested_value(&mut self, place: usize, name_len: usize) -> Result<()> {
        self.enter_heap()?;
        self.encoding.spent.count_repeated(name_len)?;
        self.put_number((place as u64).saturating_add(1));
        Ok(())
    }
}

impl Walk<'_> {
    /// A nested value.
    pub(super) fn nested(&mut self, place: Place) -> Result<()> {
        let Some(index) = self.length()?.checked_sub(1) else { return self.by_serde(place) };
        let TextType { front, expr, plan, .. } = self.types.get(index).ok_or_else(misshaped)?;
        self.encoding.spent.check_stack(0)?;
        self.text.put(front)?;
        self.value(At::new(expr, plan.as_ref()), Place::default())?;
        if place.is_key { Err(no_string()) } else { self.text.put(b"}") }
    }
}
