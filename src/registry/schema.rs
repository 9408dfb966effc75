//! The shapes of what is linked. Imports `schema`, `shape` and its siblings.

use super::{Entry, EntryKind, Registry, linked};
use crate::schema::Schema;
use crate::shape::{Head, Placeholders, STD, Spelling, TextShape};
use std::sync::OnceLock;

impl Registry {
    /// The shapes of all linked types of users, generic ones with their parameters, to be exported once and read by
    /// programs that do not link them: see [`Schema`].
    pub fn schema(&self) -> Schema {
        schema_of(self.index().entries(), |entry| entry.site != STD)
    }
}

/// The shapes of the standard library's types, which every program has.
pub(crate) fn std_schema() -> &'static Schema {
    static STD_SCHEMA: OnceLock<Schema> = OnceLock::new();
    STD_SCHEMA.get_or_init(|| schema_of(linked(), |entry| entry.site == STD))
}

fn schema_of(entries: impl IntoIterator<Item = Entry>, keep: impl Fn(&Entry) -> bool) -> Schema {
    let mut schema = Schema::default();
    for entry in entries.into_iter().filter(keep) {
        schema.add_former(entry.expr);
        let is_type = matches!(entry.kind, EntryKind::Type | EntryKind::Listed) && entry.form.is_some();
        // A listed specialization of a std type follows from that type.
        let is_own = !matches!(entry.expr.head, Head::Origin(origin) if origin.site == STD) || entry.site == STD;
        if is_type && is_own {
            // With placeholders for parameters nothing is missing.
            if let Ok(shape) = TextShape::of((entry.expr.shape)(), &Placeholders, &Spelling::Current) {
                schema.insert(entry.expr.display(), shape);
            }
        }
    }
    schema
}
