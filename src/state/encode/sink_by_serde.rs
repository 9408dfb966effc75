//! Writes values to a sink through serde. Imports `error` and its siblings.

use super::sink::Sink;
use crate::error::Result;
use crate::state::binary::writer_parts::Writer;
use crate::state::handoff::Scope;
use serde::Serialize;

/// Serde's serializer for text.
#[cfg(feature = "json")]
pub type TextWriter<'a, 's> = crate::state::metered::guard_writer::TextWriter<'a, 's>;
/// Without the feature `json` no text is written.
#[cfg(not(feature = "json"))]
pub type TextWriter<'a, 's> = Writer<'s, 'a>;

impl<'a> Sink<'a> {
    /// Writes a value through its `Serialize`.
    pub fn by_serde<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.put_with(|writer| value.serialize(writer), |writer| value.serialize(writer))
    }

    /// Writes a value through a function that takes serde's serializer: of a binary format, or of text.
    pub fn put_with(
        &mut self,
        binary: impl FnOnce(Writer<'_, 'a>) -> Result<()>,
        text: impl FnOnce(TextWriter<'_, '_>) -> Result<()>,
    ) -> Result<()> {
        let _scope = self.scope.map(Scope::enter);
        #[cfg(feature = "json")]
        if self.is_tape {
            return self.put_text_part(text);
        }
        #[cfg(not(feature = "json"))]
        drop(text);
        let _surrounded = self.encoding.surround();
        self.encoding.budget.set_depth(self.depth());
        binary(Writer::new(self))
    }
}
