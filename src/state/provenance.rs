//! What goes with the values that are carried out of an envelope. Imports `schema`, `type_name` and its siblings
//! only.

use super::terms::Terms;
use crate::schema::Schema;
use crate::type_name::NameList;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

/// Where a carried value came from: what its envelope says beside the state. All values of one envelope share it.
#[derive(Default)]
pub(crate) struct Provenance {
    /// The names of what may be inside.
    pub(crate) names: NameList,
    /// The shapes of it, if the envelope had them.
    pub(crate) schema: Option<Arc<Schema>>,
    /// What bound the decode that it came in.
    pub(crate) terms: Terms,
    /// Bytes of memory that were charged while values of the envelope were written anew by its schema, or took their names along,
    /// all together.
    pub(crate) rewritten: AtomicUsize,
    /// The terms alone.
    pub(crate) bare: OnceLock<Arc<Provenance>>,
}

impl Provenance {
    /// Bytes of memory that one takes beside the names and the schema, which the envelope has, and the policy,
    /// which the codec has.
    pub(crate) const MEMORY: usize = size_of::<Provenance>() + 2 * size_of::<usize>();

    /// That of a value that was written anew, of which an encode has noted all else.
    pub(crate) fn bare(&self) -> &Arc<Provenance> {
        self.bare.get_or_init(|| Arc::new(Provenance { terms: self.terms.clone(), ..Provenance::default() }))
    }
}
