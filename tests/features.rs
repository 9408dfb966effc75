//! The behaviour of each set of features; run with each feature alone and with none.

use typeport::{Codec, Envelope, Format, Value};

#[test]
fn a_format_that_is_not_compiled_in_says_so() {
    for &format in Format::ALL {
        let encoded = Codec::default().format(format).to_vec(&5_i64);
        match encoded {
            Ok(bytes) => {
                assert!(format.is_compiled_in());
                assert_eq!(typeport::from_slice::<i64>(&bytes).unwrap(), 5);
                let any: Box<dyn typeport::Value> = typeport::from_slice(&bytes).unwrap();
                assert_eq!(typeport::downcast::<i64, _>(any).unwrap(), 5);
            }
            Err(error) => {
                assert!(!format.is_compiled_in());
                assert_eq!(error.code(), 5);
                assert!(error.is_format());
                assert!(error.to_string().contains(&format!("enable typeport's feature `{format}`")), "{error}");
            }
        }
    }
}

/// `5_i64` in each format, as some other program wrote it.
#[test]
fn an_envelope_of_any_format_can_be_looked_at() {
    for (format, state) in [(Format::Postcard, &b"\x0a"[..]), (Format::Bincode, b"\x0a"), (Format::Json, b"5")] {
        let hash = 0x5ad9_c0de_u64;
        let mut bytes = vec![0xd7, 0x10, format as u8, 0, 0, 0, 0];
        bytes.extend(hash.to_le_bytes());
        bytes.extend(b"\x03i64");
        bytes.extend(state);
        bytes[3] = bytes.len() as u8;
        let envelope = Envelope::parse(&bytes).unwrap();
        assert_eq!(envelope.type_name().to_string(), "i64");
        assert_eq!((envelope.format(), envelope.type_hash(), envelope.state()), (format, hash, state));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Features add formats and never choose one: cargo turns on for all what one crate of a build asks for.
#[test]
fn the_default_format_is_postcard_whatever_is_compiled_in() {
    let encoded = [
        Codec::default().checksum(false).to_vec(&5_i64),
        typeport::to_vec(&5_i64),
        Codec::default().schema(true).to_vec(&5_i64),
    ];
    for bytes in encoded {
        match bytes {
            Ok(bytes) => assert_eq!(Envelope::parse(&bytes).unwrap().format(), Format::Postcard),
            Err(error) => {
                assert!(!Format::Postcard.is_compiled_in());
                let remedy = "enable typeport's feature `postcard` in this program, or select a compiled-in format with \
                              Codec::format";
                assert!(error.is_format() && error.to_string().ends_with(remedy), "{error}");
            }
        }
    }
}

/// A trait object in a binary format of another crate is an envelope, which leaves the process as well.
#[test]
fn what_leaves_in_a_foreign_format_is_the_same_whatever_is_compiled_in() {
    let boxed: Box<dyn Value> = Box::new(5_i64);
    match postcard::to_allocvec(&boxed) {
        Ok(bytes) => {
            let (length, envelope) = bytes.split_first().unwrap();
            assert_eq!(usize::from(*length), envelope.len());
            assert_eq!(hex(envelope), "d71101180000001bc41bc948ed6972036936340a41a254f8");
            let back: Box<dyn Value> = postcard::from_bytes(&bytes).unwrap();
            assert_eq!(typeport::downcast::<i64, _>(back).unwrap(), 5);
        }
        Err(_) => assert!(!Format::Postcard.is_compiled_in()),
    }
}

/// Copies within the process take whatever format there is.
#[test]
fn a_copy_needs_any_one_format() {
    let value: Box<dyn Value> = Box::new(vec![1_u16, 2]);
    let copy = typeport::to_exact::<Vec<u16>, _>(&*value);
    match copy {
        Ok(copy) => assert_eq!(copy, [1, 2]),
        Err(error) => {
            assert!(Format::ALL.iter().all(|format| !format.is_compiled_in()));
            assert_eq!(error.code(), 5);
        }
    }
}
