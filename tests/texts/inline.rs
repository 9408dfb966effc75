//! A trait object in a value whose text goes by its shape, and in one that serde reads and writes: a text has one verdict,
//! value, error and path, in each position of a trait object, and at the edge of each limit.
#![cfg(all(feature = "derive", feature = "postcard", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use typeport::{Carried, Codec, Envelope, Format, Limits, Portable, Value, portable};

#[portable(id = "inline::Node")]
trait Node {}

/// Native where it is named, erased elsewhere.
#[portable(id = "inline::Leaf")]
struct Leaf<T> {
    value: T,
    more: Option<u8>,
}

#[portable]
impl<T: Portable> Node for Leaf<T> {}

/// Serde reads it.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "inline::Foreign")]
struct Foreign {
    #[serde(default)]
    number: u8,
    below: Option<Box<dyn Node>>,
}

#[portable]
impl Node for Foreign {}

#[portable(id = "inline::Renamed", alias = "inline::Renames")]
struct Renamed(u64, f64);

#[portable]
impl Node for Renamed {}

/// As large as what the place of a trait object has, and one byte more.
#[portable(id = "inline::Wide")]
struct Wide([u64; 2]);

#[portable]
impl Node for Wide {}

#[portable(id = "inline::Wider")]
struct Wider([u64; 2], u8);

#[portable]
impl Node for Wider {}

#[portable(id = "inline::Unit")]
struct Unit;

#[portable]
impl Node for Unit {}

/// Not a member.
#[portable(id = "inline::Stranger")]
struct Stranger(u8);

macro_rules! places {
    ($root:ident $root_id:literal $kind:ident $kind_id:literal $(#[$attribute:meta])*) => {
        $(#[$attribute])*
        #[portable(id = $kind_id)]
        enum $kind {
            One(Box<dyn Node>),
            Two(u8, Box<dyn Node>),
            Named { inner: Box<dyn Node> },
        }

        $(#[$attribute])*
        #[portable(id = $root_id)]
        struct $root {
            field: Box<dyn Node>,
            list: Vec<Box<dyn Node>>,
            maybe: Option<Box<dyn Node>>,
            map: BTreeMap<String, Box<dyn Node>>,
            kinds: Vec<$kind>,
            pair: (u8, Box<dyn Value>),
            array: [Arc<dyn Node>; 1],
            carried: Vec<Carried<dyn Node>>,
            last: u8,
        }

        impl Root for $root {
            fn sound() -> Self {
                $root {
                    field: leaf(1_u8),
                    list: vec![
                        leaf("text \"\u{1}ß".to_owned()),
                        leaf(Leaf { value: 2_u8, more: None }),
                        leaf(vec![Some(leaf(true)), None]),
                        Box::new(Foreign { number: 3, below: Some(leaf(4_i8)) }),
                        Box::new(Renamed(u64::MAX, 1.5)),
                        Box::new(Wide([1, 300])),
                        Box::new(Wider([1, 300], 2)),
                        Box::new(Unit),
                        leaf(leaf(14_u16)),
                    ],
                    maybe: Some(Box::new(Unit)),
                    map: BTreeMap::from([("key".to_owned(), leaf(false)), ("value".to_owned(), leaf('c'))]),
                    kinds: vec![
                        $kind::One(leaf(5_u8)),
                        $kind::Two(6, leaf(7_u8)),
                        $kind::Named { inner: leaf(8_u8) },
                    ],
                    pair: (9, Box::new(Stranger(10))),
                    array: [Arc::from(leaf(11_u8))],
                    carried: vec![Carried::Known(leaf(12_u8))],
                    last: 13,
                }
            }
        }
    };
}

trait Root: Portable {
    fn sound() -> Self;
}

places!(ByShape "inline::ByShape" KindByShape "inline::KindByShape");
places!(BySerde "inline::BySerde" KindBySerde "inline::KindBySerde" #[derive(Debug, Serialize, Deserialize, Portable)]);

fn leaf<T: Portable>(value: T) -> Box<dyn Node>
where
    Leaf<T>: Node,
{
    Box::new(Leaf { value, more: None })
}

fn json() -> Codec {
    Codec::default().format(Format::Json).checksum(false)
}

fn state_of<T: Root>() -> String {
    let bytes = json().to_vec(&T::sound()).unwrap();
    String::from_utf8(Envelope::parse(&bytes).unwrap().state().to_vec()).unwrap()
}

/// The envelope of a sound value with another state.
fn with_state<T: Root>(state: &str) -> Vec<u8> {
    let mut bytes = json().to_vec(&T::sound()).unwrap();
    let former = Envelope::parse(&bytes).unwrap().state();
    let at = former.as_ptr().addr() - bytes.as_ptr().addr();
    let end = at + former.len();
    bytes.splice(at..end, state.bytes());
    let length = u32::try_from(bytes.len()).unwrap();
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// The value, or the error with its place and its code; without where in the text it is, and the names of what holds it; and
/// what was found or expected has other words where a layer is in between.
type Told = Result<String, (String, Option<String>, u16)>;

fn told<T: Debug>(result: typeport::Result<T>) -> Told {
    let names = |text: String| text.replace("ByShape", "BySerde");
    let said = |text: String| {
        let kinds = ["invalid type", "invalid value", "invalid length", "unknown variant", "unknown field"];
        let of_kind = kinds.iter().filter_map(|kind| Some(text.find(kind)? + kind.len()));
        let end = of_kind.chain(text.find(" at line ")).min().unwrap_or(text.len());
        names(text[..end].to_owned())
    };
    result
        .map(|value| names(format!("{value:?}")))
        .map_err(|error| (said(error.to_string()), error.path(), error.code()))
}

fn both(codec: &Codec, state: &str) -> [Told; 2] {
    [
        told(codec.from_slice::<ByShape>(&with_state::<ByShape>(state))),
        told(codec.from_slice::<BySerde>(&with_state::<BySerde>(state))),
    ]
}

/// One verdict; gives it.
#[track_caller]
fn check(codec: &Codec, state: &str) -> Told {
    let [one, other] = both(codec, state);
    assert_eq!(one, other, "{state}");
    one
}

/// The texts of the nested values of one byte each, by where they stand.
fn places(state: &str) -> Vec<String> {
    let numbers = ["1", "5", "7", "8", "11", "12"];
    let texts =
        numbers.map(|number| format!(r#"{{"type":"inline::Leaf<u8>","value":{{"value":{number},"more":null}}}}"#));
    texts
        .into_iter()
        .chain([r#"{"type":"inline::Unit","value":null}"#.to_owned()])
        .filter(|text| state.contains(text))
        .collect()
}

#[test]
fn the_bytes_are_the_same() {
    assert_eq!(state_of::<ByShape>(), state_of::<BySerde>());
    let told = check(&json(), &state_of::<ByShape>()).unwrap();
    assert!(told.contains("Renamed(18446744073709551615, 1.5)"), "{told}");
    assert_eq!(places(&state_of::<ByShape>()).len(), 7);
}

#[test]
fn each_form_has_one_verdict_in_each_place() {
    let (name, value) = (r#""inline::Leaf<u8>""#, r#"{"value":77,"more":9}"#);
    let text = serde_json::to_string(value).unwrap();
    let sound = [
        format!(r#"{{"type":{name},"value":{value}}}"#),
        format!(" {{\n\"type\" :\t{name} ,\r \"value\" : {{ \"more\":9 , \"value\":77 }} }} "),
        format!(r#"{{"value":{value},"type":{name}}}"#),
        format!(r#"{{"type":{name},"json":{text}}}"#),
        format!(r#"{{"json":{text},"type":{name}}}"#),
        format!("[{name},{value}]"),
        format!("[{text},{name}]"),
        format!(r#"{{"\u0074ype":"\u0069nline::Leaf<u8\u003e","valu\u0065":{value}}}"#),
        format!(r#"{{"type":{name},"value":{{"value":77,"more":9,"unknown":[{{"type":1}}]}}}}"#),
        r#"{"type":"inline::Leaf<inline::Leaf<u8>>","value":{"value":{"value":77,"more":null},"more":9}}"#.to_owned(),
    ];
    let damaged = [
        format!(r#"{{"type":{name},"type":{name},"value":{value}}}"#),
        format!(r#"{{"type":{name},"value":{value},"value":{value}}}"#),
        format!(r#"{{"type":{name},"value":{value},"type":{name}}}"#),
        format!(r#"{{"type":{name},"value":{value},"more":1}}"#),
        format!(r#"{{"type":{name},"json":{text},"value":{value}}}"#),
        format!(r#"{{"type":{name},"json":{value}}}"#),
        format!(r#"{{"type":{name},"json":"{{"}}"#),
        format!(r#"{{"type":{name},"envelope":[]}}"#),
        format!(r#"{{"type":{name},"other":{value}}}"#),
        format!(r#"{{"value":{value},"value":{value}}}"#),
        format!(r#"{{"value":{value}}}"#),
        format!(r#"{{"type":{name}}}"#),
        format!(r#"{{"other":{name},"value":{value}}}"#),
        format!(r#"{{"type":{name},"value":{{"value":256,"more":9}}}}"#),
        format!(r#"{{"type":{name},"value":{{"value":[],"more":9}}}}"#),
        format!(r#"{{"type":{name},"value":{{"more":9}}}}"#),
        format!(r#"{{"type":{name},"value":{{"value":1,"more":"9"}}}}"#),
        format!(r#"{{"type":{name},"value":{{"value":1,"value":1,"more":9}}}}"#),
        format!(r#"{{"type":{name},"value":null}}"#),
        format!(r#"{{"type":{name},"value":}}"#),
        format!(r#"{{"type":{name},"value":{value}"#),
        format!("[{name}]"),
        format!("[{name},{value},1]"),
        format!("[{value},{name}]"),
        r#"{"type":null,"value":null}"#.to_owned(),
        r#"{"type":7,"value":7}"#.to_owned(),
        r#"{"type":{},"value":7}"#.to_owned(),
        r#"{"type":"inline::Leaf<u128>","value":{"value":1}}"#.to_owned(),
        r#"{"type":"inline::Stranger","value":10}"#.to_owned(),
        r#"{"type":"inline::Nobody","value":10}"#.to_owned(),
        r#"{"type":"inline::Leaf<","value":10}"#.to_owned(),
        r#"{"type":"inline::Renames","value":[1,1.5]}"#.to_owned(),
        r#"{"type":"inline::Foreign","value":{"number":256}}"#.to_owned(),
        r#"{"type":"inline::Foreign","value":{"below":{"type":"inline::Unit","value":[]}}}"#.to_owned(),
        r#"{"type":"inline::Foreign","value":{"below":{"type":"inline::Leaf<u8>","value":{"value":-1}}}}"#.to_owned(),
        r#"{"type":"inline::Leaf<inline::Leaf<u8>>","value":{"value":{"value":true}}}"#.to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        "\"inline::Unit\"".to_owned(),
    ];
    let state = state_of::<ByShape>();
    for place in places(&state) {
        let verdict = |nested: &String| check(&json(), &state.replacen(&place, nested, 1));
        sound.iter().for_each(|nested| {
            let told = verdict(nested);
            assert!(told.is_ok(), "{place}: {nested}: {told:?}");
        });
        let passing: Vec<&String> = damaged.iter().filter(|nested| verdict(nested).is_ok()).collect();
        // An option may be none, and a stranger may be carried.
        assert!(passing.len() <= 1, "{place}: {passing:?}");
    }
}

/// Sets one limit.
type SetLimit = fn(Limits, usize) -> Limits;

/// What is made of a text is counted when it is there, and not as it comes: a limit may be met in another place, by another number.
fn of_limit(told: Told) -> Result<String, String> {
    told.map_err(|(text, _, _)| {
        let limit = text.split("limit exceeded: ").nth(1).and_then(|text| text.split(' ').next()).map(str::to_owned);
        limit.unwrap_or(text)
    })
}

#[test]
fn each_limit_has_one_edge() {
    let limits: [(&str, SetLimit); 6] = [
        ("depth", Limits::with_depth),
        ("nested", Limits::with_nested),
        ("items", Limits::with_items),
        ("unbacked_items", Limits::with_unbacked_items),
        ("memory_bytes", Limits::with_memory_bytes),
        ("envelope_bytes", Limits::with_envelope_bytes),
    ];
    let state = state_of::<ByShape>();
    for (name, with) in limits {
        let at = |value| json().limits(with(Limits::default().with_memory_per_byte(usize::MAX), value));
        let decoded = |value| both(&at(value), &state).map(of_limit);
        let encoded = |value| {
            [told(at(value).to_vec(&ByShape::sound()).map(drop)), told(at(value).to_vec(&BySerde::sound()).map(drop))]
        };
        let (mut fails, mut least) = (0_usize, usize::from(decoded(0)[0].is_err()));
        while least > 0 && decoded(least)[0].is_err() {
            (fails, least) = (least, least * 2);
        }
        while least - fails > 1 {
            let middle = fails.midpoint(least);
            *if decoded(middle)[0].is_ok() { &mut least } else { &mut fails } = middle;
        }
        for value in [0, least / 2, least.saturating_sub(2), least.saturating_sub(1), least, least + 1] {
            let [one, other] = decoded(value);
            assert_eq!(one, other, "{name} is {value}");
            let [one, other] = encoded(value).map(of_limit);
            assert_eq!(one, other, "an encode: {name} is {value}");
        }
    }
}

/// The names of an envelope are those that its sender had.
#[test]
fn a_former_name_is_read() {
    for bytes in [with_state::<ByShape>(&state_of::<ByShape>()), with_state::<BySerde>(&state_of::<BySerde>())] {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let former: Vec<u8> =
            text.replace("inline::Renamed", "inline::Renames").chars().map(|char| char as u8).collect();
        assert_ne!(bytes, former);
        let value: Box<dyn Value> = json().from_slice(&former).unwrap();
        assert!(format!("{value:?}").contains("Renamed(18446744073709551615, 1.5)"));
    }
}

/// Deep in one another, one more than may be, and many more.
#[test]
fn a_chain_has_one_verdict() {
    for levels in [1_usize, 10, 30, 31, 32, 33, 62, 63, 64, 65, 500] {
        let chain = r#"{"type":"inline::Foreign","value":{"number":1,"below":"#.repeat(levels / 2);
        let chain = format!(
            "{chain}{}null",
            r#"{"type":"inline::Leaf<Box<dyn inline::Node>>","value":{"value":"#.repeat(levels.div_ceil(2))
        );
        let state = state_of::<ByShape>();
        let place = places(&state)[0].clone();
        let sound = format!("{}{}", chain.trim_end_matches("null"), place) + &"}}".repeat(levels);
        for limits in [Limits::default(), Limits::default().with_depth(1000).with_nested(1000)] {
            check(&json().limits(limits), &state.replacen(&place, &sound, 1)).map(drop).unwrap_or_default();
        }
    }
}
