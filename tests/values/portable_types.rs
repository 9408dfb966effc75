//! `#[portable]` on types: what it derives, with which bounds, and that it equals the separate derives. The only serde here is
//! typeport's.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use std::collections::BTreeMap;
use std::marker::PhantomData;
use typeport::{Codec, Envelope, Failure, Format, Opaque, Portable, Value, portable};

#[track_caller]
fn check_in<T: Portable + PartialEq>(formats: &[Format], name: &str, values: &[T]) {
    for (format, value) in formats.iter().flat_map(|format| values.iter().map(move |value| (*format, value))) {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(value).unwrap();
        assert_eq!(Envelope::parse(&bytes).unwrap().type_name().to_string(), name);
        assert_eq!(&codec.from_slice::<T>(&bytes).unwrap(), value, "{format}");
        let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
        assert_eq!(codec.to_vec(&any).unwrap(), bytes, "{format}");
        assert_eq!(&typeport::downcast::<T, _>(any).unwrap(), value, "{format}");
    }
}

#[track_caller]
fn check<T: Portable + PartialEq>(name: &str, values: &[T]) {
    check_in(Format::ALL, name, values);
}

#[portable(id = "portable_types::Unit")]
#[derive(PartialEq)]
struct Unit;

#[portable(id = "portable_types::Newtype")]
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Newtype<T>(T);

#[portable(id = "acme::Tuple", alias = "acme::OldTuple")]
#[derive(PartialEq)]
struct Tuple<T, U = i64>(T, U, Vec<T>);

#[portable(id = "portable_types::Named")]
#[derive(Default, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named<T> {
    first_one: T,
    #[serde(skip)]
    skipped: PhantomData<T>,
    #[serde(rename = "x", alias = "y")]
    second: Option<Box<Named<T>>>,
    #[portable(opaque = "acme::Foreign")]
    foreign: foreign::Foreign,
}

#[portable(id = "portable_types::All")]
#[derive(PartialEq)]
enum All<T> {
    Unit,
    Newtype(T),
    Tuple(T, u8),
    Struct { value: T, other: Option<Box<All<T>>> },
}

/// A type that knows serde and nothing of typeport.
mod foreign {
    #[derive(Debug, Default, PartialEq, typeport::serde::Serialize, typeport::serde::Deserialize)]
    #[serde(crate = "typeport::serde")]
    pub struct Foreign(pub u8);
}

#[test]
fn every_kind_of_struct_and_variant() {
    check("portable_types::Unit", &[Unit]);
    check("portable_types::Newtype<String>", &[Newtype("x".to_owned())]);
    check("acme::Tuple<u8, i64>", &[Tuple(1_u8, -5_i64, vec![2])]);
    let inner = Named { first_one: vec![1_u8], ..Named::default() };
    let foreign = foreign::Foreign(3);
    check(
        "portable_types::Named<Vec<u8>>",
        &[Named { first_one: vec![], skipped: PhantomData, second: Some(Box::new(inner)), foreign }],
    );
    let nested = All::Struct { value: 1_u8, other: Some(Box::new(All::Tuple(2, 3))) };
    check("portable_types::All<u8>", &[All::Unit, All::Newtype(1_u8), All::Tuple(2, 3), nested]);
}

#[test]
fn debug_is_that_of_the_standard_library() {
    assert_eq!(format!("{:?}", Newtype(Some(1))), "Newtype(Some(1))");
    assert_eq!(format!("{:?}", All::Struct { value: 1, other: None }), "Struct { value: 1, other: None }");
}

/// The type hash of a value, and its state in each format that can write it.
fn written<T: Portable>(value: &T) -> (u64, Vec<Option<Vec<u8>>>) {
    let json = Codec::default().format(Format::Json).to_vec(value).unwrap();
    let hash = Envelope::parse(&json).unwrap().type_hash();
    let state = |format| {
        let bytes = Codec::default().format(format).to_vec(value).ok()?;
        Some(Envelope::parse(&bytes).unwrap().state().to_vec())
    };
    (hash, Format::ALL.iter().copied().map(state).collect())
}

/// Defines a type under the attribute, and once more with its derives one by one. They have two ids, since one would disable
/// both, and one eldest alias, which is what the type hash sees.
macro_rules! check_same {
    ($($attributed:literal $derived:literal ($($keys:tt)*) { $($item:tt)* } = $value:expr;)*) => {$({
        let attributed = {
            #[portable(id = $attributed, alias = "acme::Same" $($keys)*)]
            $($item)*
            written(&$value)
        };
        let derived = {
            #[derive(Debug, serde::Serialize, serde::Deserialize, Portable)]
            #[portable(id = $derived, alias = "acme::Same" $($keys)*)]
            $($item)*
            written(&$value)
        };
        assert_eq!(attributed, derived, "{}", stringify!($($item)*));
        assert!(attributed.1.iter().any(|state| state.is_some()));
    })*};
}

#[test]
fn bytes_and_type_hash_are_those_of_the_derives_one_by_one() {
    check_same! {
        "acme::A1" "acme::B1" () { struct S; } = S;
        "acme::A2" "acme::B2" () { struct S<T>(T); } = S(vec![1_u8]);
        "acme::A3" "acme::B3" () { struct S<T, U = i64>(T, U, Vec<T>); } = S(1_u8, -5_i64, vec![2]);
        "acme::A4" "acme::B4" () {
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            struct S<T> { first_one: T, #[serde(skip)] _s: u8, #[serde(rename = "x", alias = "y")] b: Option<Box<S<T>>>,
                #[portable(opaque = "acme::Foreign")] f: foreign::Foreign, #[serde(with = "hex")] h: u32 }
        } = S { first_one: 1.5, _s: 1, b: None, f: foreign::Foreign(2), h: 255 };
        "acme::A5" "acme::B5" () {
            enum S<T> { Unit, Newtype(T), Tuple(T, u8), Struct { value: T, other: Option<Box<S<T>>> } }
        } = [S::Unit, S::Newtype(1), S::Tuple(2, 3), S::Struct { value: 4, other: Some(Box::new(S::Unit)) }];
        "acme::A6" "acme::B6" () { #[serde(transparent)] struct S<T> { value: Vec<T> } } = S { value: vec![1_u16] };
        "acme::A7" "acme::B7" (, format = "json") {
            #[serde(tag = "t", content = "c")] enum S { A, B { #[serde(skip_serializing_if = "Option::is_none")] b: Option<u8> } }
        } = (S::A, S::B { b: Some(1) }, S::B { b: None });
    }
}

mod hex {
    use typeport::serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{value:x}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        u32::from_str_radix(&String::deserialize(deserializer)?, 16).map_err(D::Error::custom)
    }
}

#[portable]
#[derive(PartialEq)]
struct Bounded<T: Portable> {
    value: T,
    next: Option<Box<Bounded<T>>>,
}

#[portable]
#[derive(PartialEq)]
enum Clause<T, U, V>
where
    T: typeport::Portable + Ord,
    V: typeport::serde::de::DeserializeOwned + typeport::serde::Serialize,
{
    Both(BTreeMap<T, U>),
    All { all: (T, U, V), empty: PhantomData<U> },
}

/// A trait of which no macro can see that it is `Portable`, too.
trait Quantity: Portable + PartialEq {
    const NAME: &'static str;
}

impl Quantity for u8 {
    const NAME: &'static str = "bytes";
}

#[portable(bound = "T: Quantity + Copy", specialize(Amount<u8>))]
#[derive(PartialEq)]
struct Amount<T: Quantity> {
    amount: T,
}

typeport::specialize!(Amount<u8> as dyn Value, OwnBound<u8> as dyn Value, Clause<String, u8, bool> as dyn Value);

#[portable(bound = "T: Portable + Default")]
#[derive(PartialEq)]
#[serde(bound(deserialize = "T: typeport::serde::Deserialize<'de> + Default"))]
struct OwnBound<T> {
    #[serde(default)]
    value: T,
}

#[portable]
#[derive(PartialEq)]
struct Defaulted<T: Portable + Default, U: Default> {
    #[serde(default)]
    left: T,
    #[serde(default)]
    right: Vec<(T, U)>,
}

#[test]
fn declared_bounds_compile_and_travel() {
    let next = Some(Box::new(Bounded { value: 2_u8, next: None }));
    check("typeport::Bounded<u8>", &[Bounded { value: 1_u8, next }]);
    let all = Clause::All { all: ("x".to_owned(), 1_u8, true), empty: PhantomData };
    check("typeport::Clause<String, u8, bool>", &[Clause::Both(BTreeMap::from([("k".to_owned(), 1_u8)])), all]);
    check("typeport::Amount<u8>", &[Amount { amount: 7_u8 }]);
    assert_eq!(<u8 as Quantity>::NAME, "bytes");
    check("typeport::OwnBound<u8>", &[OwnBound { value: 7_u8 }]);
    let json: Defaulted<u8, u8> = serde_json::from_str("{}").unwrap();
    assert_eq!(json, Defaulted { left: 0, right: Vec::new() });
}

/// Without a declared bound serde's impls stay as wide as serde makes them.
#[test]
fn arguments_that_are_not_portable_are_those_of_serde_still() {
    let foreign = Newtype(foreign::Foreign(1));
    assert_eq!(serde_json::to_string(&foreign).unwrap(), "1");
    assert_eq!(serde_json::from_str::<Newtype<foreign::Foreign>>("1").unwrap(), foreign);
}

/// Every other process that reads an odd number refuses it.
#[portable(id = "acme::Even", skip(Deserialize))]
#[derive(PartialEq)]
struct Even(u32);

impl<'de> typeport::serde::Deserialize<'de> for Even {
    fn deserialize<D: typeport::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            even if even % 2 == 0 => Ok(Even(even)),
            _ => Err(typeport::serde::de::Error::custom("an odd number")),
        }
    }
}

#[portable(skip(Debug, Serialize, Deserialize))]
#[derive(PartialEq, serde::Serialize, serde::Deserialize)]
struct ByHand<T> {
    value: T,
}

impl<T> std::fmt::Debug for ByHand<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("by hand")
    }
}

#[test]
fn what_is_skipped_is_written_by_hand() {
    check("acme::Even", &[Even(2)]);
    let odd = typeport::to_vec(&Even(3)).unwrap();
    assert!(typeport::from_slice::<Even>(&odd).is_err());
    assert!(typeport::from_slice::<Box<dyn Value>>(&odd).is_err());
    check("typeport::ByHand<u8>", &[ByHand { value: 1_u8 }]);
    assert_eq!(format!("{:?}", ByHand { value: 1 }), "by hand");
}

#[portable(as_failure)]
struct Broken<T> {
    part: T,
}

impl<T: std::fmt::Debug> std::fmt::Display for Broken<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "broken: {:?}", self.part)
    }
}

impl<T: std::fmt::Debug> std::error::Error for Broken<T> {}

#[test]
fn an_error_whose_text_alone_travels() {
    fn fail() -> Result<(), Failure> {
        Err(Broken { part: "wheel" })?
    }
    assert_eq!(fail().unwrap_err().to_string(), "broken: \"wheel\"");
}

#[portable(unknown = UnknownShape)]
trait Shape {
    fn area(&self) -> f64;
}

#[portable(unknown)]
struct UnknownShape(Opaque);

impl From<Opaque> for UnknownShape {
    fn from(opaque: Opaque) -> Self {
        UnknownShape(opaque)
    }
}

impl AsRef<Opaque> for UnknownShape {
    fn as_ref(&self) -> &Opaque {
        &self.0
    }
}

#[portable]
impl Shape for UnknownShape {
    fn area(&self) -> f64 {
        f64::NAN
    }
}

#[portable(id = "acme::Square")]
struct Square<T> {
    side: T,
    decorated: Vec<Box<dyn Shape>>,
}

#[portable]
impl<T: Portable> Shape for Square<T> {
    fn area(&self) -> f64 {
        format!("{:?}", self.side).parse().unwrap_or_default()
    }
}

#[portable(specialize(Grid<u8, 2>))]
#[derive(PartialEq)]
struct Grid<T: Copy, const N: usize> {
    cells: Vec<T>,
}

#[portable(specialize(Grid<u8, 2>))]
impl<T: Copy, const N: usize> Shape for Grid<T, N> {
    fn area(&self) -> f64 {
        N as f64
    }
}

#[test]
fn types_are_members_of_interfaces() {
    let grid: Box<dyn Shape> = Box::new(Grid::<u8, 2> { cells: vec![1] });
    let bytes = typeport::to_vec(&Square { side: Some(2.5), decorated: vec![grid] }).unwrap();
    let any: Box<dyn Shape> = typeport::from_slice(&bytes).unwrap();
    assert_eq!(any.type_name().to_string(), "acme::Square<Option<f64>>");
    let exact: Square<Option<f64>> = typeport::downcast(any).unwrap();
    assert_eq!((exact.side, exact.decorated[0].area()), (Some(2.5), 2.0));
    check("typeport::Grid<u8, 2>", &[Grid::<u8, 2> { cells: vec![1, 2] }]);
    let unknown: Box<dyn Shape> = typeport::from_slice(&typeport::to_vec(&Newtype(1_u8)).unwrap()).unwrap();
    assert!(unknown.area().is_nan(), "no member of the interface");
}

/// What the compiler leaves of a type is not known to an attribute: the derives read it.
#[portable(id = "acme::Configured", skip(Debug))]
#[derive(Debug, PartialEq)]
struct Configured<T> {
    #[cfg(any())]
    gone: NoSuchType,
    #[cfg_attr(all(), serde(rename = "kept"))]
    value: T,
    #[cfg_attr(all(), portable(opaque = "acme::Foreign"))]
    foreign: foreign::Foreign,
}

#[portable]
#[cfg(any())]
struct Gone(NoSuchType);

#[cfg_attr(all(), portable(id = "acme::Conditional"))]
#[cfg_attr(all(), serde(rename_all = "UPPERCASE"))]
#[derive(PartialEq)]
struct Conditional {
    value: u8,
}

#[test]
fn what_is_conditional_is_decided_first() {
    check("acme::Configured<u8>", &[Configured { value: 1_u8, foreign: foreign::Foreign(2) }]);
    let json = |bytes: Vec<u8>| String::from_utf8(Envelope::parse(&bytes).unwrap().state().to_vec()).unwrap();
    let codec = Codec::default().format(Format::Json);
    let configured = Configured { value: 1_u8, foreign: foreign::Foreign(2) };
    assert_eq!(json(codec.to_vec(&configured).unwrap()), r#"{"kept":1,"foreign":2}"#);
    check("acme::Conditional", &[Conditional { value: 1 }]);
    assert_eq!(json(codec.to_vec(&Conditional { value: 1 }).unwrap()), r#"{"VALUE":1}"#);
}
