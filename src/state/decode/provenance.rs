//! What goes with the values that are carried out of an envelope. Imports its siblings.

use super::types::Provenance;
use std::sync::Arc;

impl Provenance {
    /// Bytes of memory that one takes beside the names and the schema, which the envelope has, and the policy,
    /// which the codec has.
    pub(crate) const MEMORY: usize = size_of::<Provenance>() + 2 * size_of::<usize>();

    /// That of a value that was written anew, of which an encode has noted all else.
    pub(crate) fn bare(&self) -> &Arc<Provenance> {
        self.bare.get_or_init(|| Arc::new(Provenance { terms: self.terms.clone(), ..Provenance::default() }))
    }
}
