//! A field that is a text of another format, inside our encode or decode: the text is written and read as if it were alone,
//! whatever wraps the serializer or the deserializer, and whatever is beside it. May use any public item.
#![forbid(unsafe_code)]

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use typeport::{Carried, Codec, Failure, Format, Opaque, Portable, Value};

/// The format of the texts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Json,
    Ron,
    Toml,
    Yaml,
    Cbor,
    MessagePack,
    Postcard,
}

const ALL: [By; 7] = [By::Json, By::Ron, By::Toml, By::Yaml, By::Cbor, By::MessagePack, By::Postcard];

/// The wrapper around its serializer and its deserializer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Plain,
    /// One that notes where an error is.
    Traced,
    /// A trait object, as that of typetag.
    Erased,
}

const WAYS: [Way; 3] = [Way::Plain, Way::Traced, Way::Erased];

thread_local! {
    static TEXTS: Cell<(By, Way)> = const { Cell::new((By::Json, Way::Plain)) };
    /// The last text.
    static LAST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A value in its wrapper.
struct Surrounded<T>(T);

impl<T: Serialize> Serialize for Surrounded<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match TEXTS.get().1 {
            Way::Plain => self.0.serialize(serializer),
            Way::Traced => {
                let mut track = serde_path_to_error::Track::new();
                self.0.serialize(serde_path_to_error::Serializer::new(serializer, &mut track))
            }
            Way::Erased => erased_serde::serialize(self.0, serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Surrounded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TEXTS.get().1 {
            Way::Plain => T::deserialize(deserializer),
            Way::Traced => {
                let mut track = serde_path_to_error::Track::new();
                T::deserialize(serde_path_to_error::Deserializer::new(deserializer, &mut track))
            }
            Way::Erased => {
                let mut erased = <dyn erased_serde::Deserializer<'_>>::erase(deserializer);
                erased_serde::deserialize(&mut erased).map_err(serde::de::Error::custom)
            }
        }
        .map(Surrounded)
    }
}

/// Some formats have no other root.
#[derive(Serialize, Deserialize)]
struct Root<T> {
    it: T,
}

fn text(error: impl Display) -> String {
    error.to_string()
}

fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    let root = Root { it: Surrounded(value) };
    match TEXTS.get().0 {
        By::Json => serde_json::to_vec(&root).map_err(text),
        By::Ron => ron::to_string(&root).map(String::into_bytes).map_err(text),
        By::Toml => toml::to_string(&root).map(String::into_bytes).map_err(text),
        By::Yaml => serde_yaml_ng::to_string(&root).map(String::into_bytes).map_err(text),
        By::Cbor => {
            let mut bytes = Vec::new();
            ciborium::into_writer(&root, &mut bytes).map_err(text)?;
            Ok(bytes)
        }
        By::MessagePack => rmp_serde::to_vec(&root).map_err(text),
        By::Postcard => postcard::to_allocvec(&root).map_err(text),
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let root: Root<Surrounded<T>> = match TEXTS.get().0 {
        By::Json => serde_json::from_slice(bytes).map_err(text),
        By::Ron => ron::de::from_bytes(bytes).map_err(text),
        By::Toml => std::str::from_utf8(bytes).map_err(text).and_then(|read| toml::from_str(read).map_err(text)),
        By::Yaml => serde_yaml_ng::from_slice(bytes).map_err(text),
        By::Cbor => ciborium::from_reader(bytes).map_err(text),
        By::MessagePack => rmp_serde::from_slice(bytes).map_err(text),
        By::Postcard => postcard::from_bytes(bytes).map_err(text),
    }?;
    Ok(root.it.0)
}

fn to_text<P: Serialize, S: Serializer>(value: &P, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = write(value).map_err(serde::ser::Error::custom)?;
    LAST.set(bytes.clone());
    bytes.serialize(serializer)
}

fn of_text<'de, P: Portable, D: Deserializer<'de>>(deserializer: D) -> Result<P, D::Error> {
    read(&Vec::<u8>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// A text, and a value of the same type which the envelope lists.
#[derive(Debug, Serialize, Deserialize, Portable)]
#[serde(bound = "")]
struct Beside<P: Portable, T: Portable> {
    beside: Option<P>,
    #[portable(opaque = "a text")]
    #[serde(serialize_with = "to_text", deserialize_with = "of_text")]
    text: T,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("{0}")]
struct Leaf(i64);

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder {
    inner: Box<dyn Value>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
enum Kind {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: u8 },
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Newtype(Kind);

type Make = fn() -> Box<dyn Value>;

/// Pairs of a value and one of the same type that stands beside it.
const VALUES: [(Make, Make); 12] = [
    (|| Box::new(Leaf(7)), || Box::new(Leaf(8))),
    (|| Box::new(Holder { inner: Box::new(Leaf(7)) }), || Box::new(Holder { inner: Box::new(1_i64) })),
    (|| Box::new(vec![Some(Leaf(1))]), || Box::new(vec![Some(Leaf(2))])),
    (|| Box::new(BTreeMap::from([(1_u32, 2_u8)])), || Box::new(BTreeMap::from([(1_u32, 2_u8)]))),
    (|| Box::new(u128::MAX), || Box::new(u128::MAX)),
    (|| Box::new(f64::NAN), || Box::new(1.0_f64)),
    (|| Box::new(Some(2_u8)), || Box::new(Some(2_u8))),
    (|| Box::new(('b', ())), || Box::new(('b', ()))),
    (|| Box::new(Err::<u8, (u8, u8)>((1, 2))), || Box::new(Ok::<u8, (u8, u8)>(1))),
    (|| Box::new(Kind::Struct { a: 1 }), || Box::new(Kind::Newtype(1))),
    (|| Box::new(Newtype(Kind::Tuple(1, 2))), || Box::new(Newtype(Kind::Unit))),
    (|| Box::new(Holder { inner: Box::new(Kind::Unit) }), || Box::new(Holder { inner: Box::new(u128::MAX) })),
];

/// A carried value whose type is not linked.
fn lost(format: Format) -> Opaque {
    let bytes = Codec::default().format(format).checksum(false).to_vec(&Leaf(7)).unwrap();
    let name = b"::Leaf";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    typeport::from_slice(&[&bytes[..at], b"::Lost", &bytes[at + name.len()..]].concat()).unwrap()
}

/// What is alike alone and within, or a reason.
#[derive(Default)]
struct Found {
    cells: usize,
    failing: Vec<String>,
}

impl Found {
    /// `is_same` compares a value that was read within with one that was read alone.
    fn check<P: Portable, T: Portable>(
        &mut self,
        beside: impl Fn() -> P,
        place: impl Fn() -> T,
        is_same: fn(&T, &T) -> bool,
    ) {
        for &format in Format::ALL {
            self.cells += 1;
            let alone = write(&place());
            let codec = Codec::default().format(format);
            LAST.take();
            let within = codec.to_vec(&Beside { beside: Some(beside()), text: place() });
            let mut fail = |why: String| {
                self.failing.push(format!("{:?} in {format}: {:?}: {why}", TEXTS.get(), place()));
            };
            match (&alone, &within) {
                (Err(_), Err(_)) => continue,
                (Err(error), Ok(_)) => fail(format!("written, and not alone: {error}")),
                (Ok(_), Err(error)) => fail(format!("refused: {error}")),
                (Ok(alone), Ok(_)) if *alone != LAST.take() => fail("another text".to_owned()),
                (Ok(alone), Ok(within)) => match (read::<T>(alone), codec.from_slice::<Beside<P, T>>(within)) {
                    (Ok(alone), Ok(within)) if is_same(&alone, &within.text) => {}
                    (Ok(alone), Ok(within)) => fail(format!("{:?} in place of {alone:?}", within.text)),
                    (Ok(_), Err(error)) => fail(format!("not read: {error}")),
                    (Err(error), Ok(_)) => fail(format!("read, and not alone: {error}")),
                    (Err(_), Err(_)) => {}
                },
            }
        }
    }
}

fn same<T: Debug>(alone: &T, within: &T) -> bool {
    format!("{alone:?}") == format!("{within:?}")
}

#[test]
fn a_text_within_is_what_it_is_alone() {
    let mut found = Found::default();
    for (by, way) in ALL.iter().flat_map(|by| WAYS.map(|way| (*by, way))) {
        TEXTS.set((by, way));
        for (value, other) in VALUES {
            found.check(other, value, same);
            found.check(other, || Carried::<dyn Value>::Known(value()), same);
            found.check(|| Carried::<dyn Value>::Known(other()), || Holder { inner: value() }, same);
            found.check(other, || vec![Some(value())], same);
        }
        // Beside it stands one of its type, of which the envelope has the type hash.
        for &format in Format::ALL {
            let equal: fn(&Opaque, &Opaque) -> bool = |alone, within| alone == within;
            found.check(|| Failure::from(Leaf(1)), || Failure::from(Leaf(7)), same);
            found.check(|| Leaf(1), || lost(format), equal);
            found.check(|| Box::new(Leaf(1)) as Box<dyn Value>, || lost(format), equal);
            let carried = typeport::to_vec(&(Box::new(Leaf(7)) as Box<dyn Value>)).unwrap();
            found.check(
                || Box::new(Leaf(1)) as Box<dyn Value>,
                || -> Opaque { typeport::from_slice(&carried).unwrap() },
                equal,
            );
        }
    }
    println!("{} cells, {} failing", found.cells, found.failing.len());
    assert!(found.cells > 3_000, "{}", found.cells);
    assert!(found.failing.is_empty(), "{} of {}: {:#?}", found.failing.len(), found.cells, found.failing);
}

/// A value from another crate's format has no type hash, even if its envelope lists the name.
#[test]
fn what_comes_by_name_alone_has_no_hash() {
    for (by, way) in ALL.iter().flat_map(|by| WAYS.map(|way| (*by, way))) {
        TEXTS.set((by, way));
        for &format in Format::ALL {
            let beside = || Box::new(Leaf(1)) as Box<dyn Value>;
            let sent = Beside { beside: Some(beside()), text: beside() };
            let bytes = Codec::default().format(format).schema(true).to_vec(&sent).unwrap();
            // A receiver that keeps what the sender has decoded: the shape of a text is the same.
            let Ok(back) = typeport::from_slice::<Beside<Opaque, Opaque>>(&bytes) else {
                assert_eq!(by, By::Ron, "{way:?} in {format}");
                continue;
            };
            let is_whole = by == By::MessagePack || by == By::Cbor || by == By::Postcard;
            assert_eq!(back.text.type_hash().is_some(), is_whole, "{by:?} {way:?} in {format}");
            assert_eq!(back.text.schema(), None, "{by:?} {way:?} in {format}");
            assert!(back.beside.is_some_and(|beside| beside.type_hash().is_some() && beside.schema().is_some()));
        }
    }
}

/// A parameter writes and reads what its argument does, natively and erased.
#[test]
fn an_erased_argument_in_a_text_is_what_the_native_one_is() {
    #[derive(Debug, Serialize, Deserialize, Portable)]
    #[serde(bound = "")]
    struct Texted<T: Portable> {
        #[portable(opaque = "a text")]
        #[serde(serialize_with = "to_text", deserialize_with = "of_text")]
        text: T,
    }
    fn check<T: Portable + Clone>(value: &T) {
        for (by, way) in ALL.iter().flat_map(|by| WAYS.map(|way| (*by, way))) {
            TEXTS.set((by, way));
            if write(value).and_then(|alone| read::<T>(&alone)).is_err() {
                continue;
            }
            for &format in Format::ALL {
                let codec = Codec::default().format(format);
                let bytes = codec.to_vec(&Texted { text: value.clone() }).unwrap();
                let erased: Box<dyn Value> = codec
                    .from_slice(&bytes)
                    .unwrap_or_else(|error| panic!("{by:?} {way:?} in {format}: {value:?}: {error}"));
                assert_eq!(codec.to_vec(&erased).unwrap(), bytes, "{by:?} {way:?} in {format}: {value:?}");
            }
        }
    }
    check(&Leaf(7));
    check(&vec![Leaf(7)]);
    check(&Some(Leaf(7)));
    check(&None::<Leaf>);
    check(&BTreeMap::from([(1_u32, Some('x'))]));
}

/// RON does not name the variants of a value whose type is not linked: it is refused, whatever wraps the reader.
#[test]
fn an_unlinked_value_of_ron_is_refused() {
    let texts =
        ["V(1)", "W(a:1)", "T(1,2)", "U", "5", "(5)", "(V(1))", "((V(1)))", "(1,2)", "(a:1)", "()", "[V(1)]", "\"a\""];
    for (way, text) in WAYS.iter().flat_map(|way| texts.map(|text| (*way, text))) {
        TEXTS.set((By::Ron, way));
        for text in
            [format!("(it:(type:\"within::Lost\",value:{text}))"), format!("(it:(value:{text},type:\"within::Lost\"))")]
        {
            for back in [read::<Opaque>(text.as_bytes()).is_ok(), read::<Carried<dyn Value>>(text.as_bytes()).is_ok()] {
                assert!(
                    !back,
                    "{way:?}: {text}: {:?}",
                    read::<Opaque>(text.as_bytes()).map(|back| back.state().to_vec())
                );
            }
        }
    }
}
