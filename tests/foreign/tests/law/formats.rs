//! The formats: those of other crates, unchanged, and our three. May import the format crates and typeport.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use typeport::{Codec, Format, Portable};

/// A format of another crate.
pub trait Foreign {
    const NAME: &'static str;
    /// What its serializer answers to `is_human_readable`.
    const READABLE: bool;
    type Wire;

    fn write<T: Serialize>(value: &T) -> Result<Self::Wire, String>;
    fn read<T: DeserializeOwned>(wire: &Self::Wire) -> Result<T, String>;
}

/// A format of ours.
pub trait Own {
    const FORMAT: Format;
    /// The crate that writes its states, as a format without typeport.
    const PLAIN: &'static str;

    fn write<T: Portable>(value: &T) -> Result<Vec<u8>, String> {
        Codec::default().format(Self::FORMAT).to_vec(value).map_err(text)
    }

    fn read<T: Portable>(wire: &[u8]) -> Result<T, String> {
        Codec::default().format(Self::FORMAT).from_slice(wire).map_err(text)
    }
}

fn text(error: impl Display) -> String {
    error.to_string()
}

/// Formats of others: `Type "name" readable Wire: value => write, wire => read;`.
macro_rules! foreign {
    ($($format:ident $name:literal $readable:literal $wire:ty: $value:ident => $write:expr, $read:ident => $back:expr;)*) => {$(
        pub struct $format;

        impl Foreign for $format {
            const NAME: &'static str = $name;
            const READABLE: bool = $readable;
            type Wire = $wire;

            fn write<T: Serialize>($value: &T) -> Result<$wire, String> {
                $write.map_err(text)
            }

            fn read<T: DeserializeOwned>($read: &$wire) -> Result<T, String> {
                $back.map_err(text)
            }
        }
    )*};
}

foreign! {
    Json "serde_json" true String: value => serde_json::to_string(value), wire => serde_json::from_str(wire);
    JsonValue "serde_json::Value" true serde_json::Value:
        value => serde_json::to_value(value), wire => serde_json::from_value(wire.clone());
    Yaml "serde_yaml_ng" true String: value => serde_yaml_ng::to_string(value), wire => serde_yaml_ng::from_str(wire);
    Toml "toml" true String: value => toml::to_string(value), wire => toml::from_str(wire);
    Ron "ron" true String: value => ron::to_string(value), wire => ron::from_str(wire);
    Ciborium "ciborium" false Vec<u8>: value => {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).map(|()| bytes)
    }, wire => ciborium::from_reader(&wire[..]);
    Cbor4ii "cbor4ii" false Vec<u8>:
        value => cbor4ii::serde::to_vec(Vec::new(), value), wire => cbor4ii::serde::from_slice(wire);
    RmpCompact "rmp compact" false Vec<u8>: value => rmp_serde::to_vec(value), wire => rmp_serde::from_slice(wire);
    RmpNamed "rmp named" false Vec<u8>: value => rmp_serde::to_vec_named(value), wire => rmp_serde::from_slice(wire);
    RmpReadable "rmp readable" true Vec<u8>: value => {
        let mut serializer = rmp_serde::Serializer::new(Vec::new()).with_human_readable().with_struct_map();
        value.serialize(&mut serializer).map(|()| serializer.into_inner())
    }, wire => T::deserialize(&mut rmp_serde::Deserializer::from_read_ref(wire).with_human_readable());
    Bincode "bincode" false Vec<u8>:
        value => bincode::serde::encode_to_vec(value, bincode::config::standard()),
        wire => bincode::serde::decode_from_slice(wire, bincode::config::standard()).map(|(value, _)| value);
    Postcard "postcard" false Vec<u8>: value => postcard::to_allocvec(value), wire => postcard::from_bytes(wire);
    Bson "bson" false Vec<u8>: value => bson::to_vec(value), wire => bson::from_slice(wire);
    BsonDocument "bson document" true bson::Document:
        value => bson::to_document(value), wire => bson::from_document(wire.clone());
    Bitcode "bitcode" false Vec<u8>: value => bitcode::serialize(value), wire => bitcode::deserialize(wire);
    Flexbuffers "flexbuffers" false Vec<u8>:
        value => flexbuffers::to_vec(value), wire => flexbuffers::from_slice(wire);
}

/// Formats of ours: `Type format "what writes it without typeport";`.
macro_rules! own {
    ($($own:ident $format:ident $plain:literal;)*) => {$(
        pub struct $own;

        impl Own for $own {
            const FORMAT: Format = Format::$format;
            const PLAIN: &'static str = $plain;
        }
    )*};
}

own! {
    OwnPostcard Postcard "postcard";
    OwnBincode Bincode "bincode";
    OwnJson Json "serde_json";
}
