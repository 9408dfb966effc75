//! Trait objects inside other values: any depth, all formats, with and without a session.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use typeport::{Codec, Envelope, Format, Limits, Portable, Value, portable};

#[portable]
trait Node {
    fn depth(&self) -> usize;
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Leaf<T> {
    value: T,
}

#[portable]
impl<T: Portable> Node for Leaf<T> {
    fn depth(&self) -> usize {
        1
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Branch {
    left: Box<dyn Node>,
    others: Vec<Box<dyn Node>>,
}

#[portable]
impl Node for Branch {
    fn depth(&self) -> usize {
        let others = self.others.iter().map(|node| node.depth()).max().unwrap_or(0);
        1 + others.max(self.left.depth())
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Everywhere {
    plain: Box<dyn Node>,
    shared: Arc<dyn Node>,
    maybe: Option<Box<dyn Node>>,
    by_name: BTreeMap<String, Box<dyn Node>>,
    pairs: Vec<(u8, Box<dyn Value>)>,
    result: Result<Box<dyn Node>, String>,
}

fn leaf<T: Portable>(value: T) -> Box<dyn Node> {
    Box::new(Leaf { value })
}

fn tree(depth: usize) -> Box<dyn Node> {
    match depth {
        1 => leaf(7_i64),
        _ => Box::new(Branch { left: tree(depth - 1), others: vec![leaf("x".to_owned()), leaf(vec![true])] }),
    }
}

fn everywhere() -> Everywhere {
    Everywhere {
        plain: tree(3),
        shared: Arc::new(Leaf { value: 1.5_f64 }),
        maybe: Some(leaf(Some(3_u8))),
        by_name: BTreeMap::from([("a".to_owned(), leaf(1_i64)), ("b".to_owned(), tree(2))]),
        pairs: vec![(1, Box::new(5_i64)), (2, Box::new(Leaf { value: tree(2) }))],
        result: Ok(leaf(leaf(leaf(9_u64)))),
    }
}

#[track_caller]
fn check<T: Portable>(value: &T) {
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(value).unwrap();
        let again: T = codec.from_slice(&bytes).unwrap();
        assert_eq!(format!("{again:?}"), format!("{value:?}"), "{format}");
        assert_eq!(codec.to_vec(&again).unwrap(), bytes, "{format}");
        let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
        assert_eq!(format!("{any:?}"), format!("{value:?}"), "{format}");
        assert_eq!(codec.to_vec(&any).unwrap(), bytes, "{format}");
    }
}

#[test]
fn trait_objects_stand_in_every_position() {
    check(&everywhere());
    check(&vec![tree(1), tree(2), leaf(3_u8)]);
    check(&Leaf { value: leaf(leaf(1_u8)) });
    check(&Leaf { value: Arc::new(Leaf { value: 1_u8 }) as Arc<dyn Node> });
    check(&Leaf { value: vec![Arc::new(5_i64) as Arc<dyn Value>] });
    check(&Leaf { value: vec![Some(leaf(BTreeMap::from([("k".to_owned(), leaf(1_u8))])))] });
}

#[test]
fn the_depth_of_nesting_is_bounded() {
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let at = codec.to_vec(&Branch { left: tree(64), others: vec![] }).unwrap();
        codec.from_slice::<Branch>(&at).unwrap();
        let trusting = codec.clone().limits(Limits::default().with_nested(65));
        let over = trusting.to_vec(&Branch { left: tree(65), others: vec![] }).unwrap();
        let error = codec.from_slice::<Branch>(&over).unwrap_err();
        assert!(error.is_limit(), "{format}: {error}");
        let said = "limit exceeded: nested is 64, the input needs 65; raise Limits::nested if the sender is trusted";
        assert!(error.to_string().ends_with(said), "{format}: {error}");
        trusting.from_slice::<Branch>(&over).unwrap();
    }
}

#[test]
fn an_envelope_lists_the_types_below_its_root() {
    for &format in Format::ALL {
        let bytes = Codec::default().format(format).to_vec(&Branch { left: tree(2), others: vec![] }).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        let mut names: Vec<&str> = envelope.nested().iter().map(|nested| nested.name).collect();
        names.sort_unstable();
        let expected =
            ["typeport::Branch", "typeport::Leaf<String>", "typeport::Leaf<Vec<bool>>", "typeport::Leaf<i64>"];
        assert_eq!(names, expected);
    }
}

#[test]
fn a_nested_value_of_a_batch_costs_two_bytes() {
    let batch = |count: usize| typeport::to_vec(&(0..count).map(|_| leaf(1_u8)).collect::<Vec<_>>()).unwrap().len();
    assert_eq!(batch(101) - batch(100), 2 + 1, "a length, an index, and a state of one byte");
}

#[test]
fn more_types_than_a_scan_looks_at_are_told_apart() {
    macro_rules! leaves {
        ($($value:expr),*) => { vec![$(leaf($value)),*] };
    }
    let all = leaves![
        1_u8,
        1_u16,
        1_u32,
        1_u64,
        1_u128,
        1_i8,
        1_i16,
        1_i32,
        1_i64,
        1_i128,
        1.0_f32,
        1.0_f64,
        true,
        'c',
        (),
        (1_u8,),
        (1_u8, 2_u8),
        [1_u8],
        [1_u8; 2],
        [1_u8; 3],
        vec![1_u8],
        Some(1_u8),
        "s".to_owned(),
        2_u8,
        2_u16,
        vec![2_u8]
    ];
    check(&all);
}

#[test]
fn a_trait_object_works_with_any_serde_format_on_its_own() {
    let node: Box<dyn Node> = Box::new(Leaf { value: 5_i64 });
    let json = serde_json::to_string(&node).unwrap();
    assert_eq!(json, r#"{"type":"typeport::Leaf<i64>","value":{"value":5}}"#);
    let again: Box<dyn Node> = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), json);

    let bytes = postcard::to_allocvec(&tree(3)).unwrap();
    let again: Box<dyn Node> = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(again.depth(), 3);
    assert_eq!(postcard::to_allocvec(&again).unwrap(), bytes);

    let config = bincode::config::standard();
    let bytes = bincode::serde::encode_to_vec(tree(3), config).unwrap();
    let (again, _): (Box<dyn Node>, usize) = bincode::serde::decode_from_slice(&bytes, config).unwrap();
    assert_eq!(again.depth(), 3);
}

/// A foreign format inside of a value: the box meets a serializer that is not the session's.
mod as_text {
    use super::*;
    use serde::{Deserializer, Serializer};

    #[allow(clippy::borrowed_box, reason = "serde calls it with a reference to the field")]
    pub fn serialize<S: Serializer>(node: &Box<dyn Node>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serde_json::to_string(node).map_err(serde::ser::Error::custom)?)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<dyn Node>, D::Error> {
        serde_json::from_str(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct TextInside {
    before: Box<dyn Node>,
    #[serde(with = "as_text")]
    text: Box<dyn Node>,
    after: Box<dyn Node>,
}

#[test]
fn a_foreign_format_inside_of_a_state_does_not_disturb_the_session() {
    check(&TextInside { before: tree(2), text: tree(3), after: leaf(5_i64) });
}

/// A `Serialize` that goes on after an element failed.
#[test]
fn a_swallowed_error_loses_nothing_of_what_stood_before() {
    #[derive(Debug, Deserialize, Portable)]
    struct Failing;
    impl Serialize for Failing {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("never"))
        }
    }
    #[derive(Debug, Deserialize, Portable)]
    struct Swallowing {
        #[portable(opaque = "swallowed")]
        nodes: Vec<Box<dyn Value>>,
    }
    impl Serialize for Swallowing {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeSeq;
            let mut seq = serializer.serialize_seq(None)?;
            for node in &self.nodes {
                // What was refused is not an element.
                let _: Result<(), S::Error> = seq.serialize_element(node);
            }
            seq.end()
        }
    }
    let nodes: Vec<Box<dyn Value>> = vec![Box::new(1_u8), Box::new(Leaf { value: Failing }), Box::new(2_u8)];
    let bytes = typeport::to_vec(&Swallowing { nodes }).unwrap();
    assert_eq!(Envelope::parse(&bytes).unwrap().state()[1..], [2, 0, 1, 2, 0, 2]);
}

#[test]
fn a_flattened_map_of_trait_objects_is_json_only_but_works() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[portable(format = "json")]
    struct Flat {
        id: u32,
        #[serde(flatten)]
        rest: BTreeMap<String, Box<dyn Node>>,
    }
    let flat = Flat { id: 1, rest: BTreeMap::from([("left".to_owned(), tree(2))]) };
    let codec = Codec::default().format(Format::Json);
    let bytes = codec.to_vec(&flat).unwrap();
    let again: Flat = codec.from_slice(&bytes).unwrap();
    assert_eq!(codec.to_vec(&again).unwrap(), bytes);
    let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
    assert_eq!(codec.to_vec(&any).unwrap(), bytes);
    let error = typeport::to_vec(&flat).unwrap_err();
    assert!(error.is_format(), "{error}");
}

/// What neither the derive nor the compiler sees: an `Option` in a newtype that is an argument.
#[test]
fn a_flattened_option_behind_an_argument_is_refused() {
    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    struct Price {
        cents: i64,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    struct Maybe(Option<Box<Price>>);
    #[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
    #[portable(format = "json")]
    struct Order<T> {
        number: u8,
        #[serde(flatten)]
        value: T,
    }
    let codec = Codec::default().format(Format::Json).checksum(false);
    let error = codec.to_vec(&Order { number: 1, value: Maybe(None) }).unwrap_err();
    assert_eq!(error.code(), 25, "{error}");
    assert!(error.to_string().contains("a flattened `Option`"), "{error}");
    let mut bytes = codec.to_vec(&Order { number: 1, value: Price { cents: 7 } }).unwrap();
    assert_eq!(codec.from_slice::<Order<Price>>(&bytes).unwrap(), Order { number: 1, value: Price { cents: 7 } });
    let at = bytes.windows(5).position(|window| window == b"Price").unwrap();
    bytes[at..at + 5].copy_from_slice(b"Maybe");
    let error = codec.from_slice::<Box<dyn Value>>(&bytes).unwrap_err();
    assert_eq!(error.code(), 25, "{error}");
}

/// A filter as query engines write them: `a AND (b AND (c AND ..))`.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct And {
    left: Box<dyn Node>,
    right: Box<dyn Node>,
}

/// The same of a generic type, with as many levels of its own as a type may have and still be usual.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Both<T> {
    hints: Vec<T>,
    left: Option<Box<dyn Node>>,
    right: Option<Box<dyn Node>>,
}

#[portable]
impl Node for And {
    fn depth(&self) -> usize {
        1 + self.left.depth().max(self.right.depth())
    }
}

#[portable]
impl<T: Portable> Node for Both<T> {
    fn depth(&self) -> usize {
        1 + self.left.iter().chain(&self.right).map(|node| node.depth()).max().unwrap_or(0)
    }
}

/// By the default limits, on the stack of a thread that asks for nothing, in an unoptimised build too.
#[test]
fn sixty_four_trait_objects_within_each_other_pass() {
    fn chain(around: fn(Box<dyn Node>) -> Box<dyn Node>) {
        // The innermost is the 64th below the root.
        let deep = (0..64).fold(leaf(1_u8), |inner, _| around(inner));
        for &format in Format::ALL {
            let codec = Codec::default().format(format);
            let bytes = codec.to_vec(&deep).unwrap();
            let back: Box<dyn Node> = codec.from_slice(&bytes).unwrap();
            assert_eq!((back.depth(), codec.to_vec(&back).unwrap()), (65, bytes), "{format}");
        }
    }
    let run = || {
        chain(|inner| Box::new(And { left: inner, right: leaf(1_u8) }));
        chain(|inner| Box::new(And { left: leaf(1_u8), right: inner }));
        chain(|inner| Box::new(Both { hints: vec![1_u8], left: Some(inner), right: None }));
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}
