//! Values of every standard type that typeport supports. Imports `samples`. A hash map or hash set has at most one entry,
//! because it is unordered.

use crate::samples::Samples;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZero, Saturating, Wrapping};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    AtomicUsize,
};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};
use typeport::Format;

/// What has no JSON form that reads back: a map's key that is no text, a float that is no number.
const BINARY: &[Format] = &[Format::Postcard, Format::Bincode];

/// `each!(samples: 1_u8, 2_u8)` adds the values.
macro_rules! each {
    ($samples:ident: $($value:expr),* $(,)?) => { $($samples.add($value);)* };
}

pub fn add(samples: &mut Samples) {
    numbers(samples);
    texts(samples);
    wrappers(samples);
    containers(samples);
    tuples_and_ranges(samples);
    pointers(samples);
    times_and_addresses(samples);
}

fn numbers(samples: &mut Samples) {
    each!(samples: true, false, (), 0_u8, 255_u8, 127_i8, -128_i8, 300_u16, -300_i16, 70_000_u32, -70_000_i32);
    each!(samples: 7_i64, i64::MIN, u64::MAX, u128::MAX, i128::MIN, -1_isize, usize::MAX, 1.5_f32, -0.1_f64, 1e300_f64);
    samples.add_in(BINARY, f64::NEG_INFINITY);
    samples.add_in(BINARY, f32::INFINITY);
}

fn texts(samples: &mut Samples) {
    each!(samples: 'a', '\u{10ffff}', String::new(), "text \u{0} \u{e4}\u{1f980}".to_owned(), "x".repeat(260));
    each!(samples: PathBuf::from("a/b.txt"), CString::new("name").unwrap());
    #[cfg(unix)]
    samples.add(OsString::from("name"));
}

/// `non_zero!(samples: i8, u8)` adds a value of each `NonZero`.
macro_rules! non_zero {
    ($samples:ident: $($ty:ident),*) => { $($samples.add(NonZero::new($ty::MAX).unwrap());)* };
}

/// `saturating!(samples: i8, u8)` adds a value of each `Saturating`.
macro_rules! saturating {
    ($samples:ident: $($ty:ident),*) => { $($samples.add(Saturating($ty::MIN));)* };
}

fn wrappers(samples: &mut Samples) {
    non_zero!(samples: i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
    saturating!(samples: i8, i16, i32, i64, u8, u16, u32, u64, isize, usize);
    each!(samples: Wrapping(255_u8), Wrapping(-1_i64), Reverse("x".to_owned()), PhantomData::<String>);
    each!(samples: Mutex::new(vec![1_i64]), RwLock::new(Some(2_u16)));
}

fn containers(samples: &mut Samples) {
    let text = |text: &str| text.to_owned();
    each!(samples: Some(-1_i64), None::<String>, Some(vec![Some(true), None]));
    each!(samples: vec![1_i64, -2, 300], Vec::<String>::new(), vec![vec![1_u8], vec![]], vec![(), ()]);
    each!(samples: VecDeque::from([true, false]), LinkedList::from(['a', '\u{e4}']), BinaryHeap::from([3_u8, 1, 2]));
    each!(samples: BTreeSet::from([text("bb"), text("a")]), HashSet::from([5_i64]));
    each!(samples: BTreeMap::from([(text("x"), 1_u8), (text("y"), 2)]), BTreeMap::from([(-1_i64, vec![0.5_f64])]));
    each!(samples: HashMap::from([(text("pi"), 3.25_f64)]));
    samples.add_in(BINARY, BTreeMap::from([((1_u8, text("k")), true)]));
    each!(samples: [0_u8; 0], [1_u8, 2, 3], [[1_i16, 2], [3, 4]], [const { String::new() }; 32]);
    each!(samples: Ok::<i64, String>(1), Err::<i64, String>(text("no")));
}

fn tuples_and_ranges(samples: &mut Samples) {
    each!(samples: (1_i64,), (1_u8, "x".to_owned()), (1_u8, true, 'c'), (1_u8, 2_u8, 3_u8, 4_u8));
    each!(samples: (1_u8, 2_u8, 3_u8, 4_u8, 5_i16), (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_i16));
    each!(samples: (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_i16), (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_i16));
    each!(samples: (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_i16));
    each!(samples: (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_i16));
    each!(samples: (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8, 11_i16));
    each!(samples: (1_u8, 2_u8, 3_u8, 4_u8, 5_u8, 6_u8, 7_u8, 8_u8, 9_u8, 10_u8, 11_u8, 12_i16));
    each!(samples: -1_i64..5, 0..=255_u8, 1_u16.., ..'z');
    each!(samples: Bound::Included(3_i64), Bound::Excluded("x".to_owned()), Bound::<i64>::Unbounded);
}

fn pointers(samples: &mut Samples) {
    each!(samples: Box::new(1_i64), Box::<str>::from("text"), Box::<[i64]>::from([1, 2]));
    each!(samples: Arc::new(1_i64), Arc::<str>::from("text"), Arc::<[bool]>::from([true]));
    each!(samples: Box::<Path>::from(Path::new("a/b.txt")), AtomicBool::new(true), AtomicU8::new(1), AtomicI8::new(-1));
    each!(samples: AtomicU16::new(300), AtomicI16::new(-300), AtomicU32::new(70_000), AtomicI32::new(-70_000));
    each!(samples: AtomicU64::new(u64::MAX), AtomicI64::new(i64::MIN), AtomicUsize::new(7), AtomicIsize::new(-7));
    each!(samples: Cow::Borrowed("text"), Cow::<[u8]>::Owned(vec![1, 2]));
}

fn times_and_addresses(samples: &mut Samples) {
    each!(samples: Duration::new(5, 999_999_999), SystemTime::UNIX_EPOCH + Duration::from_millis(1_234));
    each!(samples: Ipv4Addr::LOCALHOST, Ipv6Addr::LOCALHOST, IpAddr::V4(Ipv4Addr::BROADCAST));
    each!(samples: IpAddr::V6(Ipv6Addr::LOCALHOST), SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80));
    each!(samples: SocketAddrV6::new(Ipv6Addr::LOCALHOST, 8080, 0, 0), SocketAddr::from(([127, 0, 0, 1], 80)));
    each!(samples: SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 443)));
}
