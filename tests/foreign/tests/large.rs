//! Values that are longer than the buffers of a format's reader: each is read, in each form of a nested value. May import the
//! formats of the law, typeport and serde.

#[path = "law/formats.rs"]
#[allow(dead_code, reason = "the law has more use for them")]
mod formats;

use formats::Foreign;
use serde::{Deserialize, Serialize};
use typeport::{Carried, Failure, Opaque, Value};

#[derive(Debug, Serialize, Deserialize)]
struct Holds {
    any: Box<dyn Value>,
    carried: Carried<dyn Value>,
    opaque: Opaque,
    failure: Failure,
}

/// The same lengths without typeport.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Plain {
    text: String,
    list: Vec<u32>,
}

const LENGTHS: [usize; 6] = [100, 1_000, 3_000, 5_000, 20_000, 100_000];

fn text(length: usize) -> String {
    "text ".chars().cycle().take(length).collect()
}

fn holds(length: usize) -> Holds {
    let kept = typeport::to_vec(&text(length)).unwrap();
    Holds {
        any: Box::new(text(length)),
        carried: Carried::Known(Box::new(vec![7_u32; length])),
        opaque: typeport::from_slice(&kept).unwrap(),
        failure: Failure::from(text(length)),
    }
}

/// What is in it, as types print themselves.
fn shown(holds: &Holds) -> Vec<String> {
    let Holds { any, carried, opaque, failure } = holds;
    let opaque: String = opaque.decode().unwrap_or_else(|_| String::from_utf8_lossy(opaque.state()).into_owned());
    let opaque = opaque.trim_matches('"').to_owned();
    vec![format!("{any:?}"), format!("{carried:?}"), opaque, failure.messages().collect::<Vec<_>>().concat()]
}

fn check<F: Foreign>() {
    for length in LENGTHS {
        let plain = Plain { text: text(length), list: vec![7; length] };
        if F::write(&plain).and_then(|wire| F::read::<Plain>(&wire)).as_ref() != Ok(&plain) {
            continue;
        }
        let (name, sent) = (F::NAME, holds(length));
        let wire = F::write(&sent).unwrap_or_else(|error| panic!("{name}, {length}: {error}"));
        let back: Holds = F::read(&wire).unwrap_or_else(|error| panic!("{name}, {length}: {error}"));
        assert!(shown(&back) == shown(&sent), "{name}, {length}");
    }
}

#[test]
fn a_value_of_any_length_is_read() {
    macro_rules! check_all {
        ($($format:ident)*) => { $(check::<formats::$format>();)* };
    }
    check_all! {
        Json JsonValue Yaml Toml Ron Ciborium Cbor4ii RmpCompact RmpNamed RmpReadable Bincode Postcard Bson BsonDocument Bitcode
        Flexbuffers
    }
}
