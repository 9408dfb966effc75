//! The std types: each round-trips in each format, native and erased, with the bytes of the format's own crate.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use crate::scale::formats;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::fmt::Debug;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::marker::PhantomData;
use std::num::{NonZeroI8, NonZeroU64, NonZeroU128, Saturating, Wrapping};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    AtomicUsize,
};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};
use typeport::{Codec, Envelope, Format, Portable, Registry, Resolution, Value, portable};

/// What a value is checked inside of, so that it is an argument as well.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Holder<T> {
    value: T,
}

#[portable]
trait Held {
    fn shown(&self) -> String;
}

#[portable]
impl<T: Portable> Held for Holder<T> {
    fn shown(&self) -> String {
        format!("{:?}", self.value)
    }
}

#[track_caller]
fn check<T: Portable>(name: &str, value: T) {
    for format in formats() {
        let codec = Codec::default().format(format);
        let bytes = codec.to_vec(&value).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        assert_eq!(envelope.type_name().to_string(), name);
        assert_eq!(envelope.state(), state(format, &value), "{name} in {format}: the bytes of the format's own crate");
        let again: T = codec.from_slice(&bytes).unwrap();
        assert_eq!(format!("{again:?}"), format!("{value:?}"), "{name} in {format}");
        let any: Box<dyn Value> = codec.from_slice(&bytes).unwrap();
        assert_eq!(format!("{any:?}"), format!("{value:?}"), "{name} in {format}, by the registry");
        assert_eq!(codec.to_vec(&*any).unwrap(), bytes, "{name} in {format}, by the registry");
        check_erased(&codec, Holder { value: again });
    }
}

#[track_caller]
fn check_erased<T: Portable>(codec: &Codec, holder: Holder<T>) {
    let bytes = codec.to_vec(&holder).unwrap();
    let any: Box<dyn Held> = codec.from_slice(&bytes).unwrap();
    assert_eq!(any.type_name(), holder.type_name());
    assert_eq!(any.shown(), holder.shown());
    assert_eq!(codec.to_vec(&any).unwrap(), bytes);
    let exact: Holder<T> = typeport::downcast(any).unwrap();
    assert_eq!(exact.shown(), holder.shown());
}

fn state<T: Serialize>(format: Format, value: &T) -> Vec<u8> {
    match format {
        Format::Postcard => postcard::to_allocvec(value).unwrap(),
        Format::Bincode => bincode::serde::encode_to_vec(value, bincode::config::standard()).unwrap(),
        _ => serde_json::to_vec(value).unwrap(),
    }
}

#[test]
fn primitives() {
    check("bool", true);
    check("char", 'ä');
    check("()", ());
    check("String", "text \u{0} \u{10ffff}".to_owned());
    check("i8", i8::MIN);
    check("i16", i16::MIN);
    check("i32", i32::MIN);
    check("i64", i64::MIN);
    check("i128", i128::MIN);
    check("isize", isize::MIN);
    check("u8", u8::MAX);
    check("u16", u16::MAX);
    check("u32", u32::MAX);
    check("u64", u64::MAX);
    check("u128", u128::MAX);
    check("usize", usize::MAX);
    check("f32", f32::MIN_POSITIVE);
    check("f64", -0.1);
    check("NonZero<i8>", NonZeroI8::new(-1).unwrap());
    check("NonZero<u64>", NonZeroU64::MAX);
    check("NonZero<u128>", NonZeroU128::MAX);
}

#[test]
fn containers() {
    check("Option<i64>", Some(-1_i64));
    check("Option<String>", None::<String>);
    check("Vec<Vec<u8>>", vec![vec![1_u8], vec![]]);
    check("VecDeque<bool>", VecDeque::from([true, false]));
    check("LinkedList<char>", LinkedList::from(['a', 'b']));
    check("BinaryHeap<u8>", BinaryHeap::from([3_u8]));
    check("BTreeSet<String>", BTreeSet::from(["bb".to_owned(), "a".to_owned(), "ccc".to_owned()]));
    check(
        "BTreeMap<i64, String>",
        BTreeMap::from([(-1_i64, "x".to_owned()), (-300, "y".to_owned()), (2, String::new())]),
    );
    check("HashSet<i64>", HashSet::from([5_i64]));
    check("HashMap<String, f64>", HashMap::from([("pi".to_owned(), 3.25)]));
    check("HashSet<i64>", HashSet::<i64, Hasher>::from_iter([5_i64]));
    check("HashMap<String, f64>", HashMap::<_, _, Hasher>::from_iter([("pi".to_owned(), 3.25)]));
    check("[u8; 0]", [0_u8; 0]);
    check("[[i16; 2]; 3]", [[1_i16, 2], [3, 4], [5, 6]]);
    check("[String; 32]", [const { String::new() }; 32]);
    check("Result<i64, String>", Ok::<i64, String>(1));
    check("Result<i64, String>", Err::<i64, String>("no".to_owned()));
}

/// A map has one name and one state, whatever its hasher.
type Hasher = BuildHasherDefault<DefaultHasher>;

#[test]
fn maps_of_other_hashers_are_the_same_map() {
    let map: HashMap<u8, u8, Hasher> = HashMap::from_iter([(1, 2), (3, 4)]);
    let bytes = typeport::to_vec(&map).unwrap();
    let again: HashMap<u8, u8> = typeport::from_slice(&bytes).unwrap();
    assert_eq!(again, map.clone().into_iter().collect());
    let any: Box<dyn Value> = typeport::from_slice(&bytes).unwrap();
    assert_eq!(typeport::downcast::<HashMap<u8, u8, Hasher>, _>(any).unwrap(), map);
}

#[test]
fn atomics() {
    check("AtomicBool", AtomicBool::new(true));
    check("AtomicI8", AtomicI8::new(i8::MIN));
    check("AtomicU8", AtomicU8::new(u8::MAX));
    check("AtomicI16", AtomicI16::new(i16::MIN));
    check("AtomicU16", AtomicU16::new(u16::MAX));
    check("AtomicI32", AtomicI32::new(i32::MIN));
    check("AtomicU32", AtomicU32::new(u32::MAX));
    check("AtomicI64", AtomicI64::new(i64::MIN));
    check("AtomicU64", AtomicU64::new(u64::MAX));
    check("AtomicIsize", AtomicIsize::new(isize::MIN));
    check("AtomicUsize", AtomicUsize::new(usize::MAX));
}

#[test]
fn tuples() {
    check("(i64,)", (1_i64,));
    check("(u8, String, bool)", (1_u8, "x".to_owned(), true));
    check(
        "(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, i64)",
        (0_u8, 1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8, -1_i64),
    );
}

#[test]
fn pointers_and_wrappers() {
    check("Box<i64>", Box::new(1_i64));
    check("Box<str>", Box::<str>::from("text"));
    check("Box<[i64]>", Box::<[i64]>::from([1, 2]));
    check("Box<Path>", Box::<Path>::from(Path::new("a/b.txt")));
    check("Arc<i64>", Arc::new(1_i64));
    check("Arc<str>", Arc::<str>::from("text"));
    check("Arc<[bool]>", Arc::<[bool]>::from([true]));
    check("Cow<str>", Cow::Borrowed("text"));
    check("Cow<[u8]>", Cow::<[u8]>::Owned(vec![1]));
    check("Wrapping<u8>", Wrapping(255_u8));
    check("Saturating<i16>", Saturating(-1_i16));
    check("Reverse<String>", Reverse("x".to_owned()));
    check("Mutex<i64>", Mutex::new(1_i64));
    check("RwLock<i64>", RwLock::new(1_i64));
}

/// Its `Debug` is `std::any::type_name`, which is that of the compiled form: the one thing that erasure cannot hide.
#[test]
fn phantom_data_travels_but_prints_its_compiled_form() {
    let bytes = typeport::to_vec(&Holder { value: PhantomData::<String> }).unwrap();
    let any: Box<dyn Held> = typeport::from_slice(&bytes).unwrap();
    assert_eq!(any.type_name().to_string(), "typeport::Holder<PhantomData<String>>");
    assert_eq!(typeport::to_vec(&any).unwrap(), bytes);
    assert!(any.shown().starts_with("PhantomData<typeport::"), "{}", any.shown());
    typeport::downcast::<Holder<PhantomData<String>>, _>(any).unwrap();
}

#[test]
fn time_ranges_and_paths() {
    check("Duration", Duration::new(5, 999_999_999));
    check("SystemTime", SystemTime::UNIX_EPOCH + Duration::from_millis(1_234));
    check("Range<i64>", -1_i64..5);
    check("RangeInclusive<u8>", 0..=255_u8);
    check("RangeFrom<u8>", 1_u8..);
    check("RangeTo<u8>", ..1_u8);
    check("Bound<i64>", Bound::Excluded(3_i64));
    check("Bound<i64>", Bound::<i64>::Unbounded);
    check("PathBuf", PathBuf::from("a/b.txt"));
    check("OsString", OsString::from("name"));
    check("CString", CString::new("name").unwrap());
}

#[test]
fn addresses() {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
    check("Ipv4Addr", Ipv4Addr::LOCALHOST);
    check("Ipv6Addr", Ipv6Addr::LOCALHOST);
    check("IpAddr", IpAddr::V4(Ipv4Addr::BROADCAST));
    check("IpAddr", IpAddr::V6(Ipv6Addr::LOCALHOST));
    check("SocketAddrV4", SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80));
    check("SocketAddrV6", SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 0, 0));
    check("SocketAddr", SocketAddr::from(([127, 0, 0, 1], 80)));
}

#[test]
fn an_erased_array_ends_at_the_length_that_serde_knows() {
    let bytes = typeport::to_vec(&Holder { value: [1_u8; 32] }).unwrap();
    typeport::from_slice::<Box<dyn Held>>(&bytes).unwrap();
    let registry = typeport::Registry::global();
    assert_eq!(registry.resolve(&"[u8; 33]".parse().unwrap()), typeport::Resolution::Erased);
}

/// A type whose vectors are boxes of elements, and one whose vectors are asked for.
#[derive(Debug, Serialize, Deserialize, Portable, PartialEq)]
struct Boxed(i64);

#[derive(Debug, Serialize, Deserialize, Portable, PartialEq)]
struct Packed(i64);

typeport::specialize!(Vec<Packed> as dyn Value);

#[test]
fn vectors_are_native_of_numbers_and_texts_and_of_what_is_asked_for() {
    let resolve = |name: &str| Registry::global().resolve(&name.parse().unwrap());
    for name in ["Vec<i64>", "Vec<u8>", "Vec<f64>", "Vec<String>", "Vec<bool>", "Vec<typeport::Packed>"] {
        assert_eq!(resolve(name), Resolution::Native, "{name}");
    }
    for name in ["Vec<typeport::Boxed>", "Vec<Vec<i64>>", "Option<i64>", "Vec<Duration>"] {
        assert_eq!(resolve(name), Resolution::Erased, "{name}");
    }
    check("typeport::Holder<Vec<typeport::Packed>>", Holder { value: vec![Packed(1), Packed(2)] });
    check("typeport::Holder<Vec<typeport::Boxed>>", Holder { value: vec![Boxed(1), Boxed(2)] });
    let held: Box<dyn Held> =
        typeport::from_slice(&typeport::to_vec(&Holder { value: vec![Boxed(7)] }).unwrap()).unwrap();
    assert_eq!(typeport::downcast::<Holder<Vec<Boxed>>, _>(held).unwrap().value, [Boxed(7)]);
}
