//! What each set of features can do; run with each feature alone and with none.

use typeport::{Codec, Envelope, Format};

#[test]
fn a_format_that_is_not_compiled_in_says_so() {
    for format in Format::ALL {
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
                assert!(error.to_string().contains(&format!("enable the feature `{format}`")), "{error}");
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

#[test]
fn the_default_format_is_the_first_that_is_compiled_in() {
    let Ok(bytes) = typeport::to_vec(&5_i64) else {
        assert!(Format::ALL.iter().all(|format| !format.is_compiled_in()));
        return;
    };
    let first = Format::ALL.into_iter().find(|format| format.is_compiled_in());
    assert_eq!(Some(Envelope::parse(&bytes).unwrap().format()), first);
}
