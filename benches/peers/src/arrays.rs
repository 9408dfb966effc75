//! Large arrays without trait objects: `memcpy`, the bare formats, and contenders with a special path.

use crate::case::{Case, Entry};
use crate::formats::{Bincode, Json, Postcard, one};
use crate::workload::{self, Workload};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;
use wincode::config::Configuration;
use wincode::{SchemaRead, SchemaWrite};

/// Its lines in the table of a workload, of which the first is what all ratios are to.
pub fn entries(workload: Workload) -> Vec<Entry> {
    match workload {
        Workload::Floats => {
            let mut entries = vec![Entry::new("memcpy", copied_floats()).note("all ratios are to this one")];
            entries.extend(formats(workload::floats));
            entries
        }
        _ => {
            let mut entries = vec![Entry::new("memcpy", copied(workload::bytes())).note("all ratios are to this one")];
            entries.extend(formats(workload::bytes));
            entries.push(Entry::new(
                "postcard, serde_bytes",
                one(Postcard, ByteBuf::from(workload::bytes()), ByteBuf::eq),
            ));
            entries
                .push(Entry::new("bincode, serde_bytes", one(Bincode, ByteBuf::from(workload::bytes()), ByteBuf::eq)));
            entries
        }
    }
}

fn copied(bytes: Vec<u8>) -> Case {
    let add = |bytes: &Vec<u8>, buffer: &mut Vec<u8>| buffer.extend_from_slice(bytes);
    Case::adding(bytes, Vec::clone, add, <[u8]>::to_vec, Vec::eq)
}

/// The bytes of the floats, since safe code has no other view of them.
fn copied_floats() -> Case {
    let bytes: Vec<u8> = workload::floats().into_iter().flat_map(f64::to_le_bytes).collect();
    copied(bytes)
}

fn formats<T>(values: fn() -> Vec<T>) -> Vec<Entry>
where
    T: PartialEq + Serialize + DeserializeOwned + bincode::Encode + bincode::Decode<()> + SchemaWrite<Wincode, Src = T>,
    T: for<'de> SchemaRead<'de, Wincode, Dst = T> + 'static,
{
    vec![
        Entry::new("postcard", one(Postcard, values(), Vec::eq)),
        Entry::new("bincode by serde", one(Bincode, values(), Vec::eq)),
        Entry::new("bincode", by_bincode(values())),
        Entry::new("wincode", by_wincode(values())).note("with its limit of 4 MiB for a sequence raised"),
        Entry::new("serde_json", one(Json, values(), Vec::eq)),
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

/// wincode refuses more than 4 MiB of one sequence as it comes.
fn by_wincode<T>(values: Vec<T>) -> Case
where
    T: PartialEq + SchemaWrite<Wincode, Src = T> + 'static,
    T: for<'de> SchemaRead<'de, Wincode, Dst = T>,
{
    Case::new(
        values,
        |values| wincode::config::serialize(values, WINCODE).expect("it encodes"),
        |bytes| wincode::config::deserialize::<Vec<T>, _>(bytes, WINCODE).expect("it decodes"),
        Vec::eq,
    )
}

const WINCODE: Wincode = Configuration::default().with_preallocation_size_limit::<{ 16 << 20 }>();

type Wincode = Configuration<true, { 16 << 20 }>;
