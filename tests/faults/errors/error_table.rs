//! The table of all errors: each kind is caused once, by bytes or by code, each predicate has its example, and `docs/errors.md`
//! is generated from the table by `TYPEPORT_BLESS=1 cargo test --all-features --test faults`.

use super::{Broken, Fixed, Money, Other, bytes, changed, first, named, shown};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use typeport::__private::{Blame, ERRORS, ErrorRow};
use typeport::{Carried, Codec, Envelope, Error, Format, Limits, Opaque, Policy, Portable, Schema, Value};

/// Whether an error is of a sort.
type Predicate = fn(&Error) -> bool;

/// Every public predicate but `is_end`, which looks closer than the kind.
const PREDICATES: [(&str, Predicate); 12] = [
    ("is_malformed", Error::is_malformed),
    ("is_unlinked", Error::is_unlinked),
    ("is_mismatch", Error::is_mismatch),
    ("is_ambiguous", Error::is_ambiguous),
    ("is_registration", Error::is_registration),
    ("is_format", Error::is_format),
    ("is_misuse", Error::is_misuse),
    ("is_limit", Error::is_limit),
    ("is_denied", Error::is_denied),
    ("is_panic", Error::is_panic),
    ("is_io", Error::is_io),
    ("is_foreign", Error::is_foreign),
];

/// Asserts that exactly the predicates in the table are true of the error.
#[track_caller]
pub fn check_answers(error: &Error) {
    let row = ERRORS.iter().find(|row| row.code == error.code()).unwrap();
    let of_blame = match row.blame {
        Blame::Bytes => "is_malformed",
        Blame::Registration => "is_registration",
        Blame::Foreign => "is_foreign",
        Blame::Types | Blame::Caller | Blame::Receiver => "",
    };
    for (name, predicate) in PREDICATES {
        assert_eq!(predicate(error), name == asked(row) || name == of_blame, "{name}: {error:?}");
    }
}

fn asked(row: &ErrorRow) -> String {
    format!("is_{:?}", row.predicate).to_lowercase()
}

#[test]
fn the_table_is_sound() {
    for (row, code) in ERRORS.iter().zip(1..) {
        let sample = (row.sample)();
        assert_eq!((row.code, sample.code()), (code, code), "{}", row.name);
        assert!(row.remedy.ends_with('.') && !row.remedy.contains('\n'), "{}", row.name);
        check_answers(&sample);
    }
}

/// A number that some version gave a kind names that kind for ever: rows are added here, and none is changed.
#[test]
fn codes_are_pinned() {
    let names = "NotAnEnvelope UnsupportedVersion UnknownFlags UnknownFormat FormatNotCompiledIn Truncated TrailingBytes \
                 Checksum InvalidTypeName UnknownOrigin UnknownArgument NotAMember WrongShape AmbiguousId WrongType \
                 NotSpecialized Malformed State FormatNotAllowed Limit Unbound Io Panicked NotAllowed NotRepresentable Stack \
                 NotTheSame NoShape WrongSchema NotDescribed Buffered Registration SameHash Contract Refused";
    assert_eq!(ERRORS.iter().map(|row| row.name).collect::<Vec<_>>(), names.split(' ').collect::<Vec<_>>());
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(untagged)]
enum Untagged {
    Numbers(BTreeMap<u8, u8>),
}

/// Comes back as one less, or as a panic.
#[derive(Debug, Portable)]
struct Odd(u16);

impl Serialize for Odd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Odd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u16::deserialize(deserializer)?;
        assert_ne!(number, 13, "unlucky");
        Ok(Odd(number.saturating_sub(1)))
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Links(Option<Box<Links>>);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Dated {
    #[portable(opaque = "time")]
    at: Duration,
}

/// A target that takes nothing.
#[derive(Debug)]
struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Nothing)
    }
}

fn codec() -> Codec {
    Codec::default()
}

fn any(bytes: &[u8]) -> Error {
    typeport::from_slice::<Box<dyn Value>>(bytes).unwrap_err()
}

fn deep() -> Error {
    let run = || {
        let limits = Limits::trusted().with_depth(1 << 20).with_memory_per_byte(1 << 20);
        let chain = (0..20_000).fold(Links(None), |chain, _| Links(Some(Box::new(chain))));
        let error = codec().limits(limits).to_vec(&chain).err();
        std::mem::forget(chain);
        error
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap().unwrap()
}

fn same_hash() -> Error {
    let hash = Envelope::parse(&bytes()).unwrap().type_hash();
    let mut forged = codec().checksum(false).to_vec(&"x".to_owned()).unwrap();
    forged[7..15].copy_from_slice(&hash.to_le_bytes());
    let forged: Opaque = typeport::from_slice(&forged).unwrap();
    let values: Vec<Carried<dyn Value>> =
        vec![Carried::Known(Box::new(Money { amount: 5_i64 })), Carried::Opaque(forged)];
    typeport::to_vec(&values).unwrap_err()
}

fn read<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Error {
    codec().read::<T>(bytes, &Schema::default()).err().unwrap()
}

/// Makes an error.
type Make = fn() -> Error;

/// Who makes each kind.
#[rustfmt::skip]
const MADE: &[(u16, Make)] = &[
    (1, || shown(b"{}")),
    (2, || shown(&changed(|bytes| bytes[1] = 0x21))),
    (3, || shown(&changed(|bytes| bytes[1] |= 0b1000))),
    (4, || shown(&changed(|bytes| bytes[2] = 9))),
    (6, || shown(&bytes()[..9])),
    (7, || shown(&[bytes(), vec![0]].concat())),
    (8, || shown(&{ let mut bytes = bytes(); bytes[20] ^= 1; bytes })),
    (9, || shown(&named("Vec<i64,u8>", 0, &[]))),
    (10, || shown(&named("elsewhere::Foo", 0, &[]))),
    (11, || shown(&named("typeport::Money<elsewhere::Foo>", 0, &[]))),
    (12, || typeport::from_slice::<Box<dyn Other>>(&bytes()).unwrap_err()),
    (13, || shown(&named("typeport::Money<i64>", 7, &[10]))),
    (14, || typeport::to_vec(&first::A).unwrap_err()),
    (15, || typeport::from_slice::<String>(&bytes()).unwrap_err()),
    (16, || any(&typeport::to_vec(&Fixed::<3>).unwrap())),
    (17, || shown(&changed(|bytes| { bytes[15] |= 0x80; bytes.insert(16, 0) }))),
    (18, || typeport::from_slice::<bool>(&codec().checksum(false).to_vec(&2_u8).map(|two| {
        let hash = Envelope::parse(&typeport::to_vec(&true).unwrap()).unwrap().type_hash();
        named("bool", hash, Envelope::parse(&two).unwrap().state())
    }).unwrap()).unwrap_err()),
    (19, || typeport::to_vec(&Untagged::Numbers(BTreeMap::new())).unwrap_err()),
    (20, || codec().limits(Limits::default().with_items(2)).to_vec(&vec![1_i64; 3]).unwrap_err()),
    (21, || typeport::from_slice::<Money<typeport::__private::Erased<0>>>(&bytes()).unwrap_err()),
    (22, || typeport::from_reader::<i64>(Broken).unwrap_err()),
    (23, || typeport::from_slice::<Odd>(&typeport::to_vec(&Odd(13)).unwrap()).unwrap_err()),
    (24, || codec().policy(Policy::deny_all()).from_slice::<i64>(&typeport::to_vec(&5_i64).unwrap()).unwrap_err()),
    (25, || codec().format(Format::Json).to_vec(&f64::NAN).unwrap_err()),
    (26, deep),
    (27, || codec().verify(true).to_vec(&vec![Odd(128)]).unwrap_err()),
    (28, || read::<IgnoredAny>(&bytes())),
    (29, || {
        let schema = |bytes: &[u8]| Envelope::parse(bytes).unwrap().schema().unwrap().clone();
        let text = serde_json::to_string(&schema(&codec().schema(true).to_vec(&Money { amount: 5_i64 }).unwrap())).unwrap();
        let other = serde_json::from_str(&text.replace("amount", "cents")).unwrap();
        codec().read::<IgnoredAny>(&bytes(), &other).unwrap_err()
    }),
    (30, || read::<IgnoredAny>(&codec().schema(true).to_vec(&Dated { at: Duration::ZERO }).unwrap())),
    (31, || codec().format(Format::Json).to_vec(&Untagged::Numbers(BTreeMap::from([(1, 2)]))).unwrap_err()),
    (33, same_hash),
    (34, || read::<Nothing>(&codec().schema(true).to_vec(&vec![1_i64]).unwrap())),
    (35, || typeport::to_vec(&(SystemTime::UNIX_EPOCH - Duration::from_secs(1))).unwrap_err()),
];

/// What no program with all features and the macros alone can make, and who makes it.
const MADE_ELSEWHERE: [(u16, &str); 2] = [(5, "tests/features.rs"), (32, "src/registry/entry.rs")];

#[test]
fn each_kind_is_made_once() {
    for (code, make) in MADE {
        let error = make();
        assert_eq!(error.code(), *code, "{error}");
        check_answers(&error);
    }
    for (code, file) in MADE_ELSEWHERE {
        let text = fs::read_to_string(root().join(file)).unwrap();
        assert!(text.contains(&format!("error.code(), {code})")), "{file} makes {code}");
    }
    let mut made: Vec<u16> = MADE.iter().map(|(code, _)| *code).chain(MADE_ELSEWHERE.map(|(code, _)| code)).collect();
    made.sort_unstable();
    assert_eq!(made, ERRORS.iter().map(|row| row.code).collect::<Vec<_>>());
}

#[test]
fn each_predicate_has_its_example() {
    let text = fs::read_to_string(root().join("src/error/predicates.rs")).unwrap();
    let mut found: Vec<&str> = Vec::new();
    for (docs, rest) in text.match_indices("    pub fn is_").map(|(at, _)| text.split_at(at)) {
        let name = rest.trim_start().trim_start_matches("pub fn ").split('(').next().unwrap();
        let docs = docs.rsplit("\n\n").next().unwrap();
        assert!(docs.contains("/// ```") && docs.contains(name), "{name} has an example that asks it");
        found.push(name);
    }
    let expected = PREDICATES.iter().map(|(name, _)| *name).chain(["is_end"]);
    assert_eq!(found.iter().copied().collect::<std::collections::BTreeSet<_>>(), expected.collect());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

const INTRO: &str = "# Errors

`Error::code` returns one of these numbers. A number is never changed or used again. The messages are examples.

The table names the narrowest predicate that is true. Three predicates are true of a whole section: `is_malformed` of *Bytes*, \
`is_registration` of *Registration*, `is_foreign` of *Code of others*.
";

const BLAMES: [(Blame, &str, &str); 6] = [
    (Blame::Bytes, "Bytes", "The bytes are wrong, for every program that reads them."),
    (Blame::Types, "Types", "The types of the two programs differ, or one program lacks what the other has."),
    (Blame::Registration, "Registration", "A linked crate registers its types wrongly."),
    (Blame::Caller, "Caller", "The program asks for something that typeport cannot do."),
    (Blame::Foreign, "Code of others", "Code that is neither typeport's nor the caller's fails or breaks a rule."),
    (Blame::Receiver, "The receiver's choice", "The input may be valid, but the receiver does not allow it."),
];

fn page() -> String {
    let mut page = INTRO.to_owned();
    for (blame, title, sentence) in BLAMES {
        page += &format!("\n## {title}\n\n{sentence}\n\n| code | kind | predicate | message | what to do |\n");
        page += "| --- | --- | --- | --- | --- |\n";
        for row in ERRORS.iter().filter(|row| row.blame == blame) {
            let message = (row.sample)().to_string().replace('|', "\\|");
            page += &format!("| {} | {} | `{}` | {message} | {} |\n", row.code, row.name, asked(row), row.remedy);
        }
    }
    page
}

#[test]
fn the_page_is_the_table() {
    let path = root().join("docs/errors.md");
    if std::env::var_os("TYPEPORT_BLESS").is_some() {
        fs::write(&path, page()).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), page(), "TYPEPORT_BLESS=1 writes docs/errors.md anew");
}
