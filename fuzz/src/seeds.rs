//! The seeds: small inputs that reach each part of the format, built from real values. Imports `decode_dyn`, `direct`,
//! `foreign`, `oracle`, `repair`, `samples`, `schema`, `types`.

use crate::decode_dyn::{NAMED, RAW, STATE};
use crate::foreign::{MADE, written};
use crate::repair::{assemble, right_hash};
use crate::samples::{Sample, failure, nested, one, samples};
use crate::schema::{CHANGED, FORGED, described, section};
use crate::types::{Base, Broken, Courier, Stranger};
use crate::{direct, oracle};
use typeport::{Carried, Codec, Failure, Format, Limits, Portable};

/// One file of the corpus.
pub struct Seed {
    /// The target that it is for.
    pub target: &'static str,
    /// The file's name, which describes its content.
    pub name: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// All seeds, the same ones in every process.
pub fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (pick, sample) in samples().iter().enumerate() {
        seeds.extend(state_seeds(pick, sample));
    }
    seeds.extend(refused_seeds());
    seeds.extend(splice_seeds());
    seeds.extend(raw_seeds());
    seeds.extend(named_seeds());
    seeds.extend(name_seeds());
    seeds.extend(oracle_seeds());
    seeds.extend(direct_seeds());
    seeds.extend(foreign_seeds());
    seeds.extend(schema_seeds());
    seeds
}

/// The states of the samples, each in one format: the types take turns, and those that JSON cannot carry lose theirs.
fn state_seeds(pick: usize, sample: &Sample) -> Vec<Seed> {
    // Postcard carries every type and is the first format of each, so it counts them.
    let n_types = samples()[..=pick].iter().filter(|other| other.format == Format::Postcard).count();
    if sample.format != Format::ALL[n_types % Format::ALL.len()] {
        return Vec::new();
    }
    let pick = u8::try_from(pick).expect("one byte picks the sample");
    let name = format!("{}_{}", file_name(&sample.subject.name), sample.format);
    let state = [&[pick], &sample.bytes[sample.state.clone()]].concat();
    let source =
        [pick].into_iter().chain((1..48).map(|at: u8| pick.wrapping_mul(31).wrapping_add(at.wrapping_mul(at))));
    let mut seeds = vec![
        Seed { target: "decode_dyn", name: format!("state_{name}"), bytes: [&[STATE], &state[..]].concat() },
        Seed { target: "roundtrip", name: name.clone(), bytes: source.collect() },
    ];
    for target in ["decode_static", "native_vs_erased", "cross_format"] {
        seeds.push(Seed { target, name: name.clone(), bytes: state.clone() });
    }
    seeds
}

/// States that nobody writes and that have to be refused: a number in a longer form, and more levels than there may be.
fn refused_seeds() -> Vec<Seed> {
    let level = r#"{"value":{"a":0,"b":""},"children":["#;
    let deep_json = [level.repeat(40), "]}".repeat(40)].concat();
    let deep = [[0, 0, 1].repeat(40), vec![0; 3]].concat();
    let states: [(&str, &str, Format, &[u8]); 5] = [
        ("overlong_number", "Foo", Format::Postcard, &[0x87, 0, 1, b'x']),
        ("overlong_number_in_bincode", "Foo", Format::Bincode, &[251, 7, 0, 1, b'x']),
        ("overlong_length", "Foo", Format::Postcard, &[7, 0x81, 0, b'x']),
        ("too_deep", "Tree<typeport_fuzz::Foo>", Format::Postcard, &deep),
        ("too_deep_in_json", "Tree<typeport_fuzz::Foo>", Format::Json, deep_json.as_bytes()),
    ];
    let seeds = states.into_iter().flat_map(|(name, ty, format, state)| {
        let is_wanted =
            |sample: &Sample| sample.format == format && sample.subject.name == format!("typeport_fuzz::{ty}");
        let pick = samples().iter().position(is_wanted).expect("a sample");
        let bytes = [&[u8::try_from(pick).expect("one byte picks the sample")], state].concat();
        let dynamic = [&[STATE], &bytes[..]].concat();
        [
            Seed { target: "decode_static", name: name.to_owned(), bytes: bytes.clone() },
            Seed { target: "native_vs_erased", name: name.to_owned(), bytes },
            Seed { target: "decode_dyn", name: name.to_owned(), bytes: dynamic },
        ]
    });
    seeds.collect()
}

/// Pairs of envelopes, with one part each that changes its place.
fn splice_seeds() -> impl Iterator<Item = Seed> {
    let choices = [
        ("whole", 0),
        ("format", 1),
        ("hash", 2),
        ("name", 4),
        ("name_and_hash", 6),
        ("section", 8),
        ("state", 16),
        ("state_and_section", 24),
        ("joined_states", 32),
        ("all_but_the_name", 0x1b),
        ("whole_with_checksum", 64),
    ];
    // Samples with trait objects inside, of one format and of two.
    let holders: Vec<usize> =
        (0..samples().len()).filter(|at| samples()[*at].bytes.len() > samples()[*at].state.end).collect();
    let holder = move |at: usize| u8::try_from(holders[at % holders.len()]).expect("one byte picks the sample");
    // One type of one nested value, in each format: nothing but the list is wrong.
    let alone = Format::ALL.iter().copied().zip(3..);
    let unlisted: Vec<Seed> = alone
        .map(|(format, at)| {
            assert_eq!(samples()[usize::from(holder(at))].format, format);
            Seed { target: "splice", name: format!("unlisted_{format}"), bytes: vec![holder(at), 0, 128, 0, 0] }
        })
        .collect();
    let spliced = choices.into_iter().enumerate().map(move |(position, (name, choice))| {
        let mut bytes = vec![holder(position), holder(position + 3), choice, 3, 5];
        if choice & 8 != 0 {
            bytes.extend([1, 2, 0xff, 0, 1, 0]);
        }
        Seed { target: "splice", name: name.to_owned(), bytes }
    });
    spliced.chain(unlisted)
}

/// Whole envelopes: each goes to the target that decodes and to the one that looks.
fn raw_seeds() -> Vec<Seed> {
    let envelope = |codec: &Codec, name: &str, value: &dyn Fn(&Codec) -> typeport::Result<Vec<u8>>| {
        let bytes = value(codec).expect("a seed can be encoded");
        let raw = [&[RAW], &bytes[..]].concat();
        [
            Seed { target: "decode_dyn", name: format!("raw_{name}"), bytes: raw },
            Seed { target: "envelope", name: name.to_owned(), bytes },
        ]
    };
    let mut seeds = Vec::new();
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        seeds.extend(envelope(&codec, &format!("nested_{format}"), &|codec| codec.to_vec(&nested())));
        seeds.extend(envelope(&codec, &format!("carried_{format}"), &|codec| codec.to_vec(&carried(codec, format))));
        let described = codec.clone().schema(true);
        seeds.extend(envelope(&described, &format!("described_{format}"), &|codec| codec.to_vec(&nested())));
        seeds.extend(envelope(&codec, &format!("failure_{format}"), &|codec| {
            codec.to_vec(&Err::<u8, Failure>(Broken { number: 7 }.into()))
        }));
        seeds.extend(envelope(&codec, &format!("places_{format}"), &|codec| codec.to_vec(&courier_of(codec, format))));
        seeds.extend(envelope(&codec, &format!("erased_{format}"), &|codec| codec.to_vec(&one(vec![Some(1_i64)]))));
    }
    // Refused: trait objects within each other, more than there may be.
    for &format in Format::ALL {
        let trusting = Codec::default().format(format).limits(Limits::trusted());
        seeds.extend(envelope(&trusting, &format!("nested_too_deep_{format}"), &|codec| {
            codec.to_vec(&(0..9).fold(nested().remove(0), |inner, _| Box::new(one(inner))))
        }));
    }
    let bare = Codec::default().checksum(false);
    seeds.extend(envelope(&bare, "nested_without_checksum", &|codec| codec.to_vec(&nested())));
    // Refused: the name's length, which stands behind prefix and type hash, is written in two bytes.
    seeds.extend(envelope(&bare, "overlong_length", &|codec| {
        let mut bytes = codec.to_vec(&7_i64)?;
        bytes.splice(15..16, [bytes[15] | 0x80, 0]);
        bytes[3] += 1;
        Ok(bytes)
    }));
    seeds.extend(envelope(&bare, "number_without_checksum", &|codec| codec.to_vec(&7_i64)));
    seeds
}

/// Members of `Base`, a value that is not a member, and a value of an unknown type.
fn carried(codec: &Codec, format: Format) -> Vec<Carried<dyn Base>> {
    let opaque = |bytes: &[u8]| Carried::Opaque(typeport::from_slice(bytes).expect("a valid envelope"));
    let stranger = codec.to_vec(&Stranger { number: 9 }).expect("a seed can be encoded");
    let name = b"typeport_fuzz::Ghost<i64>";
    let ghost = assemble(format as u8, right_hash(name), name, b"[1]");
    let known = nested().into_iter().map(Carried::Known);
    known.chain([opaque(&stranger), opaque(&ghost)]).collect()
}

/// A value with a known value, a non-member, and a value of an unknown type in each of its fields.
fn courier_of(codec: &Codec, format: Format) -> Courier {
    let carried = carried(codec, format);
    let kept = carried.iter().map(|one| codec.to_vec(one).and_then(|bytes| typeport::from_slice(&bytes)));
    let kept = kept.collect::<typeport::Result<_>>().expect("what is carried can be kept");
    Courier { carried, kept, failures: vec![failure(7), "text".into()] }
}

/// Types of std that no sample holds, by their names.
fn named_seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |value: &dyn Fn(&Codec) -> typeport::Result<Vec<u8>>| {
        let bytes = value(&Codec::default().checksum(false)).expect("a seed can be encoded");
        let envelope = typeport::Envelope::parse(&bytes).expect("it was just encoded");
        let name = envelope.type_name().as_str();
        let head = [NAMED, envelope.format() as u8, u8::try_from(name.len()).expect("a short name")];
        let bytes = [&head, name.as_bytes(), envelope.state()].concat();
        seeds.push(Seed { target: "decode_dyn", name: format!("named_{}", file_name(name)), bytes });
    };
    fn of<T: Portable>(value: T) -> impl Fn(&Codec) -> typeport::Result<Vec<u8>> {
        move |codec| codec.to_vec(&value)
    }
    add(&of(std::collections::BTreeSet::from(["b".to_owned(), "a".to_owned()])));
    add(&of(std::ops::Bound::Excluded(1_u8)..std::ops::Bound::Unbounded));
    add(&of(std::num::Wrapping(std::cmp::Reverse(std::num::NonZeroU16::MIN))));
    add(&of((std::time::UNIX_EPOCH, std::path::PathBuf::from("a/b"), std::marker::PhantomData::<i8>)));
    add(&of(std::sync::Arc::<[Box<str>]>::from([Box::from("x")])));
    add(&of([[[1_u8; 2]; 3]; 1]));
    add(&of(Failure::new(std::fmt::Error)));
    add(&of(std::collections::HashSet::from([1_u8])));
    seeds
}

fn oracle_seeds() -> impl Iterator<Item = Seed> {
    oracle::samples().iter().map(|(name, bytes)| Seed { target: "oracle", name: name.clone(), bytes: bytes.clone() })
}

fn direct_seeds() -> impl Iterator<Item = Seed> {
    direct::samples().into_iter().map(|(name, bytes)| Seed { target: "direct", name, bytes })
}

/// Values of a type each, and what each format makes of one.
fn foreign_seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (pick, sample) in samples().iter().enumerate().filter(|(_, sample)| sample.format == Format::Postcard) {
        let pick = u8::try_from(pick).expect("one byte picks the sample");
        let source = (1..32).map(|at: u8| pick.wrapping_mul(29).wrapping_add(at.wrapping_mul(at)));
        let bytes = [MADE, pick].into_iter().chain(source).collect();
        seeds.push(Seed { target: "foreign", name: format!("made_{}", file_name(&sample.subject.name)), bytes });
    }
    for (number, (format, at, bytes)) in written().into_iter().enumerate() {
        let kind = ["letter", "parcel"][number % 2];
        let choice = u8::try_from(at).expect("few formats");
        let bytes = [&[b'r', choice], &bytes[..]].concat();
        seeds.push(Seed { target: "foreign", name: format!("{kind}_{}", file_name(format)), bytes });
    }
    seeds
}

/// Envelopes with their schemas, and schemas that no compiler has made.
fn schema_seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>| seeds.push(Seed { target: "schema", name: name.to_owned(), bytes });
    for (pick, sample) in samples().iter().enumerate().filter(|(_, sample)| sample.format == Format::Postcard) {
        let name = file_name(&sample.subject.name);
        let choice = u8::try_from(pick).expect("one byte picks the sample");
        let described = described(&sample.bytes);
        let (section, state) = (section(&described), &sample.bytes[sample.state.clone()]);
        let lengths = [sample.subject.name.len(), section.len()].map(u8::try_from);
        if let ([Ok(of_name), Ok(of_section)], true) = (lengths, sample.state.end == sample.bytes.len()) {
            let head = [FORGED, 1, of_name, of_section];
            add(&format!("forged_{name}"), [&head[..], sample.subject.name.as_bytes(), section, state].concat());
        } else {
            add(&format!("changed_{name}"), vec![CHANGED, choice]);
        }
    }
    let forged = |name: &str, section: &[u8], state: &[u8]| {
        let lengths = [name.len(), section.len()].map(|length| u8::try_from(length).expect("they are short"));
        [&[FORGED, 1, lengths[0], lengths[1]][..], name.as_bytes(), section, state].concat()
    };
    // A type that is the same as itself, one that is made of itself, and one whose name grows at each level.
    add("same_as_itself", forged("a::B", &[&[1, 4][..], b"a::B", &[3, 4], b"a::B", &[0]].concat(), &[1]));
    add(
        "made_of_itself",
        forged("a::B", &[&[1, 4][..], b"a::B", &[11, 3, 1, 1], b"x", &[0, 4], b"a::B", &[0]].concat(), &[1]),
    );
    let grows = [&[1, 8][..], b"a::B<?0>", &[11, 3, 1, 1], b"x", &[0, 13], b"a::B<Vec<?0>>", &[0]].concat();
    add("a_name_that_grows", forged("a::B<u8>", &grows, &[1]));
    // Read as two numbers and a text, of which a target may take less.
    add("vec_of_three_in_a_pair", forged("(Vec<u8>, String)", &[0, 0], &[3, 1, 2, 1, 0]));
    seeds
}

fn name_seeds() -> impl Iterator<Item = Seed> {
    let names = [
        ("plain", "i64"),
        ("path", "typeport_fuzz::One<Vec<i64>>"),
        ("unit", "()"),
        ("tuple_of_one", "(i64,)"),
        ("tuple", "(i64, (String, bool))"),
        ("array", "[[u8; 2]; 3]"),
        ("slice", "Box<[Vec<u8>]>"),
        ("trait_object", "Box<dyn typeport_fuzz::Base>"),
        ("constants", "a::Flags<true, false, 'x', '\\u{27}', '\\u{e9}', -4, 0>"),
        ("map", "HashMap<String, Vec<Option<i64>>>"),
        ("alias", "typeport_fuzz::Two<typeport_fuzz::Sort, typeport_fuzz::Foo>"),
        ("other_spelling", "Vec< i64 >"),
        ("two_spaces", "HashMap<String,  i64>"),
        ("leading_zero", "[[u8; 02]; 3]"),
        ("open", "Vec<(i64, [u8; 3"),
    ];
    names.into_iter().map(|(name, text)| Seed { target: "type_name", name: name.to_owned(), bytes: text.into() })
}

/// A type name as a file name: each run of other characters than letters and digits becomes one `-`.
fn file_name(name: &str) -> String {
    let short = name.replace("typeport_fuzz::", "").replace("typeport::", "");
    let words = short.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
