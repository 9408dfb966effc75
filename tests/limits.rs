//! Small input cannot become much work or memory. The rest of the threats is to come; these are the plain bombs.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode"))]

use std::collections::{BTreeMap, LinkedList};
use std::fmt::Debug;
use typeport::{Codec, Format, Limits, Portable};

/// The envelope of an empty collection, with a length of `items` in place of its own.
fn bomb<T: Portable + Default>(format: Format, items: u64) -> Vec<u8> {
    let mut bytes = Codec::default().format(format).checksum(false).to_vec(&T::default()).unwrap();
    bytes.pop();
    match format {
        Format::Postcard => bytes.extend(postcard::to_allocvec(&items).unwrap()),
        _ => bytes.extend(bincode::serde::encode_to_vec(items, bincode::config::standard()).unwrap()),
    }
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

#[track_caller]
fn check<T: Portable + Default + Debug>() {
    for format in [Format::Postcard, Format::Bincode] {
        typeport::from_slice::<T>(&bomb::<T>(format, 8192)).unwrap();
        for items in [8193, 1 << 20, 1 << 32, 1 << 60] {
            let error = typeport::from_slice::<T>(&bomb::<T>(format, items)).unwrap_err();
            assert!(error.is_limit(), "{error}");
            assert!(error.to_string().contains("unbacked_items is 8192, 8193 asked"), "{error}");
        }
    }
}

#[test]
fn elements_without_bytes_are_bounded() {
    check::<Vec<()>>();
    check::<Vec<Box<()>>>();
    check::<LinkedList<()>>();
    check::<Vec<[u64; 0]>>();
    check::<Vec<std::marker::PhantomData<String>>>();
}

#[test]
fn a_map_without_bytes_is_bounded() {
    let error =
        typeport::from_slice::<BTreeMap<(), ()>>(&bomb::<BTreeMap<(), ()>>(Format::Postcard, 1 << 60)).unwrap_err();
    assert!(error.is_limit(), "{error}");
}

#[test]
fn a_length_beyond_the_input_is_truncation() {
    for items in [1, 1 << 32, u64::MAX] {
        let error = typeport::from_slice::<Vec<u64>>(&bomb::<Vec<u64>>(Format::Postcard, items)).unwrap_err();
        assert_eq!(error.code(), 6, "{error}");
    }
}

/// The number of a struct's fields is no claim of the input.
#[test]
fn fields_without_bytes_are_not_counted() {
    #[derive(Debug, Default, serde::Serialize, serde::Deserialize, Portable)]
    struct Marked<T> {
        id: u64,
        marker: std::marker::PhantomData<T>,
    }
    let many: Vec<Marked<u8>> = (0..9000).map(|id| Marked { id, ..Marked::default() }).collect();
    let bytes = typeport::to_vec(&many).unwrap();
    assert_eq!(typeport::from_slice::<Vec<Marked<u8>>>(&bytes).unwrap()[8999].id, 8999);
    typeport::from_slice::<Box<dyn typeport::Value>>(&bytes).unwrap();
}

#[test]
fn depth_is_the_same_for_native_and_erased() {
    let bytes = typeport::to_vec(&(vec![(1_u8, 2_u8)], 3_u8)).unwrap();
    for depth in 0..5 {
        let codec = Codec::default().limits(Limits { depth, ..Limits::default() });
        let native = codec.from_slice::<(Vec<(u8, u8)>, u8)>(&bytes).is_ok();
        assert_eq!(codec.from_slice::<Box<dyn typeport::Value>>(&bytes).is_ok(), native, "{depth}");
        assert_eq!(native, depth >= 3);
    }
}

#[test]
fn items_and_memory_are_bounded() {
    let bytes = typeport::to_vec(&vec![0_u8; 1000]).unwrap();
    let items = |items| Codec::default().limits(Limits { items, ..Limits::default() });
    assert!(items(999).from_slice::<Vec<u8>>(&bytes).unwrap_err().is_limit());
    items(1000).from_slice::<Vec<u8>>(&bytes).unwrap();
    let memory = |memory_bytes| Codec::default().limits(Limits { memory_bytes, ..Limits::default() });
    assert!(memory(999).from_slice::<Vec<u8>>(&bytes).unwrap_err().is_limit());
    memory(1000).from_slice::<Vec<u8>>(&bytes).unwrap();
}
