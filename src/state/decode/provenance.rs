//! The provenance of values that are carried out of an envelope. Imports its siblings.

use super::types::Provenance;
use std::sync::Arc;

impl Provenance {
    /// The bytes of memory of a provenance, without names and schema, which belong to the envelope, and the policy, which belongs
    /// to the codec.
    pub(crate) const MEMORY: usize = size_of::<Provenance>() + 2 * size_of::<usize>();

    /// The provenance of a rewritten value: the terms alone, as the encode has noted all else.
    pub(crate) fn bare(&self) -> &Arc<Provenance> {
        self.bare.get_or_init(|| Arc::new(Provenance { terms: self.terms.clone(), ..Provenance::default() }))
    }
}
