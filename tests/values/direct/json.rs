//! The law for JSON: a text by a type's shape equals the text of serde's derive, and each text has serde's verdict and value:
//! damaged and rearranged texts, and texts with absent, duplicate, unknown or wrong parts.

use super::{FORMAT, Told, Twins, by_serde, direct, of_text, place_of_state};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use typeport::{Codec, Format, portable};

/// Numbers that follow from a seed: an LCG of 64 bits, by Knuth.
struct Random {
    state: u64,
    /// How many members were doubled.
    doubled: usize,
}

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) as usize % limit.max(1)
    }
}

/// The replacements for a part.
fn others() -> Vec<Json> {
    let mut others = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(-0.0),
        json!(1.5),
        json!(255),
        json!(256),
        json!(65_536),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!("text"),
        json!(""),
        json!("c"),
        json!("7"),
        json!([]),
        json!([1]),
        json!([null, null]),
        json!({}),
        json!({ "x": 1 }),
        json!({ "One": 1 }),
        json!({ "one": 5 }),
        json!({ "named": { "before": 1, "y": null } }),
        json!("nothing"),
        json!({ "nothing": null }),
        json!([1, 2, 3]),
    ];
    others.push(Json::Number(serde_json::Number::from_f64(1e19).unwrap()));
    others
}

/// All parts of a value, by their paths.
fn paths(value: &Json) -> Vec<String> {
    let mut found = vec![(String::new(), value)];
    let mut at = 0;
    while let Some((path, value)) = found.get(at).cloned() {
        at += 1;
        match value {
            Json::Array(elements) => {
                found.extend(elements.iter().enumerate().map(|(at, element)| (format!("{path}/{at}"), element)));
            }
            Json::Object(members) => found.extend(members.iter().map(|(key, member)| {
                let key = key.replace('~', "~0").replace('/', "~1");
                (format!("{path}/{key}"), member)
            })),
            _ => {}
        }
    }
    found.into_iter().map(|(path, _)| path).collect()
}

/// The text of a value, with the members of each object in an order of its own, some doubled, and with white space.
fn text(value: &Json, random: &mut Random, out: &mut String) {
    let space = ["", "", "", " ", "\n\t"][random.below(5)];
    out.push_str(space);
    match value {
        Json::Array(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                text(element, random, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            let mut members: Vec<(&String, &Json)> = members.iter().collect();
            if random.below(4) == 0 && !members.is_empty() {
                let turn = random.below(members.len());
                members.rotate_left(turn);
            }
            if random.below(60) == 0 && !members.is_empty() {
                members.push(members[random.below(members.len())]);
                random.doubled += 1;
            }
            out.push('{');
            for (at, (key, member)) in members.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                match random.below(40) {
                    0 if !key.is_empty() => {
                        let first = key.chars().next().unwrap();
                        out.push_str(&format!("\"\\u{:04x}{}\"", first as u32, &key[first.len_utf8()..]));
                    }
                    _ => out.push_str(&serde_json::to_string(key).unwrap()),
                }
                out.push(':');
                text(member, random, out);
            }
            out.push('}');
        }
        leaf => out.push_str(&leaf.to_string()),
    }
    out.push_str(space);
}

/// Does one thing to a part of a value.
fn change(value: &mut Json, random: &mut Random, others: &[Json]) {
    let all = paths(value);
    let part = value.pointer_mut(&all[random.below(all.len())]).unwrap();
    match part {
        Json::Object(members) if random.below(3) > 0 => change_object(members, part_of(random), random, others),
        Json::Array(elements) if random.below(3) > 0 => match random.below(3) {
            0 => drop(elements.pop()),
            1 => elements.push(others[random.below(others.len())].clone()),
            _ => elements.reverse(),
        },
        _ => *part = others[random.below(others.len())].clone(),
    }
}

fn part_of(random: &mut Random) -> usize {
    random.below(5)
}

fn change_object(members: &mut Map<String, Json>, how: usize, random: &mut Random, others: &[Json]) {
    let keys: Vec<String> = members.keys().cloned().collect();
    let key = || keys.get(how % keys.len().max(1)).cloned();
    match how {
        0 => drop(keys.get(random.below(keys.len())).map(|key| members.remove(key))),
        1 => drop(members.insert("unknown".to_owned(), others[random.below(others.len())].clone())),
        2 => {
            // Another name, of which one is a former one.
            if let Some(value) = key().and_then(|key| members.remove(&key)) {
                members.insert(["before", "left", "X"][random.below(3)].to_owned(), value);
            }
        }
        3 => drop(key().map(|key| members.insert(key, others[random.below(others.len())].clone()))),
        _ => drop(members.insert(random.below(300).to_string(), others[random.below(others.len())].clone())),
    }
}

/// The envelope with another state.
pub(super) fn with_state(bytes: &[u8], state: &[u8]) -> Vec<u8> {
    let place = place_of_state(bytes);
    let mut whole = [&bytes[..place.start], state, &bytes[place.end..]].concat();
    // The length stands behind the magic, the version and the format.
    let length = u32::try_from(whole.len()).unwrap();
    whole[3..7].copy_from_slice(&length.to_le_bytes());
    whole
}

impl Twins<'_> {
    /// The same verdict on texts that were changed, each from a seed.
    #[track_caller]
    pub(super) fn check_texts(&self, seed: u64, rounds: usize) {
        let codec = Codec::default().format(Format::Json).checksum(false);
        let (one, other) = (codec.to_vec(self.one).unwrap(), codec.to_vec(self.other).unwrap());
        let mut value: Json = serde_json::from_slice(&one[place_of_state(&one)]).unwrap();
        // What is larger is a float to serde_json, unless somebody asks for 128 bits.
        if let Some(large) = value.pointer_mut("/tuple/8/0") {
            *large = json!(5);
        }
        if let Some(large) = value.pointer_mut("/boxed/0/8/0") {
            *large = json!(5);
        }
        let (others, mut random) = (others(), Random { state: seed, doubled: 0 });
        let (mut sound, mut damaged, mut last) = (0, 0, None);
        for round in 0..rounds {
            let mut changed = value.clone();
            let (changes, doubled) = (random.below(3), random.doubled);
            (0..changes).for_each(|_| change(&mut changed, &mut random, &others));
            let mut state = String::new();
            text(&changed, &mut random, &mut state);
            // Where a text is cut.
            if random.below(50) == 0 {
                let cut = random.below(state.len());
                state.truncate((0..=cut).rev().find(|at| state.is_char_boundary(*at)).unwrap());
            }
            let told = self.decode_text(&codec, &one, &state);
            let expected = (self.decode_other)(&codec, &with_state(&other, state.replace("d::", "s::").as_bytes()));
            let same =
                || told == expected || without_order(of_text(told.clone())) == without_order(of_text(expected.clone()));
            // Of several faults another one may be met first.
            let are_faults =
                || changes + random.doubled - doubled > 1 || serde_json::from_str::<IgnoredAny>(&state).is_err();
            let same = same() || told.is_err() && expected.is_err() && are_faults();
            assert!(same, "round {round} of {seed}: {state}\n{told:?}\n{expected:?}");
            *if told.is_ok() { &mut sound } else { &mut damaged } += 1;
            last = told.err();
        }
        assert!(sound > 0 && damaged > 0, "{seed}: {sound} sound, {damaged} damaged: {last:?}");
    }

    fn decode_text(&self, codec: &Codec, bytes: &[u8], state: &str) -> Told {
        (self.decode)(codec, &with_state(bytes, state.as_bytes()))
    }
}

/// Hash maps print in an order of their own.
fn without_order(told: Told) -> Told {
    told.map(|text| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters.into_iter().collect()
    })
}

#[test]
fn texts_without_trait_objects() {
    Twins::exact(&direct::all(), &by_serde::all()).check_texts(1, 20_000);
    Twins::exact(&direct::pair(), &by_serde::pair()).check_texts(2, 5_000);
    Twins::exact(&direct::std(), &by_serde::std()).check_texts(5, 20_000);
    Twins::exact(&direct::defaults(), &by_serde::defaults()).check_texts(6, 20_000);
    Twins::exact(&direct::bytes(), &by_serde::bytes()).check_texts(7, 5_000);
}

#[test]
fn texts_of_values_within_values_of_each_kind() {
    Twins::exact(&direct::heap(|| 1_u8), &by_serde::heap(|| 1_u8)).check_texts(3, 5_000);
    Twins::exact(&direct::heap(direct::pair), &by_serde::heap(by_serde::pair)).check_texts(4, 5_000);
}

#[test]
fn texts_of_erased_values() {
    for (seed, (one, other)) in direct::erased().into_iter().zip(by_serde::erased()).enumerate() {
        Twins::any(&*one, &*other).check_texts(100 + seed as u64, 3_000);
    }
}

#[test]
fn texts_of_trait_objects_within_each_other() {
    FORMAT.set(Format::Json);
    Twins::exact(&direct::node(2), &by_serde::node(2)).check_texts(200, 5_000);
}

/// A name that is an alias of one field and the name of a later one is that of the first, whatever came before it.
#[test]
#[allow(unreachable_patterns, reason = "serde's derive matches names in the order of the fields")]
fn a_name_of_two_fields_is_that_of_the_first() {
    #[portable]
    #[derive(PartialEq)]
    struct Crossed {
        #[serde(alias = "b")]
        a: Option<u8>,
        b: Option<u8>,
        #[serde(alias = "a", alias = "d")]
        c: Option<u8>,
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Expected {
        #[serde(alias = "b")]
        a: Option<u8>,
        b: Option<u8>,
        #[serde(alias = "a", alias = "d")]
        c: Option<u8>,
    }

    let bytes =
        Codec::default().format(Format::Json).checksum(false).to_vec(&Crossed { a: None, b: None, c: None }).unwrap();
    let names = ["a", "b", "c", "d"];
    let pairs = names.iter().flat_map(|one| names.iter().map(move |other| [*one, *other]));
    for [one, other] in pairs {
        let state = format!("{{\"{one}\":1,\"{other}\":2}}");
        let told = typeport::from_slice::<Crossed>(&with_state(&bytes, state.as_bytes()));
        let told = told.map(|value| format!("{:?}", (value.a, value.b, value.c))).map_err(|error| error.to_string());
        let expected =
            serde_json::from_str::<Expected>(&state).map(|value| format!("{:?}", (value.a, value.b, value.c)));
        match expected {
            Ok(expected) => assert_eq!(told, Ok(expected), "{state}"),
            Err(_) => assert!(told.is_err(), "{state}: {told:?}"),
        }
    }
}
