//! facet: shapes instead of serde's traits. It has no trait objects, so it encodes the closed enum.

use crate::case::{Case, Entry, same_text};
use crate::plain::Plain;
use crate::workload::{self, Root, Workload, root};
use facet::Facet;

/// Its lines in the table of a workload.
pub fn entries(workload: Workload) -> Vec<Entry> {
    let case = match root(workload, Plain::from) {
        Root::One(job) => Case::new(job, encode, decode::<Plain>, same_text),
        Root::Many(jobs) => Case::new(jobs, encode, decode::<Vec<Plain>>, same_text),
    };
    let note = "boxes nothing: a closed enum, as facet has no trait objects";
    vec![Entry::new("facet-postcard", case).note(note)]
}

/// Its lines in the tables of arrays.
pub fn arrays(workload: Workload) -> Vec<Entry> {
    let case = match workload {
        Workload::Floats => Case::new(workload::floats(), encode, decode::<Vec<f64>>, Vec::eq),
        _ => Case::new(workload::bytes(), encode, decode::<Vec<u8>>, Vec::eq),
    };
    vec![Entry::new("facet-postcard", case)]
}

fn encode<V: Facet<'static>>(value: &V) -> Vec<u8> {
    facet_postcard::to_vec(value).expect("it encodes")
}

fn decode<V: Facet<'static>>(bytes: &[u8]) -> V {
    facet_postcard::from_slice(bytes).expect("it decodes")
}
