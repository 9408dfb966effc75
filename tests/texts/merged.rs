//! Values that share one JSON map, merged by `flatten` or `tag`, or as a part: they are read back equal, or the encode is an
//! error; the same value can be written to another crate's binary format. May use any public item.
#![cfg(all(feature = "derive", feature = "postcard", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use typeport::{Carried, Codec, Format, Opaque, Portable, Value};

type Map = BTreeMap<String, String>;

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Two<A, B> {
    #[serde(flatten)]
    one: A,
    #[serde(flatten)]
    other: B,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Beside<A> {
    json: Option<String>,
    x: Option<String>,
    #[serde(flatten)]
    one: A,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "merged::Tagged", format = "json")]
#[serde(tag = "kind")]
enum Tagged<A> {
    It(A),
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Named {
    x: String,
}

fn json() -> Codec {
    Codec::default().format(Format::Json).checksum(false)
}

/// A value with this JSON state: of a type that is not linked, or of one that is.
fn carried(name: &str, state: &str) -> Opaque {
    let mut bytes = json().to_vec(&String::new()).unwrap();
    let at = bytes.windows(6).position(|window| window == b"String").unwrap();
    bytes.truncate(at - 1);
    bytes.push(u8::try_from(name.len()).unwrap());
    bytes.extend([name.as_bytes(), state.as_bytes()].concat());
    let length = u32::try_from(bytes.len()).unwrap();
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    typeport::from_slice(&bytes).unwrap()
}

fn map(members: &[(&str, &str)]) -> Map {
    members.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn maps() -> Vec<Map> {
    let two = map(&[("x", "1"), ("y", "2")]);
    let other = map(&[("x", "2"), ("y", "1")]);
    let others = ["x", "type", "value", "json", "envelope", "kind"].map(|key| map(&[(key, "lost::Type")]));
    [map(&[]), two, other].into_iter().chain(others).collect()
}

const STATES: [&str; 7] =
    [r#"{"x":"1"}"#, "1e400", "7", r#"{"a":1,"a":2}"#, r#"{"type":"i64","value":1}"#, "null", " [1 , 2] "];

fn opaques() -> Vec<Opaque> {
    STATES.iter().map(|state| carried("lost::Type", state)).collect()
}

fn boxes() -> Vec<Box<dyn Value>> {
    vec![Box::new(7_i64), Box::new(Named { x: "1".to_owned() }), Box::new(u128::MAX), Box::new(map(&[("x", "1")]))]
}

/// A linked value that is carried, with a text that its own encode would not write.
fn linked() -> Vec<Carried<dyn Value>> {
    let bytes = json().to_vec(&(Box::new(7.5_f64) as Box<dyn Value>)).unwrap();
    let opaque: Opaque = typeport::from_slice(&bytes).unwrap();
    assert_eq!(opaque.state(), b"7.5");
    vec![Carried::Opaque(opaque), Carried::Known(Box::new(7.5_f64))]
}

#[derive(Default)]
struct Found {
    back: usize,
    refused: usize,
    failing: Vec<String>,
}

impl Found {
    /// `shown` is what of a value may not change.
    fn check<T: Portable>(&mut self, value: T, shown: fn(&T) -> Vec<String>) {
        let mut fail = |why: String| self.failing.push(format!("{value:?}: {why}"));
        match json().to_vec(&value) {
            Err(error) if error.is_format() || error.is_malformed() => self.refused += 1,
            Err(error) => fail(format!("{error}")),
            Ok(bytes) => match json().from_slice::<T>(&bytes) {
                Err(error) => fail(format!("not read: {error}")),
                Ok(back) if shown(&back) != shown(&value) => fail(format!("changed: {back:?}")),
                Ok(_) => self.back += 1,
            },
        }
        // The same value within a format of another crate, as its own envelope.
        let (before, own) = (shown(&value), json().to_vec(&value).is_ok());
        let name = format!("{value:?}");
        let mut fail = |why: String| self.failing.push(format!("{name} within: {why}"));
        let boxed: Box<dyn Value> = Box::new(value);
        match (own, postcard::to_allocvec(&boxed)) {
            (true, Err(error)) => fail(error.to_string()),
            (false, Ok(_)) => fail("written, and not alone".to_owned()),
            (false, Err(_)) => {}
            (true, Ok(bytes)) => match postcard::from_bytes::<Box<dyn Value>>(&bytes) {
                // No field in there carries.
                Err(_) if name.contains("lost::Type,") => {
                    let opaque: Opaque = postcard::from_bytes(&bytes).unwrap();
                    match opaque.decode::<T>() {
                        Ok(back) if shown(&back) == before => {}
                        back => fail(format!("changed: {back:?}")),
                    }
                }
                Err(error) => fail(format!("not read: {error}")),
                Ok(back) => match typeport::downcast::<T, _>(back) {
                    Ok(back) if shown(&back) == before => {}
                    Ok(back) => fail(format!("changed: {back:?}")),
                    Err(error) => fail(error.to_string()),
                },
            },
        }
    }

    fn check_two<A: Portable + Clone2, B: Portable + Clone2>(&mut self, ones: &[A], others: &[B]) {
        for (one, other) in ones.iter().flat_map(|one| others.iter().map(move |other| (one, other))) {
            let shown = |two: &Two<A, B>| vec![shown(&two.one), shown(&two.other)];
            self.check(Two { one: one.copy(), other: other.copy() }, shown);
            let shown = |two: &Two<B, A>| vec![self::shown(&two.one), self::shown(&two.other)];
            self.check(Two { one: other.copy(), other: one.copy() }, shown);
        }
    }

    fn check_one<A: Portable + Clone2>(&mut self, ones: &[A]) {
        for one in ones {
            for (json, x) in [(None, None), (Some("1".to_owned()), None), (None, Some("1".to_owned()))] {
                let shown = |it: &Beside<A>| vec![format!("{:?} {:?}", it.json, it.x), shown(&it.one)];
                self.check(Beside { json, x, one: one.copy() }, shown);
            }
            self.check(Tagged::It(one.copy()), |Tagged::It(it)| vec![shown(it)]);
            self.check(vec![Some(one.copy())], |all| all.iter().flatten().map(shown).collect());
        }
    }
}

/// A carried value and the value itself are written alike.
fn shown<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

/// A copy: not all of these have `Clone`.
trait Clone2 {
    fn copy(&self) -> Self;
}

impl Clone2 for Map {
    fn copy(&self) -> Self {
        self.clone()
    }
}

impl Clone2 for Opaque {
    fn copy(&self) -> Self {
        self.clone()
    }
}

impl Clone2 for Box<dyn Value> {
    fn copy(&self) -> Self {
        let bytes = json().to_vec(self).unwrap();
        typeport::from_slice(&bytes).unwrap()
    }
}

impl Clone2 for Carried<dyn Value> {
    fn copy(&self) -> Self {
        match self {
            Carried::Known(value) => Carried::Known(value.copy()),
            Carried::Opaque(opaque) => Carried::Opaque(opaque.clone()),
        }
    }
}

#[test]
fn what_is_merged_comes_back_or_is_refused() {
    let mut found = Found::default();
    let unlinked: Vec<Carried<dyn Value>> = opaques().into_iter().map(Carried::Opaque).collect();
    found.check_two(&maps(), &maps());
    found.check_two(&maps(), &opaques());
    found.check_two(&maps(), &unlinked);
    found.check_two(&maps(), &linked());
    found.check_two(&maps(), &boxes());
    found.check_two(&boxes(), &opaques());
    found.check_one(&maps());
    found.check_one(&opaques());
    found.check_one(&unlinked);
    found.check_one(&linked());
    found.check_one(&boxes());
    let Found { back, refused, failing } = found;
    println!("{back} come back, {refused} are refused");
    assert!(failing.is_empty(), "{} of {}: {failing:#?}", failing.len(), back + refused);
    assert!(back >= 200 && refused >= 200, "{back} come back, {refused} are refused");
}

/// A state goes out byte for byte, white space included, alone and as a part.
#[test]
fn white_space_around_a_state_is_kept() {
    for state in
        STATES.iter().flat_map(|state| ["", " ", "\n\t"].map(|space| format!("{space}{}{space}", state.trim())))
    {
        let opaque = carried("lost::Type", &state);
        let states = |all: Vec<Opaque>| all.iter().map(|one| one.state().to_vec()).collect::<Vec<_>>();
        let own = |bytes: Vec<u8>| json().from_slice::<Vec<Opaque>>(&bytes).unwrap();
        assert_eq!(states(own(json().to_vec(&vec![opaque.clone()]).unwrap())), [state.as_bytes()]);
        let text = serde_json::to_string(&[&opaque]).unwrap();
        assert_eq!(states(serde_json::from_str(&text).unwrap()), [state.as_bytes()]);
        // Beside others, and what has no white space stands as it is.
        let pair = json().to_vec(&(Some(opaque.clone()), BTreeMap::from([(1_u8, opaque.clone())]))).unwrap();
        let (one, all): (Option<Opaque>, BTreeMap<u8, Opaque>) = json().from_slice(&pair).unwrap();
        assert_eq!(states(one.into_iter().chain(all.into_values()).collect()), [state.as_bytes(); 2]);
        let is_text = pair.windows(8).any(|window| window == b"\"json\":\"");
        assert_eq!(is_text, state.trim() != state);
        let tagged = json().from_slice::<Beside<BTreeMap<String, Opaque>>>(
            &json().to_vec(&Beside { json: None, x: None, one: BTreeMap::from([("y".to_owned(), opaque)]) }).unwrap(),
        );
        assert_eq!(states(tagged.unwrap().one.into_values().collect()).last().unwrap(), state.as_bytes());
    }
}

thread_local! {
    static WRITTEN: Cell<usize> = const { Cell::new(0) };
}

/// Counts how often it is written.
#[derive(Debug, Deserialize, Portable)]
struct Counted(u8);

impl Serialize for Counted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WRITTEN.set(WRITTEN.get() + 1);
        serializer.serialize_newtype_struct("Counted", &self.0)
    }
}

/// A level with bytes of another format, in which the next one is.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(format = "json")]
struct Level {
    #[serde(flatten)]
    others: Map,
    #[portable(opaque = "bytes of postcard")]
    #[serde(serialize_with = "to_bytes", deserialize_with = "of_bytes")]
    inner: Box<dyn Value>,
}

#[allow(clippy::borrowed_box, reason = "serde hands over a reference to the field")]
fn to_bytes<S: serde::Serializer>(value: &Box<dyn Value>, serializer: S) -> Result<S::Ok, S::Error> {
    postcard::to_allocvec(value).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

fn of_bytes<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Box<dyn Value>, D::Error> {
    postcard::from_bytes(&Vec::<u8>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// What is verified is not verified again for each level around it: the work would double with each.
#[test]
fn the_work_of_a_trial_does_not_double_with_each_level() {
    let levels = |levels: usize| {
        let leaf: Box<dyn Value> = Box::new(Counted(1));
        (0..levels).fold(leaf, |inner, _| Box::new(Level { others: map(&[("x", "1")]), inner }))
    };
    for count in 1..=7 {
        let value = levels(count);
        WRITTEN.set(0);
        let bytes = json().to_vec(&value).unwrap();
        let written = WRITTEN.get();
        println!("{count} levels: written {written} times");
        assert!(written <= count + 2, "{count} levels: written {written} times");
        let back: Box<dyn Value> = typeport::from_slice(&bytes).unwrap();
        assert_eq!(format!("{back:?}"), format!("{value:?}"));
    }
}
