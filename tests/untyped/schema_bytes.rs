//! The bytes of a schema in an envelope, built by hand: the canonical form, the number of each shape, and a bound on the cost
//! of reading.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::scaled;
use serde_json::{Value as Json, json};
use typeport::{Codec, Envelope, Limits, Registry, Schema};

/// An envelope with a section that is not ours: of this schema section, name and state.
fn forged(name: &str, hash: u64, state: &[u8], section: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0xd7, 0x14, 1, 0, 0, 0, 0];
    bytes.extend(hash.to_le_bytes());
    bytes.push(u8::try_from(name.len()).unwrap());
    bytes.extend(name.as_bytes());
    bytes.extend(state);
    bytes.extend(section);
    bytes.extend(u32::try_from(section.len()).unwrap().to_le_bytes());
    let length = u32::try_from(bytes.len()).unwrap();
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// A text behind its length.
fn text(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

#[test]
fn a_section_has_one_form() {
    let unit = |name: &str| [text(name), vec![11, 0, 0]].concat();
    let whole = |parts: &[&[u8]]| {
        Envelope::parse(&forged("i64", 1, &[0], &parts.concat())).map(|envelope| envelope.schema().cloned())
    };
    assert!(whole(&[&[2], &unit("a::A"), &unit("a::B"), &[0]]).unwrap().is_some());
    let former = [text("a::A"), vec![1], text("a::Old")].concat();
    assert!(whole(&[&[1], &unit("a::A"), &[1], &former]).unwrap().is_some());
    let refused: [(&[&[u8]], &str); 12] = [
        (&[&[2], &unit("a::B"), &unit("a::A"), &[0]], "not sorted by name"),
        (&[&[2], &unit("a::A"), &unit("a::A"), &[0]], "not sorted by name"),
        (&[&[1], &unit("a::A")], "truncated"),
        (&[&[1], &unit("a::A"), &[0, 0]], "trailing"),
        (&[&[0x81, 0], &unit("a::A"), &[0]], "over-long"),
        (&[&[1], &unit("?0"), &[0]], "invalid type name"),
        (&[&[1], &text("a::A"), &[13, 0], &[0]], "a shape has an unknown tag"),
        (&[&[1], &text("a::A"), &[11, 4, 0], &[0]], "a list of fields has an unknown style"),
        (&[&[1], &text("a::A"), &[12, 4, 0], &[0]], "an enum has an unknown tagging"),
        (&[&[1], &text("a::A"), &[9, 9, 2, 0], &[0]], "a text shape contains a text shape"),
        (&[&[1], &text("a::A"), &[5, 2, 1, b'a', 1, b'b'], &[0]], "a shape has the wrong number of types"),
        (&[&[1], &text("a::A"), &[11, 3, 1, 1, b'f', 4, 1, b'a'], &[0]], "a field has unknown marks"),
    ];
    for (parts, reason) in refused {
        let error = whole(parts).unwrap_err();
        assert!(error.is_malformed() && error.to_string().contains(reason), "{reason}: {error}");
    }
}

/// Each number of a shape, a style and a tagging means what `docs/wire-format.md` says; the file of a schema has the same.
#[test]
fn every_shape_of_a_section_has_its_number() {
    let (field, none) = (|name: &str, marks, ty| [text(name), vec![marks], text(ty)].concat(), &[0, 0][..]);
    let one = |number, ty| [&[number, 1][..], &text(ty)].concat();
    let named = [&[3, 2][..], &field("f", 1, "u8"), &field("o", 2, "()")].concat();
    let variants = [&[2][..], &text("V"), &[7], none, &text("W"), &[8, 1, 1], &field("", 0, "u8")].concat();
    let unit = json!({ "style": "unit", "fields": [] });
    let newtype = json!({ "style": "newtype", "fields": [{ "type": "u8" }] });
    let of_enum = |tagging: Json| {
        let mut variants = [json!({ "name": "V", "index": 7 }), json!({ "name": "W", "index": 8 })];
        for (variant, fields) in variants.iter_mut().zip([&unit, &newtype]) {
            variant.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        }
        json!({ "enum": { "tagging": tagging, "variants": variants } })
    };
    let shapes: [(Vec<u8>, Json); 19] = [
        (vec![0, 0], json!("none")),
        ([&[1][..], &text("u8")].concat(), json!({ "leaf": "u8" })),
        (vec![2, 0], json!("opaque")),
        (one(3, "u8"), json!({ "transparent": "u8" })),
        (one(4, "u8"), json!({ "option": "u8" })),
        (one(5, "u8"), json!({ "seq": "u8" })),
        (one(6, "u8"), json!({ "array": "u8" })),
        ([&[7, 2][..], &text("u8"), &text("()")].concat(), json!({ "map": ["u8", "()"] })),
        ([&[8, 2][..], &text("u8"), &text("()")].concat(), json!({ "tuple": ["u8", "()"] })),
        ([&[9][..], &one(6, "u8")].concat(), json!({ "text": { "array": "u8" } })),
        (vec![10, 0], json!("nested")),
        (vec![11, 0, 0], json!({ "struct": unit })),
        ([&[11, 1, 1][..], &field("", 0, "u8")].concat(), json!({ "struct": newtype })),
        (
            [&[11, 2, 1][..], &field("", 3, "u8")].concat(),
            json!({ "struct": { "style": "tuple", "fields": [{ "type": "u8", "flatten": true, "optional": true }] } }),
        ),
        (
            [&[11][..], &named].concat(),
            json!({ "struct": { "style": "named", "fields": [
                { "name": "f", "type": "u8", "flatten": true }, { "name": "o", "type": "()", "optional": true },
            ] } }),
        ),
        ([&[12, 0][..], &variants].concat(), of_enum(json!("external"))),
        ([&[12, 1][..], &text("t"), &variants].concat(), of_enum(json!({ "internal": { "tag": "t" } }))),
        (
            [&[12, 2][..], &text("t"), &text("c"), &variants].concat(),
            of_enum(json!({ "adjacent": { "tag": "t", "content": "c" } })),
        ),
        ([&[12, 3][..], &variants].concat(), of_enum(json!("untagged"))),
    ];
    for (bytes, expected) in shapes {
        let envelope = forged("i64", 1, &[0], &[&[1], &text("a::A")[..], &bytes, &[0]].concat());
        let schema = Envelope::parse(&envelope).unwrap_or_else(|error| panic!("{expected}: {error}")).schema().cloned();
        let file = serde_json::to_value(schema.unwrap()).unwrap();
        assert_eq!(file["types"], json!({ "a::A": expected }));
        let again: Schema = serde_json::from_value(file.clone()).unwrap();
        assert_eq!(serde_json::to_value(again).unwrap(), file);
    }
    // The index of a variant has 32 bits.
    let large =
        [&[1][..], &text("a::A"), &[12, 0, 1], &text("V"), &[0x80, 0x80, 0x80, 0x80, 0x10], none, &[0]].concat();
    assert!(Envelope::parse(&forged("i64", 1, &[0], &large)).unwrap_err().to_string().contains("32 bits"));
}

/// The type hash that these shapes give to a name, as the error of a wrong one tells.
fn hash_of(name: &str, section: &[u8]) -> Option<u64> {
    let read =
        Codec::default().registry(Registry::empty()).read::<Json>(&forged(name, 0, &[], section), &Schema::default());
    let error = read.err()?.to_string();
    let (_, hash) = error.split_once("in the envelope and ")?;
    u64::from_str_radix(hash.get(..16)?, 16).ok()
}

/// Schemas that describe what costs much to read: each ends early, with an error.
#[test]
fn a_hostile_schema_costs_no_more_than_its_bytes() {
    let ty = |name: &str, shape: &[u8]| [text(name), shape.to_vec()].concat();
    let wide = {
        let fields: Vec<u8> = (0..120).flat_map(|_| [text(""), vec![0], text("()")].concat()).collect();
        [&[11, 2, 120], &fields[..]].concat()
    };
    let few = Limits::default()
        .with_unbacked_items(scaled(8192, 20))
        .with_schema_fields(scaled(512, 20))
        .with_memory_bytes(scaled(128 << 20, 4 << 10));
    let read = |bytes: &[u8], schema: &Schema| {
        Codec::default().registry(Registry::empty()).limits(few.clone()).read::<Json>(bytes, schema)
    };
    // The name, the types of the schema, the state, what the error says.
    type Case<'a> = (&'a str, Vec<Vec<u8>>, &'a [u8], &'a str);
    let cases: [Case<'_>; 7] = [
        ("a::A", vec![ty("a::A", &[&[3, 1][..], &text("a::A")].concat())], &[], "defines this type as itself"),
        (
            "a::A",
            vec![
                ty("a::A", &[&[3, 1][..], &text("a::B")].concat()),
                ty("a::B", &[&[3, 1][..], &text("a::A")].concat()),
            ],
            &[],
            "defines this type as itself",
        ),
        (
            "a::A",
            vec![ty("a::A", &[&[11, 1, 1, 0, 0][..], &text("a::A")].concat())],
            &[],
            "defines this type as itself",
        ),
        ("[(); 1000000000000000]", vec![], &[], "limit exceeded"),
        // No machine counts so far.
        ("[(); 1000000000000000000000]", vec![], &[], "limit exceeded"),
        ("Vec<a::A>", vec![ty("a::A", &wide)], &[0xff, 0xff, 3], "limit exceeded"),
        ("[a::A; 100000]", vec![ty("a::A", &[&[11, 3, 0][..]].concat())], &[], "limit exceeded"),
    ];
    for (name, types, state, reason) in cases {
        let count = u8::try_from(types.len()).unwrap();
        let section = [vec![count], types.concat(), vec![0]].concat();
        let hash = hash_of(name, &section).unwrap_or_else(|| panic!("{name} has no hash"));
        let started = std::time::Instant::now();
        let error = read(&forged(name, hash, state, &section), &Schema::default()).unwrap_err();
        assert!(error.to_string().contains(reason), "{name}: {error}");
        println!("{name}: {:?}", started.elapsed());
    }
    // A type that is made of ever larger ones, two of each size.
    let field = |ty: &str| json!({ "type": format!("a::Grow<{ty}<?0>>") });
    let schema: Schema = serde_json::from_value(json!({
        "typeport_schema": 1,
        "types": { "a::Grow<?0>": { "struct": { "style": "tuple", "fields": [field("Vec"), field("Option")] } } },
    }))
    .unwrap();
    let error = read(&forged("a::Grow<u8>", 1, &[0], &[0, 0]), &schema).unwrap_err();
    assert!(error.to_string().contains(&format!("schema_fields is {}", few.schema_fields)), "{error}");
}
