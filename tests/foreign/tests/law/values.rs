//! The values: each as a plain value, and in all forms of a nested value. May import typeport, serde, `renamed`, `slot`.

use crate::renamed::absent;
use crate::slot::{Expect, Plain, PlainReader, Slot};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use typeport::{Carried, Codec, Envelope, Failure, Format, Opaque, Policy, Portable, Value, portable, specialize};

#[portable]
pub trait Item: Debug {}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub struct Meters(f64);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub enum Shape {
    Unit,
    Newtype(i64),
    Tuple(u8, String),
    Struct { name: Option<String>, sides: u32 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub struct Optional {
    some: Option<u8>,
    none: Option<String>,
    inner: Option<Inner>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub struct Inner {
    number: i64,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub struct Outer {
    inner: Inner,
    more: Vec<Inner>,
    shape: Shape,
}

/// Decoded as an erased value: no specialization of it is listed. An error as well, so that a failure has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
#[portable(id = "linked::Holds")]
pub struct Holds<T> {
    pub value: T,
}

impl<T: Debug> std::fmt::Display for Holds<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this: \"did\" not\nwork")
    }
}

impl<T: Debug> std::error::Error for Holds<T> {}

/// Decoded as a native value: each specialization is listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
pub struct Listed<T> {
    value: T,
}

/// Members with a place of each kind.
#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct WithBox {
    pub it: Box<dyn Item>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct WithCarried {
    pub it: Carried<dyn Item>,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct WithOpaque {
    pub it: Opaque,
}

#[derive(Debug, Serialize, Deserialize, Portable)]
pub struct WithFailure {
    pub it: Failure,
}

/// What a nested value is in a readable format, written by hand: the other plain value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pair<T> {
    r#type: String,
    value: T,
}

fn pair<T>(value: T) -> Pair<T> {
    Pair { r#type: "a type".to_owned(), value }
}

/// Members of `Item`.
macro_rules! items {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        #[portable]
        impl<$($generics)*> Item for $ty {}
    )*};
}

items! {
    [T: Portable] Holds<T>;
    [T: Portable] Listed<T>;
    [T: Portable] Vec<T>;
    [T: Portable] Option<T>;
    [A: Portable, B: Portable] (A, B);
    [K: Portable + Ord, V: Portable] BTreeMap<K, V>;
}

/// Members of `Item` without parameters.
macro_rules! plain_items {
    ($($ty:ty,)*) => {$(
        #[portable]
        impl Item for $ty {}
    )*};
}

plain_items! { WithBox, WithCarried, WithOpaque, WithFailure, Unit, Meters, Shape, Optional, Inner, Outer, u8, u64, i64, u128, i128, f64, f32, bool, char, String, IpAddr, }

/// A form that a nested value has.
pub struct Form {
    pub name: &'static str,
    pub make: Box<dyn Fn() -> Slot>,
    pub expect: Expect,
    /// The format of a carried value whose type is not known or not allowed here, so that it has no other.
    pub only_in: Option<Only>,
}

/// How a value that nothing here knows is kept.
#[derive(Clone, Copy, PartialEq)]
pub enum Only {
    In(Format),
    /// As text, without a type hash: read from another crate's format.
    ByName,
}

/// A value without typeport.
pub struct Subject {
    pub make: Box<dyn Fn() -> Box<dyn Plain>>,
    pub read: PlainReader,
}

pub struct Case {
    pub name: &'static str,
    /// A plain value in the position of the nested value, and the pair of type and value.
    pub plain: [Subject; 2],
    /// The same, inside of two more.
    pub plain_deep: [Subject; 2],
    pub forms: Vec<Form>,
}

fn subject<P: Serialize + DeserializeOwned + Debug + 'static>(make: impl Fn() -> P + 'static) -> Subject {
    Subject {
        make: Box::new(move || Box::new(make())),
        read: |deserializer| Ok(Box::new(erased_serde::deserialize::<P>(deserializer)?)),
    }
}

fn codec(format: Format) -> Codec {
    Codec::default().format(format).checksum(false)
}

fn sent<V: Value>(format: Format, value: &V) -> Vec<u8> {
    codec(format).to_vec(value).expect("the value can be encoded")
}

fn received<T: Portable>(bytes: &[u8]) -> T {
    typeport::from_slice(bytes).expect("the value can be decoded")
}

fn case<T, P>(name: &'static str, value: fn() -> T, plain: fn() -> P) -> Case
where
    T: Item + Portable,
    P: Serialize + DeserializeOwned + Debug + 'static,
{
    let mut forms = Vec::new();
    let mut form =
        |name, expect, only_in, make: Box<dyn Fn() -> Slot>| forms.push(Form { name, make, expect, only_in });
    let holds = move || Holds { value: value() };

    form("box bare", Expect::Boxed, None, Box::new(move || Slot::Boxed(Box::new(value()))));
    form("box listed", Expect::Boxed, None, Box::new(move || Slot::Boxed(Box::new(Listed { value: value() }))));
    form("box made", Expect::Boxed, None, Box::new(move || Slot::Boxed(Box::new(holds()))));
    form("box erased", Expect::Boxed, None, Box::new(move || Slot::Boxed(received(&sent(Format::Postcard, &holds())))));
    form("carried made", Expect::Carried, None, Box::new(move || Slot::Carried(Carried::Known(Box::new(holds())))));
    form(
        "carried erased",
        Expect::Carried,
        None,
        Box::new(move || Slot::Carried(received(&sent(Format::Postcard, &holds())))),
    );
    form(
        "carried denied json",
        Expect::Carried,
        Some(Only::In(Format::Json)),
        Box::new(move || {
            let codec = codec(Format::Json).policy(Policy::deny_all());
            Slot::Carried(codec.from_slice(&sent(Format::Json, &holds())).expect("the value can be carried"))
        }),
    );
    form(
        "opaque json linked",
        Expect::Opaque,
        None,
        Box::new(move || Slot::Opaque(received(&sent(Format::Json, &holds())))),
    );
    form(
        "opaque postcard linked",
        Expect::Opaque,
        None,
        Box::new(move || Slot::Opaque(received(&sent(Format::Postcard, &holds())))),
    );
    form("failure made", Expect::Failure, None, Box::new(move || Slot::Failure(Failure::from(holds()))));
    form(
        "failure json received",
        Expect::Failure,
        None,
        Box::new(move || Slot::Failure(received(&sent(Format::Json, &Failure::from(holds()))))),
    );
    form(
        "failure postcard received",
        Expect::Failure,
        None,
        Box::new(move || Slot::Failure(received(&sent(Format::Postcard, &Failure::from(holds()))))),
    );
    form(
        "failure by name",
        Expect::Failure,
        None,
        Box::new(move || {
            let bytes = sent(Format::Json, &Failure::from(holds()));
            let envelope = Envelope::parse(&bytes).expect("an envelope");
            Slot::Failure(serde_json::from_slice(envelope.state()).expect("it can be read"))
        }),
    );
    for (format, names) in [
        (Format::Json, ["carried json", "opaque json", "failure json"]),
        (Format::Postcard, ["carried postcard", "opaque postcard", "failure postcard"]),
        (Format::Bincode, ["carried bincode", "opaque bincode", "failure bincode"]),
    ] {
        let only_in = Some(Only::In(format));
        let unlinked = move || absent(&sent(format, &holds()));
        form(names[0], Expect::Carried, only_in, Box::new(move || Slot::Carried(received(&unlinked()))));
        form(names[1], Expect::Opaque, only_in, Box::new(move || Slot::Opaque(received(&unlinked()))));
        let failed = move || absent(&sent(format, &Failure::from(holds())));
        form(names[2], Expect::Failure, only_in, Box::new(move || Slot::Failure(received(&failed()))));
    }
    form(
        "carried by name",
        Expect::Carried,
        Some(Only::ByName),
        Box::new(move || {
            let bytes = absent(&sent(Format::Json, &holds()));
            let envelope = Envelope::parse(&bytes).expect("an envelope");
            let state = String::from_utf8(envelope.state().to_vec()).expect("JSON");
            let text = format!("{{\"type\":\"{}\",\"value\":{state}}}", envelope.type_name());
            Slot::Carried(serde_json::from_str(&text).expect("it is carried"))
        }),
    );
    Case {
        name,
        plain: [subject(plain), subject(move || pair(plain()))],
        plain_deep: [
            subject(move || Holds { value: Holds { value: plain() } }),
            subject(move || pair(pair(pair(plain())))),
        ],
        forms,
    }
}

/// A failure of text has no typed value.
fn text_failure() -> Case {
    let text = || Failure::from("plain: text\n");
    let mut forms = Vec::new();
    let mut form = |name, make: Box<dyn Fn() -> Slot>| {
        forms.push(Form { name, make, expect: Expect::Failure, only_in: None });
    };
    form("failure made", Box::new(move || Slot::Failure(text())));
    form("failure json received", Box::new(move || Slot::Failure(received(&sent(Format::Json, &text())))));
    form("failure postcard received", Box::new(move || Slot::Failure(received(&sent(Format::Postcard, &text())))));
    let plain = || Inner { number: 1, text: "plain: text\n".to_owned() };
    Case {
        name: "text",
        plain: [subject(plain), subject(move || pair(plain()))],
        plain_deep: [
            subject(move || Holds { value: Holds { value: plain() } }),
            subject(move || pair(pair(pair(plain())))),
        ],
        forms,
    }
}

/// All cases, and the list of their native types: `"name" Type => value, without typeport => value;`.
macro_rules! cases {
    ($($name:literal $ty:ty => $value:expr $(, plain $plain:expr)?;)*) => {
        pub fn cases() -> Vec<Case> {
            vec![$({
                #[allow(unused_variables, reason = "the next line may have another")]
                let plain = || -> $ty { $value };
                $(let plain = || $plain;)?
                case::<$ty, _>($name, || $value, plain)
            },)* text_failure()]
        }
    };
}

macro_rules! listed {
    ($($ty:ty),* $(,)?) => {
        specialize!($(Listed<$ty> as dyn Item),*);
    };
}

fn odd_text() -> String {
    "a\"b\\c\n\t\u{0}\u{7f} ä\u{2028}😀: - # 'x' {y} null ~".to_owned()
}

fn inner() -> Inner {
    Inner { number: -5, text: "yes".to_owned() }
}

fn boxed<T: Item>(value: T) -> Box<dyn Item> {
    Box::new(value)
}

cases! {
    "unit struct" Unit => Unit;
    "newtype" Meters => Meters(0.1);
    "u8" u8 => 7;
    "u64 max" u64 => u64::MAX;
    "i64 min" i64 => i64::MIN;
    "u128 max" u128 => u128::MAX;
    "u128 2^64+1" u128 => (1 << 64) + 1;
    "i128 min" i128 => i128::MIN;
    "f64 1e300" f64 => 1e300;
    "f64 -0.0" f64 => -0.0;
    "f64 0.1" f64 => 0.1 + 0.2;
    "f32" f32 => 0.1;
    "bool" bool => true;
    "char" char => '\u{1f600}';
    "string" String => odd_text();
    "bytes" Vec<u8> => vec![0, 127, 128, 255];
    "some" Option<i64> => Some(-1);
    "none" Option<i64> => None;
    "nested options" Optional => Optional { some: Some(0), none: None, inner: Some(inner()) };
    "tuple" (u8, String) => (1, "one".to_owned());
    "vec" Vec<i64> => vec![1, -1, i64::MAX];
    "empty vec" Vec<String> => vec![];
    "vec of structs" Vec<Inner> => vec![inner(), inner()];
    "map of text" BTreeMap<String, i64> => BTreeMap::from([("b".to_owned(), 1), ("a key".to_owned(), 2)]);
    "map of u32" BTreeMap<u32, String> => BTreeMap::from([(9, "nine".to_owned()), (10, "ten".to_owned())]);
    "map of bool" BTreeMap<bool, u8> => BTreeMap::from([(false, 0), (true, 1)]);
    "enum unit" Shape => Shape::Unit;
    "enum newtype" Shape => Shape::Newtype(i64::MIN);
    "enum tuple" Shape => Shape::Tuple(1, odd_text());
    "enum struct" Shape => Shape::Struct { name: None, sides: u32::MAX };
    "structs" Outer => Outer { inner: inner(), more: vec![inner()], shape: Shape::Newtype(1) };
    "ip v4" IpAddr => Ipv4Addr::LOCALHOST.into();
    "ip v6" IpAddr => Ipv6Addr::LOCALHOST.into();
    "three deep" Holds<Box<dyn Item>> => Holds { value: boxed(Holds { value: boxed(inner()) }) },
        plain pair(pair(inner()));
    "vec of boxes" Vec<Box<dyn Item>> => vec![boxed(1_u8), boxed(Holds { value: inner() }), boxed("x".to_owned())],
        plain vec![pair(inner()), pair(inner())];
}

listed! {
    Unit, Meters, u8, u64, i64, u128, i128, f64, f32, bool, char, String, Vec<u8>, Option<i64>, Optional, (u8, String),
    Vec<i64>, Vec<String>, Vec<Inner>, BTreeMap<String, i64>, BTreeMap<u32, String>, BTreeMap<bool, u8>, Shape, Outer,
    IpAddr, Holds<Box<dyn Item>>, Vec<Box<dyn Item>>,
}
