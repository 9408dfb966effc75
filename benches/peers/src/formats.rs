//! Formats that need only serde's derives, unchanged.

use crate::case::{Case, same_text};
use crate::jobs::Sample;
use crate::workload::{Nest, Root, Workload, root};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// A format of serde.
pub trait Format: Copy + 'static {
    /// Encodes any value.
    fn encode<V: Serialize>(self, value: &V) -> Vec<u8>;
    /// Adds any value to a buffer.
    fn add<V: Serialize>(self, value: &V, buffer: &mut Vec<u8>);
    /// Decodes any value.
    fn decode<V: DeserializeOwned>(self, bytes: &[u8]) -> V;
}

/// A format that can write into a slice, which is more than an encode of a value whose size is not known can have.
pub trait IntoSlice: Format {
    /// How many bytes a value has filled.
    fn fill<V: Serialize>(self, value: &V, slice: &mut [u8]) -> usize;
}

/// Stock postcard.
#[derive(Clone, Copy)]
pub struct Postcard;

impl Format for Postcard {
    fn encode<V: Serialize>(self, value: &V) -> Vec<u8> {
        postcard::to_allocvec(value).expect("it encodes")
    }

    fn add<V: Serialize>(self, value: &V, buffer: &mut Vec<u8>) {
        *buffer = postcard::to_extend(value, std::mem::take(buffer)).expect("it encodes");
    }

    fn decode<V: DeserializeOwned>(self, bytes: &[u8]) -> V {
        postcard::from_bytes(bytes).expect("it decodes")
    }
}

impl IntoSlice for Postcard {
    fn fill<V: Serialize>(self, value: &V, slice: &mut [u8]) -> usize {
        postcard::to_slice(value, slice).expect("it encodes").len()
    }
}

/// bincode by serde.
#[derive(Clone, Copy)]
pub struct Bincode;

impl Format for Bincode {
    fn encode<V: Serialize>(self, value: &V) -> Vec<u8> {
        bincode::serde::encode_to_vec(value, bincode::config::standard()).expect("it encodes")
    }

    fn add<V: Serialize>(self, value: &V, buffer: &mut Vec<u8>) {
        bincode::serde::encode_into_std_write(value, buffer, bincode::config::standard()).expect("it encodes");
    }

    fn decode<V: DeserializeOwned>(self, bytes: &[u8]) -> V {
        bincode::serde::decode_from_slice(bytes, bincode::config::standard()).expect("it decodes").0
    }
}

impl IntoSlice for Bincode {
    fn fill<V: Serialize>(self, value: &V, slice: &mut [u8]) -> usize {
        bincode::serde::encode_into_slice(value, slice, bincode::config::standard()).expect("it encodes")
    }
}

/// `serde_json`.
#[derive(Clone, Copy)]
pub struct Json;

impl Format for Json {
    fn encode<V: Serialize>(self, value: &V) -> Vec<u8> {
        serde_json::to_vec(value).expect("it encodes")
    }

    fn add<V: Serialize>(self, value: &V, buffer: &mut Vec<u8>) {
        serde_json::to_writer(buffer, value).expect("it encodes");
    }

    fn decode<V: DeserializeOwned>(self, bytes: &[u8]) -> V {
        serde_json::from_slice(bytes).expect("it decodes")
    }
}

/// The case of values that serde carries.
pub fn case<T, F>(format: F, workload: Workload, leaf: fn(Sample) -> T) -> Case
where
    T: Nest + Debug + Serialize + DeserializeOwned + 'static,
    F: Format,
{
    match root(workload, leaf) {
        Root::One(value) => one(format, value, same_text),
        Root::Many(values) => one(format, values, same_text),
    }
}

/// The case of one value that serde carries.
pub fn one<V, F>(format: F, value: V, is_same: fn(&V, &V) -> bool) -> Case
where
    V: Serialize + DeserializeOwned + 'static,
    F: Format,
{
    Case::adding(
        value,
        move |value| format.encode(value),
        move |value, buffer| format.add(value, buffer),
        move |bytes| format.decode::<V>(bytes),
        is_same,
    )
}

/// As [`case`], with a slice in the place of the buffer that is kept.
pub fn case_in_slice<T, F>(format: F, workload: Workload, leaf: fn(Sample) -> T) -> Case
where
    T: Nest + Debug + Serialize + DeserializeOwned + 'static,
    F: IntoSlice,
{
    match root(workload, leaf) {
        Root::One(value) => one_in_slice(format, value, same_text),
        Root::Many(values) => one_in_slice(format, values, same_text),
    }
}

/// As [`one`], with a slice in the place of the buffer that is kept.
pub fn one_in_slice<V, F>(format: F, value: V, is_same: fn(&V, &V) -> bool) -> Case
where
    V: Serialize + DeserializeOwned + 'static,
    F: IntoSlice,
{
    Case::filling(
        value,
        move |value| format.encode(value),
        move |value, slice| format.fill(value, slice),
        move |bytes| format.decode::<V>(bytes),
        is_same,
    )
}
