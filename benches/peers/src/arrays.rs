//! Big arrays, in which there are no trait objects: `memcpy`, the bare formats, and whoever has a way of its own.

use crate::case::{Case, Entry};
use crate::formats::{Bincode, Format, Json, Postcard, array};
use crate::workload::{self, Workload};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;

/// Its lines in the table of a workload, of which the first is what all ratios are to.
pub fn entries(workload: Workload) -> Vec<Entry> {
    match workload {
        Workload::Floats => {
            let mut entries = vec![Entry::new("memcpy", copied_floats()).note("all ratios are to this one")];
            entries.extend(formats(workload::floats));
            entries
        }
        _ => {
            let mut entries = vec![Entry::new("memcpy", copied_bytes()).note("all ratios are to this one")];
            entries.extend(formats(workload::bytes));
            entries.push(Entry::new("postcard, serde_bytes", bytes_by(Postcard)));
            entries.push(Entry::new("bincode, serde_bytes", bytes_by(Bincode)));
            entries
        }
    }
}

fn copied_bytes() -> Case {
    Case::new(workload::bytes(), Vec::clone, <[u8]>::to_vec, Vec::eq)
}

/// The bytes of the floats, since safe code has no other view of them.
fn copied_floats() -> Case {
    let bytes: Vec<u8> = workload::floats().into_iter().flat_map(f64::to_le_bytes).collect();
    Case::new(bytes, Vec::clone, <[u8]>::to_vec, Vec::eq)
}

fn formats<T>(values: fn() -> Vec<T>) -> Vec<Entry>
where
    T: PartialEq + Serialize + DeserializeOwned + bincode::Encode + bincode::Decode<()> + 'static,
{
    vec![
        Entry::new("postcard", array(Postcard, values())),
        Entry::new("bincode by serde", array(Bincode, values())),
        Entry::new("bincode", by_bincode(values())),
        Entry::new("serde_json", array(Json, values())),
    ]
}

fn by_bincode<T: PartialEq + bincode::Encode + bincode::Decode<()> + 'static>(values: Vec<T>) -> Case {
    Case::new(
        values,
        |values| bincode::encode_to_vec(values, bincode::config::standard()).expect("it encodes"),
        |bytes| bincode::decode_from_slice::<Vec<T>, _>(bytes, bincode::config::standard()).expect("it decodes").0,
        Vec::eq,
    )
}

fn bytes_by<F: Format>(format: F) -> Case {
    Case::new(
        ByteBuf::from(workload::bytes()),
        move |bytes| format.encode(bytes),
        move |bytes| format.decode::<ByteBuf>(bytes),
        ByteBuf::eq,
    )
}
