//! What goes with the values that are carried out of an envelope. Imports `schema` and `type_name` only.

use crate::schema::Schema;
use crate::type_name::NameList;
use std::sync::Arc;

/// Where a carried value came from: what its envelope says beside the state. All values of one envelope share it.
#[derive(Default)]
pub(crate) struct Provenance {
    /// The names of what may be inside.
    pub(crate) names: NameList,
    /// The shapes of it, if the envelope had them.
    pub(crate) schema: Option<Arc<Schema>>,
}

impl Provenance {
    /// Bytes of memory that one takes beside the names and the schema, which the envelope has.
    pub(crate) const MEMORY: usize = size_of::<Provenance>() + 2 * size_of::<usize>();
}
