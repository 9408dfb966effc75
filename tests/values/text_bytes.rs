//! Bytes that may not be text, in each place where an envelope has text: never a panic, accepted only if `str::from_utf8`
//! accepts them and then unchanged, and never a control or bidirectional character in an error.
//!
//! All sequences of two bytes, and of three bytes those with one byte of each class and at each border between classes;
//! `TYPEPORT_TEXT=full` tries all 2^24.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::thinned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::from_utf8;
use typeport::{Codec, Envelope, Error, Format, Portable, Value};

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "text_bytes::Choice")]
enum Choice {
    Ab,
    Abc,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[serde(default)]
    ab: u8,
}

/// The bytes at the borders of UTF-8 (what may begin or continue a character, surrogates, over-long forms, the end of
/// Unicode), of ASCII's controls, and of JSON and type names; `e2 80 ae` and its like are the bidirectional marks.
const CLASSES: &[u8] = &[
    0x00, 0x1b, b' ', b'"', b'1', b':', b'\\', b'a', 0x7f, 0x80, 0x9f, 0xa0, 0xae, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xef,
    0xf4, 0xff,
];

fn each_text(mut try_one: impl FnMut(&[u8])) -> usize {
    let full = std::env::var("TYPEPORT_TEXT").is_ok_and(|text| text == "full");
    let all: Vec<u8> = (0..=255).collect();
    let bytes = if full { &all[..] } else { CLASSES };
    let mut tried = 0;
    let mut try_text = |text: &[u8]| {
        tried += 1;
        try_one(text);
    };
    for (one, two) in thinned(9973, all.iter().flat_map(|one| all.iter().map(move |two| (*one, *two)))) {
        try_text(&[one, two]);
    }
    for (one, two) in thinned(193, bytes.iter().flat_map(|one| bytes.iter().map(move |two| (*one, *two)))) {
        thinned(8, bytes).for_each(|three| try_text(&[one, two, *three]));
    }
    tried
}

/// An envelope without a checksum, made by hand.
fn envelope(format: Format, hash: u64, name: &[u8], state: &[u8], section: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = vec![0xd7, if section.is_some() { 0x12 } else { 0x10 }, format as u8, 0, 0, 0, 0];
    bytes.extend(hash.to_le_bytes());
    bytes.push(name.len() as u8);
    bytes.extend([name, state].concat());
    if let Some(section) = section {
        bytes.extend(section);
        bytes.extend((section.len() as u32).to_le_bytes());
    }
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// Makes the envelope of `value` with another state.
fn with_state<T: Portable>(format: Format, value: &T) -> impl Fn(&[u8]) -> Vec<u8> + use<T> {
    let bytes = Codec::default().format(format).checksum(false).to_vec(value).unwrap();
    let sound = Envelope::parse(&bytes).unwrap();
    let (hash, name) = (sound.type_hash(), sound.type_name().to_string());
    move |state| envelope(format, hash, name.as_bytes(), state, None)
}

#[track_caller]
fn assert_plain(text: &str, input: &[u8]) {
    let plain = |character: char| (' '..='~').contains(&character) || character.is_alphanumeric();
    assert!(text.chars().all(plain), "{input:02x?}: {text:?}");
}

/// Decodes by the named type, and by the root interface what is accepted and a quarter of what is not; `expected` is what
/// has to come out, `None` an error.
#[track_caller]
fn check<T: Portable + PartialEq>(bytes: &[u8], input: &[u8], expected: Option<&T>) {
    let exact = typeport::from_slice::<T>(bytes);
    let is_tried = exact.is_ok() || input[1] % 4 == 0;
    let any = || typeport::from_slice::<Box<dyn Value>>(bytes).map(|any| typeport::downcast::<T, _>(any).unwrap());
    for decoded in [Some(exact), is_tried.then(any)].into_iter().flatten() {
        match (decoded, expected) {
            (Ok(value), expected) => assert_eq!(Some(&value), expected, "{input:02x?}"),
            (Err(error), None) => assert_shown(&error, input),
            (Err(error), Some(expected)) => panic!("{input:02x?}: {expected:?} is refused: {error}"),
        }
    }
}

#[track_caller]
fn assert_shown(error: &Error, input: &[u8]) {
    assert!(error.is_malformed() || error.is_unlinked() || error.is_mismatch(), "{input:02x?}: {error}");
    assert_plain(&error.to_string(), input);
    assert_plain(&format!("{error:?}"), input);
    assert_plain(&error.path().unwrap_or_default(), input);
}

fn quoted(text: &[u8]) -> Vec<u8> {
    [b"\"", text, b"\""].concat()
}

fn done(place: &str, tried: usize) {
    println!("{place}: {tried} sequences");
}

#[test]
fn the_name_of_the_root() {
    let tried = each_text(|text| {
        let bytes = envelope(Format::Postcard, 1, text, &[0], None);
        match Envelope::parse(&bytes) {
            Ok(envelope) => assert_eq!(envelope.type_name().as_str().as_bytes(), text),
            Err(error) => assert_shown(&error, text),
        }
        assert!(Envelope::parse(&bytes).is_err() || text.is_ascii(), "{text:02x?}");
        assert_shown(&typeport::from_slice::<u8>(&bytes).unwrap_err(), text);
        assert_shown(&typeport::from_slice::<Box<dyn Value>>(&bytes).unwrap_err(), text);
        if let Ok(text) = from_utf8(text) {
            assert_eq!(text.parse::<typeport::TypeName>().is_ok(), Envelope::parse(&bytes).is_ok());
        }
    });
    done("root name", tried);
}

#[test]
fn the_name_of_a_nested_value() {
    let list: Vec<Box<dyn Value>> = vec![Box::new(7_u8)];
    let bytes = Codec::default().checksum(false).to_vec(&list).unwrap();
    let sound = Envelope::parse(&bytes).unwrap();
    let (root, hash) = (sound.type_name().as_str().as_bytes(), sound.nested()[0].type_hash);
    let section = |text: &[u8]| [&[1], &hash.to_le_bytes()[..], &[text.len() as u8], text, &[1, 0]].concat();
    let with = |text: &[u8]| envelope(Format::Postcard, sound.type_hash(), root, sound.state(), Some(&section(text)));
    assert_eq!(with(b"u8"), bytes);
    let tried = each_text(|text| {
        let bytes = with(text);
        for decoded in [typeport::from_slice::<Vec<Box<dyn Value>>>(&bytes).map(drop), any(&bytes)] {
            match decoded {
                Ok(()) => assert_eq!(text, b"u8"),
                Err(error) => assert_shown(&error, text),
            }
        }
    });
    done("nested name", tried);
}

fn any(bytes: &[u8]) -> Result<(), Error> {
    typeport::from_slice::<Box<dyn Value>>(bytes).map(drop)
}

#[test]
fn a_string_of_a_binary_state() {
    for format in [Format::Postcard, Format::Bincode] {
        let with = with_state(format, &String::new());
        let tried = each_text(|text| {
            let state = [&[text.len() as u8], text].concat();
            let expected = from_utf8(text).ok().map(str::to_owned);
            check(&with(&state), text, expected.as_ref());
        });
        done(format.name(), tried);
    }
}

#[test]
fn a_key_of_a_binary_state() {
    for format in [Format::Postcard, Format::Bincode] {
        let with = with_state(format, &BTreeMap::<String, u8>::new());
        let tried = each_text(|text| {
            let state = [&[1, text.len() as u8], text, &[7]].concat();
            let expected = from_utf8(text).ok().map(|key| BTreeMap::from([(key.to_owned(), 7_u8)]));
            check(&with(&state), text, expected.as_ref());
        });
        done(format.name(), tried);
    }
}

/// The one character of a text, if it has one.
fn only(text: &[u8]) -> Option<char> {
    let mut characters = from_utf8(text).ok()?.chars();
    characters.next().filter(|_| characters.next().is_none())
}

#[test]
fn a_character_of_a_binary_state() {
    let (postcard, bincode) = (with_state(Format::Postcard, &'x'), with_state(Format::Bincode, &'x'));
    let tried = each_text(|text| {
        let state = [&[text.len() as u8], text].concat();
        check(&postcard(&state), text, only(text).as_ref());
        check(&bincode(text), text, only(text).as_ref());
    });
    done("char", tried);
}

/// What serde_json makes of a JSON text, which the state's decoder has to agree with.
fn oracle<T: for<'de> Deserialize<'de>>(text: &[u8]) -> Option<T> {
    serde_json::from_slice(text).ok()
}

#[test]
fn texts_of_a_json_state() {
    let (string, char_) = (with_state(Format::Json, &String::new()), with_state(Format::Json, &'x'));
    let (choice, strict) = (with_state(Format::Json, &Choice::Ab), with_state(Format::Json, &Strict { ab: 1 }));
    let tried = each_text(|text| {
        let state = quoted(text);
        let expected: Option<String> = oracle(&state);
        assert!(expected.is_none() || from_utf8(text).is_ok());
        let is_plain = text.iter().all(|byte| *byte >= b' ' && !b"\"\\".contains(byte));
        assert!(!is_plain || expected.as_deref() == from_utf8(text).ok());
        check(&string(&state), text, expected.as_ref());
        check(&char_(&state), text, oracle::<char>(&state).as_ref());
        check(&choice(&state), text, oracle::<Choice>(&state).as_ref());
        let entry = [b"{", &state[..], b":7}"].concat();
        check(&strict(&entry), text, oracle::<Strict>(&entry).as_ref());
    });
    done("JSON text, char, variant, field", tried);
}

/// Not within quotes: the whole state, and the whole of a number.
#[test]
fn a_whole_json_state() {
    let (number, option) = (with_state(Format::Json, &7_i64), with_state(Format::Json, &Some(7_u8)));
    let tried = each_text(|text| {
        check(&number(text), text, oracle::<i64>(text).as_ref());
        check(&option(text), text, oracle::<Option<u8>>(text).as_ref());
    });
    done("JSON state", tried);
}

#[test]
fn the_name_beside_a_nested_json_value() {
    let list: Vec<Box<dyn Value>> = vec![Box::new(7_u8)];
    let bytes = Codec::default().format(Format::Json).checksum(false).to_vec(&list).unwrap();
    let sound = Envelope::parse(&bytes).unwrap();
    let (root, hash) = (sound.type_name().as_str().as_bytes(), sound.nested()[0].type_hash);
    let section = [&[1], &hash.to_le_bytes()[..], b"\x02u8\0"].concat();
    let state = |text: &[u8]| [b"[{\"type\":\"", text, b"\",\"value\":7}]"].concat();
    let with = |text: &[u8]| envelope(Format::Json, sound.type_hash(), root, &state(text), Some(&section));
    assert_eq!(with(b"u8"), bytes);
    let tried = each_text(|text| {
        let bytes = with(text);
        for decoded in [typeport::from_slice::<Vec<Box<dyn Value>>>(&bytes).map(drop), any(&bytes)] {
            match decoded {
                // The envelope names no other.
                Ok(()) => assert_eq!(text, b"u8"),
                Err(error) => assert_shown(&error, text),
            }
        }
    });
    done("JSON nested name", tried);
}
