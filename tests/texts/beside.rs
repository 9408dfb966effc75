//! A carried value, or a serializer inside an encode, never affects the values beside it. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt::Debug;
use typeport::{Carried, Codec, Failure, Format, Limits, Opaque, Policy, Portable, Registry, Value, entry, portable};

#[portable]
trait Job: Debug {}

#[derive(Debug, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("{count}")]
struct Count {
    count: u64,
}

#[portable]
impl Job for Count {}

fn json() -> Codec {
    Codec::default().format(Format::Json).checksum(false)
}

/// Replaces a state by other bytes of the same length.
fn forged(bytes: &[u8], state: &str, other: &str) -> Vec<u8> {
    assert_eq!(state.len(), other.len());
    let at = bytes.windows(state.len()).position(|window| window == state.as_bytes()).unwrap();
    [&bytes[..at], other.as_bytes(), &bytes[at + state.len()..]].concat()
}

/// States that are no value, or one and more: beside others they would be fields of what is around them.
const STATE: &str = r#"{"count":7777777777}"#;
const STATES: [&str; 4] =
    [r#"1},{"type":"i64","v"#, r#"rubbish rubbish rubb"#, r#"1,"id":9,"x":"xxxxxx"#, r#"{"count":777777777  "#];

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
#[serde(tag = "kind")]
enum Tagged {
    It { job: Opaque },
}

#[test]
fn a_carried_state_that_is_no_value_stands_beside_nothing() {
    let bytes = json().to_vec(&Count { count: 7_777_777_777 }).unwrap();
    for state in STATES {
        let state = if state.len() == STATE.len() { state.to_owned() } else { format!("{state:20}") };
        let forged = forged(&bytes, STATE, &state);
        let opaque: Opaque = typeport::from_slice(&forged).unwrap();
        // Alone it is written as it was read.
        assert_eq!(typeport::to_vec(&opaque).unwrap(), forged);
        let errors = [
            json().to_vec(&vec![opaque.clone()]).unwrap_err().to_string(),
            json().to_vec(&(1_u8, Carried::<dyn Value>::Opaque(opaque.clone()))).unwrap_err().to_string(),
            json().to_vec(&Some(opaque.clone())).unwrap_err().to_string(),
            json().to_vec(&Tagged::It { job: opaque.clone() }).unwrap_err().to_string(),
            serde_json::to_string(&vec![opaque.clone()]).unwrap_err().to_string(),
            serde_json::to_value(&opaque).unwrap_err().to_string(),
        ];
        for error in errors {
            assert!(error.contains("its state is not a single JSON value"), "{state}: {error}");
        }
    }
}

/// A type that many data structures have: a field that is a text within.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Embeds<P: Portable> {
    #[portable(opaque = "json text")]
    #[serde(serialize_with = "to_text", deserialize_with = "of_text", bound = "")]
    text: P,
    beside: Box<dyn Job>,
}

fn to_text<P: Serialize, S: Serializer>(value: &P, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&serde_json::to_string(value).map_err(serde::ser::Error::custom)?)
}

fn of_text<'de, P: Portable, D: Deserializer<'de>>(deserializer: D) -> Result<P, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(serde::de::Error::custom)
}

#[test]
fn a_serializer_within_an_encode_writes_as_it_does_alone() {
    fn check<P: Portable + Debug>(place: impl Fn() -> P) {
        let alone = serde_json::to_string(&place()).unwrap();
        for &format in Format::ALL {
            let codec = Codec::default().format(format).checksum(false);
            let bytes = codec.to_vec(&Embeds { text: place(), beside: Box::new(Count { count: 2 }) }).unwrap();
            let embedded = if format == Format::Json { serde_json::to_string(&alone).unwrap() } else { alone.clone() };
            assert!(
                bytes.windows(embedded.len()).any(|window| window == embedded.as_bytes()),
                "{format}: {alone}: {}",
                String::from_utf8_lossy(&bytes)
            );
            let back: Embeds<P> = codec.from_slice(&bytes).unwrap();
            assert_eq!(format!("{:?}", back.text), format!("{:?}", place()));
            assert_eq!(format!("{:?}", back.beside), "Count { count: 2 }");
        }
    }
    check(|| -> Box<dyn Job> { Box::new(Count { count: 1 }) });
    check(|| -> Vec<Box<dyn Value>> { vec![Box::new(vec![Some(Count { count: 1 })])] });
    check(|| -> Carried<dyn Job> { Carried::Known(Box::new(Count { count: 1 })) });
    check(|| Failure::from(Count { count: 1 }));
}

/// All shapes of a large schema are reached by each of many values, so that each would cost what the schema does.
#[derive(Debug, Serialize, Deserialize, Portable)]
enum Wide {
    A,
    B(Vec<(u8, Option<(u16, i8)>)>),
    C(Vec<[(u32, u64); 3]>),
    D(Result<(i16, i32), (i64, f32)>),
}

fn carried(count: usize, limits: Limits) -> Vec<Opaque> {
    let sent: Vec<Box<dyn Value>> = (0..count).map(|_| Box::new(Wide::A) as Box<dyn Value>).collect();
    let bytes = Codec::default().schema(true).to_vec(&sent).unwrap();
    let stranger = Codec::default().registry(Registry::empty().with(entry!(i64 as dyn Value))).limits(limits);
    stranger.from_slice(&bytes).unwrap()
}

#[test]
fn values_that_go_out_by_a_schema_share_one_limit() {
    let limits = || Limits::default().with_memory_bytes(1 << 16);
    let few = carried(4, limits());
    let text = serde_json::to_string(&few).unwrap();
    // Each pays once, however often it goes out.
    for _ in 0..1_000 {
        assert_eq!(serde_json::to_string(&few).unwrap(), text);
        json().to_vec(&few).unwrap();
    }
    let many = carried(200, limits());
    assert!(json().to_vec(&many).unwrap_err().is_limit());
    assert!(serde_json::to_string(&many).unwrap_err().to_string().contains("memory_bytes"));
    // Under the usual limits there is no such thing.
    json().to_vec(&carried(2_000, Limits::default())).unwrap();
}

/// What is in a value that is linked, and so is made anew each time that it goes out.
#[test]
fn values_in_others_share_one_limit_too() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    struct Around {
        inner: Opaque,
    }
    let pass = |count: usize, limits: Limits| {
        let sent: Vec<Box<dyn Value>> = (0..count)
            .map(|_| Box::new(Around { inner: carried(1, Limits::default()).remove(0) }) as Box<dyn Value>)
            .collect();
        let bytes = Codec::default().schema(true).to_vec(&sent).unwrap();
        let receiver = Codec::default().registry(Registry::empty().with(entry!(Around as dyn Value))).limits(limits);
        receiver.from_slice::<Vec<Opaque>>(&bytes).unwrap()
    };
    let limits = || Limits::default().with_memory_bytes(1 << 16);
    let few = pass(4, limits());
    for _ in 0..100 {
        json().to_vec(&few).unwrap();
        serde_json::to_string(&few).unwrap();
    }
    let many = pass(200, limits());
    assert!(json().to_vec(&many).unwrap_err().is_limit());
    assert!(serde_json::to_string(&many).unwrap_err().to_string().contains("memory_bytes"));
    json().to_vec(&pass(200, Limits::default())).unwrap();
}

/// A format of another crate has no place for what many values share: each would bring its own copy.
#[test]
fn a_shared_schema_is_not_repeated_for_each_value() {
    let values = carried(500, Limits::default());
    assert!(values[0].schema().is_some());
    let value = values[0].state().len() + values[0].type_name().to_string().len() + 64;
    assert!(typeport::to_vec(&values[0]).unwrap().len() > value, "the schema is larger than all else");
    let bytes = postcard::to_allocvec(&values).unwrap();
    assert!(bytes.len() < values.len() * value, "{} bytes", bytes.len());
    let back: Vec<Opaque> = postcard::from_bytes(&bytes).unwrap();
    assert!(back.iter().all(|opaque| opaque.schema().is_none() && opaque.state() == values[0].state()));
    // A root has its own.
    let alone = Codec::default().schema(true).to_vec(&Wide::A).unwrap();
    let alone: Opaque = typeport::from_slice(&alone).unwrap();
    let back: Opaque = postcard::from_bytes(&postcard::to_allocvec(&alone).unwrap()).unwrap();
    assert_eq!((back.schema(), &back), (alone.schema(), &alone));
}

/// A type with a long name; of twelve of them that is 2 KiB.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "long::nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\
          nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn")]
struct L;

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder(u8, Box<dyn Value>);

/// Values of many long names, each of which some of the others hold.
fn long_names() -> Vec<Box<dyn Value>> {
    fn long<T: Portable>(last: fn() -> T) -> impl Fn() -> Box<dyn Value> {
        move || Box::new((L, L, L, L, L, L, L, L, L, L, L, last()))
    }
    let all: [Box<dyn Fn() -> Box<dyn Value>>; 6] = [
        Box::new(long(|| 1_u8)),
        Box::new(long(|| 1_i8)),
        Box::new(long(|| 1_u16)),
        Box::new(long(|| 1_i16)),
        Box::new(long(|| '"')),
        Box::new(long(|| L)),
    ];
    let holder = |inner: Box<dyn Value>| Box::new(Holder(1, inner)) as Box<dyn Value>;
    all.iter().flat_map(|long| [long(), holder(long()), holder(holder(long()))]).collect()
}

/// Nor has it one for names: each value takes those of what is in it.
#[test]
fn shared_names_are_not_repeated_for_each_value() {
    for &format in Format::ALL {
        let few = long_names();
        let mut sent = long_names();
        sent.extend((0..1_000).map(|_| Box::new(Some(Count { count: 1 })) as Box<dyn Value>));
        sent.extend((0..100).map(|_| Box::new(Failure::from(Count { count: 1 })) as Box<dyn Value>));
        let came: Vec<Opaque> = typeport::from_slice(&Codec::default().format(format).to_vec(&sent).unwrap()).unwrap();
        let names: usize = came[..few.len()].iter().map(|opaque| opaque.type_name().to_string().len()).sum();
        let bytes = postcard::to_allocvec(&came).unwrap();
        assert!(bytes.len() < 4 * names + came.len() * 160, "{format}: {} bytes, {names} of names", bytes.len());
        // What is in them has its names still.
        let back: Vec<Opaque> = postcard::from_bytes(&bytes).unwrap();
        for (back, sent) in back.iter().zip(&sent) {
            let back: Box<dyn Value> = back.decode().unwrap();
            assert_eq!(format!("{back:?}"), format!("{sent:?}"), "{format}");
        }
        let failures: Vec<Failure> = (0..200).map(|_| Failure::from(Count { count: 1 })).collect();
        let bytes = Codec::default().format(format).to_vec(&(failures, few)).unwrap();
        let (failures, _): (Vec<Failure>, Vec<Opaque>) = typeport::from_slice(&bytes).unwrap();
        let bytes = postcard::to_allocvec(&failures).unwrap();
        assert!(bytes.len() < failures.len() * 160, "{format}: {} bytes of failures", bytes.len());
    }
}

/// What a small value does reach may be much, and is bounded for all of an envelope together.
#[test]
fn the_names_that_values_take_along_share_one_limit() {
    let sent: Vec<Box<dyn Value>> =
        (0..200).map(|_| Box::new(Holder(1, long_names().swap_remove(0))) as Box<dyn Value>).collect();
    let limits = Limits::default().with_memory_bytes(1 << 18);
    let came: Vec<Opaque> = Codec::default().limits(limits).from_slice(&typeport::to_vec(&sent).unwrap()).unwrap();
    for _ in 0..50 {
        // Each pays once, however often it goes out.
        postcard::to_allocvec(&came[..20]).unwrap();
    }
    assert!(came.iter().any(|opaque| postcard::to_allocvec(opaque).is_err()));
    assert!(serde_json::to_string(&came[..20]).is_ok());
}

/// What no schema can say is refused for that reason, however often it is asked for.
#[test]
fn a_rewriting_that_fails_is_paid_for_once() {
    #[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
    #[error("odd")]
    struct Odd {
        wide: Wide,
        #[portable(opaque = "some::Foreign")]
        foreign: u8,
    }
    let odd = || Odd { wide: Wide::A, foreign: 1 };
    let bytes =
        Codec::default().schema(true).to_vec(&(vec![Failure::from(odd())], Box::new(odd()) as Box<dyn Value>)).unwrap();
    let limits = Limits::default().with_memory_bytes(1 << 16);
    let stranger = Codec::default().policy(Policy::deny_all().allow_std().allow::<Failure>()).limits(limits);
    let (failures, carried): (Vec<Failure>, Opaque) = stranger.from_slice(&bytes).unwrap();
    for _ in 0..2_000 {
        // Of a failure the messages go.
        let passed: Vec<Failure> = json().from_slice(&json().to_vec(&failures).unwrap()).unwrap();
        assert_eq!((passed[0].to_string(), passed[0].type_name()), ("odd".to_owned(), None));
        assert!(json().to_vec(&vec![carried.clone()]).unwrap_err().is_format());
    }
}

/// A limit is no reason to send a failure without its typed error.
#[test]
fn a_failure_tells_a_limit() {
    #[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
    #[error("wide")]
    struct Short {
        wide: Wide,
    }
    let sent: Vec<Failure> = (0..200).map(|_| Failure::from(Short { wide: Wide::A })).collect();
    let bytes = Codec::default().schema(true).to_vec(&sent).unwrap();
    let pass = |limits: Limits| {
        let stranger = Codec::default().policy(Policy::deny_all().allow_std().allow::<Failure>()).limits(limits);
        let failures: Vec<Failure> = stranger.from_slice(&bytes).unwrap();
        json().to_vec(&failures)
    };
    let passed: Vec<Failure> = json().from_slice(&pass(Limits::default()).unwrap()).unwrap();
    assert!(passed.iter().all(|failure| failure.downcast_ref::<Short>().is_some()));
    assert!(pass(Limits::default().with_memory_bytes(1 << 16)).unwrap_err().is_limit());
}
