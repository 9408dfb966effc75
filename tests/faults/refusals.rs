//! A limit, the policy and a panic end a decode, whatever the code of a type makes of their error; all other errors stay that
//! code's own business, with their text. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};
use std::cell::RefCell;
use std::fmt::Debug;
use typeport::{Carried, Codec, Error, Format, Limits, Opaque, Policy, Portable, Schema, Value, portable};

#[portable]
trait Held: Debug {}

/// Code that catches each error of a trait object, and goes on with nothing.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Mild(Option<Box<dyn Value>>);

impl<'de> Deserialize<'de> for Mild {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Mild(Option::deserialize(deserializer).unwrap_or_default()))
    }
}

#[derive(Debug, Serialize, serde::Deserialize, Portable)]
#[portable(id = "refusals::Catching")]
struct Catching {
    #[portable(opaque = "refusals::mild")]
    inner: Mild,
}

#[portable]
impl Held for Catching {}

#[derive(Debug, Serialize, serde::Deserialize, Portable)]
#[portable(id = "refusals::Around")]
struct Around<T> {
    value: T,
    #[portable(opaque = "refusals::mild")]
    inner: Mild,
}

#[portable]
impl<T: Portable + Debug> Held for Around<T> {}

/// Serde tries its variants one after the other.
#[derive(Debug, Serialize, serde::Deserialize, Portable)]
#[portable(id = "refusals::Either", format = "json")]
#[serde(untagged)]
enum Either {
    Boxed { boxed: Box<dyn Value> },
    Number { number: u8 },
    Anything {},
}

#[portable]
impl Held for Either {}

/// A value whose code panics.
#[derive(Debug, Serialize, Portable)]
#[portable(id = "refusals::Bomb")]
struct Bomb(u8);

impl<'de> Deserialize<'de> for Bomb {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        panic!("{}", u8::deserialize(deserializer)?)
    }
}

#[derive(Debug, Serialize, serde::Deserialize, Portable)]
#[portable(id = "refusals::Forbidden")]
struct Forbidden(u8);

fn most(limits: Limits) -> Codec {
    Codec::default().limits(limits)
}

fn allowing() -> Policy {
    let ids = ["refusals::Catching", "refusals::Around", "refusals::Either", "refusals::Bomb", "refusals::Unpacking"];
    ids.iter().fold(Policy::deny_all().allow_std(), |policy, id| policy.allow_origin(id))
}

fn nest(levels: u8) -> Box<dyn Value> {
    (0..levels).fold(Box::new(1_u8), |inner, _| Box::new(vec![inner]))
}

type Refusing = (&'static str, Codec, fn() -> Box<dyn Value>, fn(&Error) -> bool);

/// Codecs, and values that they refuse.
fn refusing() -> [Refusing; 6] {
    let memory = Limits::default().with_memory_bytes(4 << 10);
    [
        ("items", most(Limits::default().with_items(8)), || Box::new(vec![Some(1_i64); 20]), Error::is_limit),
        ("memory", most(memory), || Box::new(vec![Some(1_i64); 1000]), Error::is_limit),
        ("depth", most(Limits::default().with_depth(8)), || nest(9), Error::is_limit),
        ("nested", most(Limits::default().with_nested(6)), || nest(9), Error::is_limit),
        ("policy", Codec::default().policy(allowing()), || Box::new(Forbidden(1)), Error::is_denied),
        ("panic", Codec::default(), || Box::new(Bomb(1)), Error::is_panic),
    ]
}

/// Decodes at each entry, and checks that the error is the refusal.
#[track_caller]
fn check<T: Portable + Debug>(name: &str, codec: &Codec, is_it: fn(&Error) -> bool, bytes: &[u8]) {
    let kept: Result<Opaque, Error> = codec.from_slice(bytes);
    let decoded = [
        codec.from_slice::<T>(bytes),
        codec.take_from_slice::<T>(bytes).map(|(value, _)| value),
        codec.from_reader::<T>(bytes),
        kept.and_then(|opaque| opaque.decode()),
    ];
    for (entry, decoded) in decoded.into_iter().enumerate() {
        match decoded {
            Err(error) if is_it(&error) => {}
            other => panic!("{name}, entry {entry}: {other:?}"),
        }
    }
}

#[test]
fn a_refusal_ends_the_decode_although_it_is_caught() {
    for (name, codec, value, is_it) in refusing() {
        for &format in Format::ALL {
            let name = &format!("{name} in {format}");
            let writer = Codec::default().format(format);
            let catching = || Catching { inner: Mild(Some(value())) };
            check::<Catching>(name, &codec, is_it, &writer.to_vec(&catching()).unwrap());
            check::<Box<dyn Held>>(name, &codec, is_it, &writer.to_vec(&catching()).unwrap());
            let held: Vec<Box<dyn Held>> = vec![Box::new(catching()), Box::new(catching())];
            check::<Vec<Box<dyn Held>>>(name, &codec, is_it, &writer.to_vec(&held).unwrap());
            let around = || Around { value: vec![(1_u8, 2_i8)], inner: Mild(Some(value())) };
            check::<Box<dyn Held>>(name, &codec, is_it, &writer.to_vec(&around()).unwrap());
            check::<Around<Vec<(u8, i8)>>>(name, &codec, is_it, &writer.to_vec(&around()).unwrap());
            let within: Vec<Box<dyn Value>> =
                vec![Box::new(Around { value: Catching { inner: Mild(None) }, inner: Mild(Some(value())) })];
            check::<Vec<Box<dyn Value>>>(name, &codec, is_it, &writer.to_vec(&within).unwrap());
        }
    }
}

#[test]
fn untagged_hides_no_refusal() {
    let writer = Codec::default().format(Format::Json);
    for (name, codec, value, is_it) in refusing() {
        let either = || Either::Boxed { boxed: value() };
        check::<Either>(name, &codec, is_it, &writer.to_vec(&either()).unwrap());
        check::<Box<dyn Held>>(name, &codec, is_it, &writer.to_vec(&either()).unwrap());
        check::<Vec<Either>>(name, &codec, is_it, &writer.to_vec(&vec![either()]).unwrap());
    }
    // A variant that does not fit is no refusal.
    for either in [Either::Boxed { boxed: Box::new(1_u8) }, Either::Number { number: 2 }, Either::Anything {}] {
        let again: Either = typeport::from_slice(&writer.to_vec(&either).unwrap()).unwrap();
        assert_eq!(format!("{again:?}"), format!("{either:?}"));
    }
}

/// A type that is refused inside a value whose code catches that: a field that carries such values carries the whole one.
#[test]
fn a_carried_value_does_not_end_the_decode() {
    let codec = Codec::default().policy(allowing());
    for &format in Format::ALL {
        let catching = || Box::new(Catching { inner: Mild(Some(Box::new(Forbidden(1)))) }) as Box<dyn Held>;
        let held: Vec<Carried<dyn Held>> = vec![Carried::Known(catching())];
        let bytes = Codec::default().format(format).to_vec(&held).unwrap();
        let again: Vec<Carried<dyn Held>> = codec.from_slice(&bytes).unwrap();
        let Carried::Opaque(opaque) = &again[0] else { panic!("{again:?}") };
        // Later it is decoded alone, and still refused.
        let error = opaque.decode::<Box<dyn Held>>().unwrap_err();
        assert!(error.is_denied(), "{error}");
        let root = Codec::default().format(format).to_vec(&catching()).unwrap();
        let again: Carried<dyn Held> = codec.from_slice(&root).unwrap();
        assert!(again.known().is_none(), "{again:?}");
    }
}

#[test]
fn a_panic_ends_a_value_in_another_crates_format() {
    for value in [
        Box::new(Catching { inner: Mild(Some(Box::new(Bomb(1)))) }) as Box<dyn Held>,
        Box::new(Around { value: 1_u8, inner: Mild(Some(Box::new(Bomb(1)))) }),
        Box::new(Either::Boxed { boxed: Box::new(Bomb(1)) }),
    ] {
        let text = serde_json::to_string(&value).unwrap();
        let error = serde_json::from_str::<Box<dyn Held>>(&text).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
        let text = serde_json::to_string(&vec![value]).unwrap();
        let error = serde_json::from_str::<Vec<Box<dyn Held>>>(&text).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}

#[test]
fn a_limit_ends_a_value_in_another_crates_format() {
    // A tree has no limit of its own, as a text has.
    let name = nest(1).type_name().to_string();
    let text = |levels| {
        (0..levels).fold(
            serde_json::json!({"type": "u8", "value": 1}),
            |inner, _| serde_json::json!({"type": name, "value": [inner]}),
        )
    };
    for (levels, is_read) in [(9, true), (80, false)] {
        let held = serde_json::json!({"type": "refusals::Catching", "value": {"inner": text(levels)}});
        match serde_json::from_value::<Box<dyn Held>>(held) {
            Ok(value) => assert!(is_read && format!("{value:?}").contains("[[[1]]]"), "{value:?}"),
            Err(error) => assert!(!is_read && error.to_string().contains("limit exceeded: nested"), "{error}"),
        }
    }
}

/// A target of [`Codec::read`] that catches each error.
#[derive(Debug)]
struct Quiet(Option<serde_json::Value>);

impl<'de> Deserialize<'de> for Quiet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Quiet(serde_json::Value::deserialize(deserializer).ok()))
    }
}

#[test]
fn a_limit_ends_a_decode_without_types() {
    for &format in Format::ALL {
        let bytes = Codec::default().format(format).to_vec(&vec![Some(1_i64); 20]).unwrap();
        let error = most(Limits::default().with_items(8)).read::<Quiet>(&bytes, &Schema::default()).unwrap_err();
        assert!(error.is_limit(), "{error}");
        let read: Quiet = Codec::default().read(&bytes, &Schema::default()).unwrap();
        assert!(read.0.is_some());
    }
}

thread_local! {
    static INNER: RefCell<Codec> = RefCell::new(Codec::default());
}

/// Its code decodes an envelope by another codec, and goes on without what cannot be decoded.
#[derive(Debug, Portable)]
#[portable(id = "refusals::Unpacking")]
struct Unpacking(Option<Box<dyn Value>>);

impl Serialize for Unpacking {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().map(|value| typeport::to_vec(value).unwrap()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Unpacking {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Option::<Vec<u8>>::deserialize(deserializer)?;
        Ok(Unpacking(bytes.and_then(|bytes| INNER.with_borrow(|codec| codec.from_slice(&bytes)).ok())))
    }
}

#[test]
fn a_decode_inside_a_decode_belongs_to_the_outer_one() {
    // A panic is told to the code that runs the inner decode.
    for (name, codec, value, is_it) in refusing().into_iter().filter(|(name, ..)| *name != "panic") {
        for &format in Format::ALL {
            let bytes = Codec::default().format(format).to_vec(&Unpacking(Some(value()))).unwrap();
            // The inner policy forbids what the outer one forbids, or nothing here.
            for inner in [Codec::default(), most(Limits::default()), Codec::default().policy(allowing())] {
                INNER.set(inner);
                check::<Unpacking>(name, &codec, is_it, &bytes);
            }
        }
    }
    INNER.set(Codec::default());
}

#[test]
fn what_only_an_inner_codec_refuses_can_be_caught() {
    for inner in [most(Limits::default().with_items(1)), Codec::default().policy(Policy::deny_all())] {
        INNER.set(inner);
        for &format in Format::ALL {
            let packed = vec![Unpacking(Some(Box::new(vec![1_i64; 9])))];
            let again: Vec<Unpacking> =
                typeport::from_slice(&Codec::default().format(format).to_vec(&packed).unwrap()).unwrap();
            assert!(again[0].0.is_none(), "{again:?}");
        }
    }
    INNER.set(Codec::default());
    for &format in Format::ALL {
        let packed = vec![Unpacking(Some(Box::new(Catching { inner: Mild(Some(Box::new(Bomb(1)))) })))];
        let again: Vec<Unpacking> =
            typeport::from_slice(&Codec::default().format(format).to_vec(&packed).unwrap()).unwrap();
        assert!(again[0].0.is_none(), "the inner decode ends with it: {again:?}");
    }
    INNER.set(Codec::default());
}

/// A number that its own code may refuse.
#[derive(Debug, Serialize, Portable)]
#[portable(id = "refusals::Even")]
struct Even(u8);

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            even if even % 2 == 0 => Ok(Even(even)),
            odd => Err(D::Error::custom(format!("{odd} is odd"))),
        }
    }
}

#[portable]
impl Held for Even {}

/// Code that keeps the text of an error.
#[derive(Debug, PartialEq)]
struct Text<T>(Result<T, String>);

impl<T: Serialize> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().unwrap().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Text(T::deserialize(deserializer).map_err(|error| error.to_string())))
    }
}

/// Code that says an error in its own words.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Reworded<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Reworded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Reworded).map_err(|error| D::Error::custom(format!("outer: {error}")))
    }
}

#[derive(Debug, Serialize, serde::Deserialize, Portable)]
#[portable(id = "refusals::Texts")]
struct Texts {
    #[portable(opaque = "refusals::text_of_even")]
    plain: Text<Even>,
    #[portable(opaque = "refusals::text_of_held")]
    held: Text<Box<dyn Held>>,
}

#[portable]
impl Held for Texts {}

#[derive(Debug, Serialize, serde::Deserialize, Portable)]
#[portable(id = "refusals::Words")]
struct Words<T> {
    more: T,
    #[portable(opaque = "refusals::word_of_held")]
    held: Reworded<Box<dyn Held>>,
}

#[portable]
impl<T: Portable + Debug> Held for Words<T> {}

#[test]
fn a_kept_error_has_its_own_text() {
    for &format in Format::ALL {
        let codec = Codec::default().format(format);
        let texts = Texts { plain: Text(Ok(Even(9))), held: Text(Ok(Box::new(Even(7)))) };
        let bytes = codec.to_vec(&texts).unwrap();
        let expected = ["invalid state: 9 is odd", "invalid state: 7 is odd"];
        let again: Texts = typeport::from_slice(&bytes).unwrap();
        assert_eq!([again.plain.0.unwrap_err(), again.held.0.unwrap_err()], expected, "{format}");
        let again: Box<dyn Held> = typeport::from_slice(&bytes).unwrap();
        let printed = format!("{again:?}");
        assert!(expected.iter().all(|text| printed.contains(text)), "{format}: {printed}");
    }
}

#[test]
fn a_reworded_error_has_the_words_of_its_code() {
    for &format in Format::ALL {
        let words = Words { more: (1_u8, 2_i8), held: Reworded(Box::new(Even(7))) };
        let bytes = Codec::default().format(format).to_vec(&words).unwrap();
        let native = typeport::from_slice::<Words<(u8, i8)>>(&bytes).unwrap_err();
        let erased = typeport::from_slice::<Box<dyn Held>>(&bytes).unwrap_err();
        for error in [native, erased] {
            assert_eq!(error.to_string(), "held: invalid state: outer: 7 is odd", "{format}");
            assert_eq!(error.code(), 18);
        }
    }
}
