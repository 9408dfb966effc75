//! The number and length of a failure's messages are bounded, whoever created it.
#![cfg(all(feature = "postcard", feature = "bincode", feature = "json"))]

use std::error::Error;
use std::fmt;
use typeport::{Codec, Failure, Format};

#[derive(Debug, thiserror::Error)]
#[error("foreign: {0}")]
struct Foreign(&'static str, #[source] Option<Box<dyn Error + Send + Sync>>);

/// Sends a failure through each format, and asserts that it is the same there.
#[track_caller]
fn check_sent(failure: &Failure) {
    for codec in Format::ALL.iter().map(|&format| Codec::default().format(format).verify(true)) {
        let bytes = codec.to_vec(failure).unwrap();
        let again: Failure = codec.from_slice(&bytes).unwrap();
        assert_eq!(format!("{again:?}"), format!("{failure:?}"));
        assert_eq!(codec.to_vec(&again).unwrap(), bytes);
    }
}

/// Its own source, and a message without end.
#[derive(Debug)]
struct Endless;

impl fmt::Display for Endless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        loop {
            f.write_str("xé")?;
        }
    }
}

impl Error for Endless {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

/// So many messages in a chain.
fn nested(count: usize) -> Failure {
    let around = |inner: Option<Box<dyn Error + Send + Sync>>, number| {
        let text: &'static str = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][number];
        Some(Box::new(Foreign(text, inner)) as Box<dyn Error + Send + Sync>)
    };
    Failure::from((0..count).rev().fold(None, around).unwrap())
}

#[test]
fn messages_are_bounded() {
    let failure = Failure::new(Endless);
    let longest = failure.messages().map(str::len).max().unwrap();
    assert!((1020..=1024).contains(&longest), "{longest}");
    assert!(failure.to_string().ends_with("xé…") || failure.to_string().ends_with("x…"), "{failure}");
    assert_eq!(failure.messages().count(), 8);
    assert_eq!(failure.messages().nth(6), Some("(249 causes left out)"));
    let short = |count| nested(count).messages().map(|text| text.replace("foreign: ", "")).collect::<Vec<_>>();
    assert_eq!(short(8), ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(short(9), ["0", "1", "2", "3", "4", "5", "(2 causes left out)", "8"]);
    for length in [1023, 1024, 1025] {
        let text = "y".repeat(length);
        let expected = if length > 1024 { format!("{}…", "y".repeat(1021)) } else { text.clone() };
        assert_eq!(Failure::from(text).to_string(), expected);
    }
    check_sent(&failure);
    check_sent(&nested(9));
}

/// A failure as JSON, by hand.
fn by_hand(messages: &[String], rest: &str) -> typeport::Result<Failure> {
    let json = Codec::default().format(Format::Json).checksum(false);
    let bytes = json.to_vec(&Failure::from("x")).unwrap();
    let state = format!("{{\"messages\":{}{rest}}}", serde_json::to_string(messages).unwrap());
    let mut forged = bytes.clone();
    let at = forged.windows(2).position(|bytes| bytes == b"{\"").unwrap();
    forged.splice(at.., state.bytes());
    let length = u32::try_from(forged.len()).unwrap();
    forged[3..7].copy_from_slice(&length.to_le_bytes());
    json.from_slice(&forged)
}

#[test]
fn what_a_stranger_sends_is_bounded_too() {
    let texts = |count: usize, length: usize| vec!["z".repeat(length); count];
    assert_eq!(by_hand(&texts(8, 1024), ",\"value\":null").unwrap().messages().count(), 8);
    assert_eq!(by_hand(&texts(1, 0), "").unwrap().to_string(), "", "no value is no value");
    assert_eq!(by_hand(&texts(1, 1), ",\"later\":[1]").unwrap().to_string(), "z", "fields of later versions");
    let refused = [
        (texts(9, 1), "", "a failure has more than 8 messages"),
        (texts(10_000, 1), "", "a failure has more than 8 messages"),
        (texts(1, 1025), "", "a message of a failure has more than 1024 bytes"),
        (texts(0, 0), "", "a failure has no message"),
        (texts(1, 1), ",\"messages\":[]", "a failure repeats a field"),
        (texts(1, 1), ",\"value\":1", "invalid type"),
    ];
    for (messages, rest, reason) in refused {
        let error = by_hand(&messages, rest).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(reason), "{error}");
    }
}
