//! Every kind of error, caused by bytes or by code: its code, predicate and message. One file, though a long one: each kind is
//! made from the same few envelopes, and the list is complete in one place.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

mod error_table;

use serde::{Deserialize, Serialize};
use std::io;
use typeport::{Codec, Error, Format, Limits, Portable, Registry, Value, portable};

#[portable(id = "errors::Shown")]
trait Shown {
    fn shown(&self) -> String;
}

#[portable]
trait Other {
    #[allow(dead_code, reason = "nothing is a member")]
    fn other(&self);
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Money<T> {
    amount: T,
}

#[portable]
impl<T: Portable> Shown for Money<T> {
    fn shown(&self) -> String {
        format!("{:?}", self.amount)
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "typeport::Fixed")]
struct Fixed<const N: usize>;

mod first {
    #[derive(Debug, serde::Serialize, serde::Deserialize, typeport::Portable)]
    #[portable(id = "typeport::Twice")]
    pub struct A;
}

mod second {
    #[derive(Debug, serde::Serialize, serde::Deserialize, typeport::Portable)]
    #[portable(id = "typeport::Twice")]
    pub struct B;
}

#[track_caller]
fn check(error: Error, code: u16, message: &str) {
    assert_eq!(error.code(), code, "{error}");
    error_table::check_answers(&error);
    assert!(error.to_string().contains(message), "{error}");
    assert!(error.to_string().bytes().all(|byte| !byte.is_ascii_control()));
}

fn bytes() -> Vec<u8> {
    typeport::to_vec(&Money { amount: 5_i64 }).unwrap()
}

/// The bytes of [`bytes`], changed, with a checksum that fits.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = bytes();
    bytes.truncate(bytes.len() - 4);
    change(&mut bytes);
    repair(bytes)
}

/// Sets length and checksum right.
fn repair(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len() as u32 + 4;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    let crc = crc32c::crc32c(&bytes);
    bytes.extend(crc.to_le_bytes());
    bytes
}

/// A canonical LEB128 number.
fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// An envelope without checksum around a name of the sender's choice.
fn named(name: &str, hash: u64, state: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xd7, 0x10, 1, 0, 0, 0, 0];
    bytes.extend(hash.to_le_bytes());
    bytes.extend(varint(name.len()));
    bytes.extend(name.bytes());
    bytes.extend(state);
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

fn shown(bytes: &[u8]) -> Error {
    typeport::from_slice::<Box<dyn Shown>>(bytes).unwrap_err()
}

#[test]
fn what_is_not_an_envelope() {
    check(shown(b"{}"), 1, "expected 0xd7 as the first byte, found 0x7b");
    check(shown(b""), 1, "found no bytes");
    assert!(shown(b"").is_end() && !shown(b"{}").is_end());
    check(shown("\u{5e9}\u{5dc}\u{5d5}\u{5dd}".as_bytes()), 1, "found 0xd7");
    assert_eq!(typeport::from_reader::<i64>(&b"hi"[..]).unwrap_err().code(), 1);
}

#[test]
fn another_version() {
    check(shown(&changed(|bytes| bytes[1] = 0x21)), 2, "version 2 is not supported: this build reads");
}

#[test]
fn unknown_flags() {
    check(shown(&changed(|bytes| bytes[1] |= 0b1000)), 3, "unknown envelope flags 0b1001");
}

#[test]
fn an_unknown_format() {
    check(shown(&changed(|bytes| bytes[2] = 9)), 4, "unknown state format 9: expected 1 (postcard)");
}

#[test]
fn truncation_at_every_byte() {
    let bytes = bytes();
    check(shown(&bytes[..bytes.len() - 1]), 6, "the envelope is truncated: ");
    for cut in 1..bytes.len() {
        assert_eq!(shown(&bytes[..cut]).code(), 6, "{cut}");
    }
    for &format in Format::ALL {
        let name = "Vec<i64>";
        let bytes = Codec::default().checksum(false).format(format).to_vec(&vec![1_i64, 2]).unwrap();
        let mut short = bytes[..bytes.len() - 1].to_vec();
        let length = short.len() as u32;
        short[3..7].copy_from_slice(&length.to_le_bytes());
        let error = typeport::from_slice::<Vec<i64>>(&short).unwrap_err();
        check(error, 6, "the state is truncated");
        assert!(!name.is_empty());
    }
}

#[test]
fn trailing_bytes() {
    let mut after = bytes();
    after.push(0);
    check(
        shown(&after),
        7,
        "1 trailing bytes after the envelope, expected none; if more data follows the envelope, use take_from_slice",
    );
    check(shown(&changed(|bytes| bytes.extend([1, 2]))), 7, "2 trailing bytes after the state");
    let json = Codec::default().format(Format::Json).checksum(false).to_vec(&vec![1_i64]).unwrap();
    let mut longer = json.clone();
    longer.extend(b"\n 17");
    let length = longer.len() as u32;
    longer[3..7].copy_from_slice(&length.to_le_bytes());
    let error = typeport::from_slice::<Vec<i64>>(&longer).unwrap_err();
    check(error, 7, "2 trailing bytes after the state");
}

#[test]
fn a_wrong_checksum() {
    for at in 7..bytes().len() {
        let mut bytes = bytes();
        bytes[at] ^= 1;
        check(shown(&bytes), 8, "checksum mismatch: the envelope stores");
    }
}

#[test]
fn an_invalid_type_name() {
    check(shown(&named("Vec<i64,u8>", 0, &[])), 9, "invalid type name `Vec<i64,u8>` at byte 7: expected");
    let escape = shown(&named("a\u{1b}[31m", 0, &[]));
    check(escape, 9, "`a\\u{1b}[31m`");
    let mut not_utf8 = named("aa", 0, &[]);
    not_utf8[16] = 0xff;
    check(shown(&not_utf8), 9, "not UTF-8");
}

#[test]
fn another_number_of_arguments() {
    for name in ["i64<u8>", "HashMap<u8>", "typeport::Money<i64, i64>", "Vec"] {
        let error = typeport::from_slice::<Box<dyn Value>>(&named(name, 0, &[])).unwrap_err();
        check(error, 9, "its origin takes a different number of arguments");
    }
}

#[test]
fn an_unknown_origin() {
    let error = shown(&named("typeport::Monye<i64>", 0, &[]));
    let message = "unknown type `typeport::Monye<i64>`: no linked crate registers `typeport::Monye`; the nearest known is \
                   `typeport::Money`; other types of `typeport` are linked: if the type has a new id, add \
                   #[portable(alias = \"typeport::Monye\")] to it";
    check(error, 10, message);
    let message = "`elsewhere::Foo`; link the crate that defines it (perhaps `elsewhere`: `use elsewhere as _;` keeps it in this \
                   program), or enable the feature that defines it; if the type has a new id, add \
                   #[portable(alias = \"elsewhere::Foo\")] to it";
    check(shown(&named("elsewhere::Foo", 0, &[])), 10, message);
    check(shown(&named("Rope<u8>", 0, &[])), 10, "no standard type of that name");
}

#[test]
fn an_unknown_argument() {
    let error = shown(&named("typeport::Money<Vec<(i64, elsewhere::Foo)>>", 0, &[]));
    let message = "unknown argument `elsewhere::Foo` in `typeport::Money<Vec<(i64, elsewhere::Foo)>>`: no linked crate \
                   registers `elsewhere::Foo`; link the crate that defines it (perhaps `elsewhere`";
    check(error, 11, message);
}

#[test]
fn not_a_member_of_the_interface() {
    let error = typeport::from_slice::<Box<dyn Other>>(&bytes()).unwrap_err();
    check(error, 12, "`typeport::Money<i64>` is not a member of `dyn typeport::Other` (no linked type is)");
    let error = shown(&typeport::to_vec(&5_i64).unwrap());
    check(error, 12, "(`typeport::Money<?0>` and 1 more are): write `#[portable] impl`");
}

#[test]
fn a_wrong_shape() {
    let error = shown(&named("typeport::Money<i64>", 7, &[10]));
    check(error, 13, "has a different shape in this program: its type hash is 0000000000000007 in the envelope");
    let error = typeport::from_slice::<Money<i64>>(&named("typeport::Money<i64>", 7, &[10])).unwrap_err();
    check(error, 13, "build both programs with the same fields, variants and serde attributes");
}

#[test]
fn an_ambiguous_id() {
    let error = typeport::to_vec(&first::A).unwrap_err();
    check(error, 14, "id `typeport::Twice` is ambiguous: claimed by typeport ");
    assert!(
        typeport::to_vec(&second::B).unwrap_err().to_string().contains("give one a different #[portable(id = \"..\")]")
    );
    let error = typeport::from_slice::<Box<dyn Value>>(&named("Vec<typeport::Twice>", 0, &[0])).unwrap_err();
    check(error, 14, "tests/faults/errors.rs");
    typeport::specialize!(Money<first::A> as dyn Shown, Money<second::B> as dyn Shown);
    let listed = named("typeport::Money<typeport::Twice>", 0, &[0]);
    check(shown(&listed), 14, "claimed by");
    let conflicts = Registry::global().check().unwrap_err();
    assert_eq!(
        conflicts.iter().map(|conflict| (conflict.id(), conflict.claims().len())).collect::<Vec<_>>(),
        [("typeport::Twice", 2)]
    );
    assert!(conflicts.to_string().starts_with("ambiguous ids: `typeport::Twice` is claimed by"), "{conflicts}");
    typeport::from_slice::<Box<dyn Shown>>(&bytes()).expect("other types are untouched");
}

#[test]
fn a_wrong_type() {
    let error = typeport::from_slice::<Money<String>>(&bytes()).unwrap_err();
    check(error, 15, "wrong type: expected `typeport::Money<String>`, found `typeport::Money<i64>`");
    let any: Box<dyn Shown> = typeport::from_slice(&bytes()).unwrap();
    let error = typeport::to_exact::<Money<String>, _>(&*any).unwrap_err();
    check(error, 15, "found `typeport::Money<i64>`");
    // The same arguments, and another id: it may be a former one.
    let renamed = named("former::Cash<i64>", 0, &[]);
    let message = "found `former::Cash<i64>`; if `former::Cash` is a former id of the expected type, add \
                   #[portable(alias = \"former::Cash\")] to that type";
    check(typeport::from_slice::<Money<i64>>(&renamed).unwrap_err(), 15, message);
    let other = typeport::from_slice::<Money<String>>(&renamed).unwrap_err().to_string();
    assert!(other.ends_with("found `former::Cash<i64>`"), "{other}");
    let error = typeport::downcast::<Money<String>, _>(any).unwrap_err();
    assert_eq!(error.to_string(), "value is `typeport::Money<i64>`, not `typeport::Money<String>`");
    assert_eq!(error.into_value().shown(), "5");
}

#[test]
fn a_specialization_that_is_not_listed() {
    let bytes = typeport::to_vec(&Fixed::<3>).unwrap();
    let error = typeport::from_slice::<Box<dyn Value>>(&bytes).unwrap_err();
    check(error, 16, "add `specialize!(typeport::Fixed<3> as dyn typeport::Value)`");
}

#[test]
fn malformed_parts() {
    let overlong = |bytes: &mut Vec<u8>| {
        bytes[15] |= 0x80;
        bytes.insert(16, 0);
    };
    check(shown(&changed(overlong)), 17, "the envelope is malformed: over-long varint");
    let mut short = bytes();
    short[3..7].copy_from_slice(&6_u32.to_le_bytes());
    check(shown(&short), 17, "the stored length is less than the length of the header");
    let mut no_room = bytes();
    no_room[3..7].copy_from_slice(&9_u32.to_le_bytes());
    check(shown(&no_room[..9]), 17, "leaves no room for the checksum");
}

#[test]
fn an_invalid_state() {
    let truth = typeport::to_vec(&true).unwrap();
    let at = truth.len() - 5;
    let mut two = truth[..truth.len() - 4].to_vec();
    two[at] = 2;
    let error = typeport::from_slice::<bool>(&repair(two)).unwrap_err();
    check(error, 18, "invalid state: ");
}

#[test]
fn a_type_restricted_to_json() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(format = "json")]
    #[serde(untagged)]
    enum Loose {
        Number(i64),
        Text(String),
    }
    for format in [Format::Postcard, Format::Bincode] {
        let error = Codec::default().format(format).to_vec(&Money { amount: Loose::Number(1) }).unwrap_err();
        check(error, 19, "`typeport::Loose` is restricted to JSON by #[portable(format = \"json\")]");
        let nested: Box<dyn Shown> = Box::new(Money { amount: Loose::Text(String::new()) });
        check(Codec::default().format(format).to_vec(&vec![nested]).unwrap_err(), 19, "Format::Json");
    }
    let json = Codec::default().format(Format::Json).to_vec(&Money { amount: Loose::Text("x".into()) }).unwrap();
    let any: Box<dyn Shown> = typeport::from_slice(&json).unwrap();
    assert_eq!(any.shown(), "Text(\"x\")");
}

#[test]
fn a_limit() {
    let codec = Codec::default().limits(Limits::default().with_envelope_bytes(bytes().len() - 1));
    let error = codec.from_slice::<Money<i64>>(&bytes()).unwrap_err();
    check(error, 20, "raise Limits::envelope_bytes if the sender is trusted");
    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Chain(Option<Box<Chain>>);
    let deep = (0..200).fold(Chain(None), |chain, _| Chain(Some(Box::new(chain))));
    for format in [Format::Postcard, Format::Bincode] {
        let codec = Codec::default().format(format);
        check(codec.to_vec(&deep).unwrap_err(), 20, "depth is 256, the input needs 257");
        let bytes = codec.limits(Limits::trusted()).to_vec(&deep).unwrap();
        check(typeport::from_slice::<Chain>(&bytes).unwrap_err(), 20, "depth is 256, the input needs 257");
    }
}

#[test]
fn an_erased_value_without_its_arguments() {
    let error = serde_json::from_str::<typeport::__private::Erased<0>>("5").unwrap_err();
    assert!(
        error.to_string().starts_with("a value of an erased type has no name here: type parameter 0 has"),
        "{error}"
    );
    let error = typeport::from_slice::<Money<typeport::__private::Erased<0>>>(&bytes()).unwrap_err();
    check(
        error,
        21,
        "encode the trait object that holds it, or call `typeport::settle(value)` in the method that makes it",
    );
}

/// A stream that fails.
struct Broken;

impl io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("unplugged"))
    }
}

impl io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("unplugged"))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn input_and_output() {
    let error = typeport::from_reader::<i64>(Broken).unwrap_err();
    assert!(std::error::Error::source(&error).is_some());
    check(error, 22, "unplugged");
    check(typeport::to_writer(Broken, &5_i64).unwrap_err(), 22, "unplugged");
}

#[test]
fn a_reader_gives_one_envelope_at_a_time_and_tells_an_early_end() {
    let mut stream = Vec::new();
    typeport::to_writer(&mut stream, &Money { amount: 5_i64 }).unwrap();
    typeport::to_writer(&mut stream, &"next".to_owned()).unwrap();
    let mut reader = stream.as_slice();
    assert_eq!(typeport::from_reader::<Money<i64>>(&mut reader).unwrap().amount, 5);
    assert_eq!(typeport::from_reader::<String>(&mut reader).unwrap(), "next");
    let end = typeport::from_reader::<String>(&mut reader).unwrap_err();
    assert!(end.is_end());
    check(end, 1, "no bytes");
    for cut in 1..bytes().len() {
        assert_eq!(typeport::from_reader::<Money<i64>>(&bytes()[..cut]).unwrap_err().code(), 6);
    }
    let (first, rest) = typeport::take_from_slice::<Money<i64>>(&stream).unwrap();
    assert_eq!((first.amount, typeport::from_slice::<String>(rest).unwrap().as_str()), (5, "next"));
}

/// A message stays short however long names are, and its remedy is not cut off.
#[test]
fn a_message_stays_short() {
    let long = "x".repeat(1300);
    let names = [
        format!("{long}::{long}<{long}::T>"),
        format!("typeport::Money<{long}::{long}>"),
        format!("typeport::Money<{long}::{long}, {long}::{long}>"),
        format!("Vec<{long}::{long}>"),
        long.clone(),
        format!("{long}::a b"),
    ];
    for name in names {
        let bytes = named(&name, 1, &[]);
        for error in [
            typeport::from_slice::<Box<dyn Shown>>(&bytes).unwrap_err(),
            typeport::from_slice::<Box<dyn Value>>(&bytes).unwrap_err(),
            typeport::from_slice::<Money<i64>>(&bytes).unwrap_err(),
            Codec::default().policy(typeport::Policy::deny_all()).from_slice::<Box<dyn Value>>(&bytes).unwrap_err(),
        ] {
            let message = error.to_string();
            assert!(message.len() <= 1024, "{} bytes: {message}", message.len());
        }
    }
}
