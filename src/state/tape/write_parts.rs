//! Writes nested values to a tape. Imports `error` and its siblings.
//!
//! Invariant: a nested value is a map of two fields, which a decode counts as one level.

use crate::error::Result;
use crate::state::encode::sink::Sink;

impl Sink<'_> {
    /// Writes a nested value to the tape as its text.
    pub(crate) fn put_nested_text(&mut self, write: impl FnOnce(&mut Sink<'_>) -> Result<()>) -> Result<()> {
        self.put_byte(0);
        self.put_part_of_text(write)
    }

    /// Writes a nested value to the tape: the index of its type plus one, as 0 stands for text, and what `write` writes. Its type
    /// name counts with its length in the text.
    pub(crate) fn put_nested_value(
        &mut self,
        place: usize,
        name_len: usize,
        write: impl FnOnce(&mut Sink<'_>) -> Result<()>,
    ) -> Result<()> {
        self.encoding.budget.begin_nested()?;
        let begun = self.begin_nested_value(place, name_len);
        let written = begun.and_then(|()| write(self));
        self.leave();
        self.encoding.budget.end_nested();
        written
    }

    fn begin_nested_value(&mut self, place: usize, name_len: usize) -> Result<()> {
        self.enter_heap()?;
        self.encoding.budget.count_repeated(name_len)?;
        self.put_number((place as u64).saturating_add(1));
        Ok(())
    }
}
