//! The schema of the linked types. Imports `schema`, `shape` and its siblings.

use super::{Entry, EntryKind, Registry, linked};
use crate::schema::Schema;
use crate::shape::{Head, Placeholders, STD, Spelling, TextShape};
use std::sync::OnceLock;

impl Registry {
    /// Returns the shapes of all linked user types, generic ones with their parameters. Export them once, for programs that do
    /// not link the types: see [`Schema`].
    pub fn schema(&self) -> Schema {
        schema_of(self.index().entries().into_iter(), |entry| !is_everywhere(entry))
    }
}

/// The shapes of the types that every program has.
pub(crate) fn std_schema() -> &'static Schema {
    static STD_SCHEMA: OnceLock<Schema> = OnceLock::new();
    STD_SCHEMA.get_or_init(|| schema_of(linked(), is_everywhere))
}

fn is_everywhere(entry: &Entry) -> bool {
    match entry.expr.head {
        Head::Origin(origin) => origin.is_everywhere(),
        // Tuples and arrays.
        _ => entry.site == STD,
    }
}

fn schema_of<'a>(entries: impl Iterator<Item = &'a Entry>, keep: impl Fn(&Entry) -> bool) -> Schema {
    let mut schema = Schema::default();
    for entry in entries.filter(|entry| keep(entry)) {
        schema.add_former(entry.expr);
        let is_type = matches!(entry.kind, EntryKind::Type | EntryKind::Listed) && entry.form.is_some();
        if is_type {
            // Cannot fail, as placeholders replace all parameters.
            if let Ok(shape) = TextShape::of((entry.expr.shape)(), &Placeholders, &Spelling::Current) {
                schema.insert(entry.expr.display(), shape);
            }
        }
    }
    schema
}
