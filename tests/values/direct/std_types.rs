//! The law for std types: each in each kind of position, by its own state and by serde's impls.

use super::json::with_state;
use super::{BINARY, FORMATS, Told, Twins, by_serde, direct, exactly, of_text, told};
use serde::Serialize;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::*;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI16, AtomicU64};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, UNIX_EPOCH};
use typeport::{Codec, Envelope, Failure, Format, Portable, portable};

/// Holds the two against each other in all places, where the type is known and where it is an argument of an erased form.
#[track_caller]
fn check<T: Portable>(make: fn() -> T) {
    check_known(make);
    Twins::any(&direct::places(&make), &by_serde::places(&make)).brief().check();
}

/// The same where the type is known.
#[track_caller]
fn check_known<T: Portable>(make: fn() -> T) {
    let (one, other) = (direct::places(&make), by_serde::places(&make));
    let twins = Twins::exact(&one, &other).brief();
    for format in FORMATS {
        let codec = Codec::default().format(format);
        let (one, other) = (codec.to_vec(&one).unwrap(), codec.to_vec(&other).unwrap());
        assert_eq!(Envelope::parse(&one).unwrap().state(), Envelope::parse(&other).unwrap().state());
    }
    twins.check();
    twins.check_texts(200, 40);
}

/// Holds the two against each other at the edge of each limit.
#[track_caller]
fn check_limits<T: Portable>(make: fn() -> T, formats: &[Format]) {
    let (one, other) = (direct::places(&make), by_serde::places(&make));
    for format in formats {
        Twins::exact(&one, &other).check_limits(&Codec::default().format(*format).checksum(false));
    }
}

macro_rules! check {
    ($($make:expr),+ $(,)?) => {
        $(check(|| $make);)+
    };
}

/// An encode of both is the same error, whose text says this.
#[track_caller]
fn check_refused<T: Portable>(make: &dyn Fn() -> T, says: &str) {
    for format in FORMATS {
        let codec = Codec::default().format(format);
        let one = told(codec.to_vec(&direct::places(make)).map(drop));
        let other = told(codec.to_vec(&by_serde::places(make)).map(drop));
        assert_eq!(one, other);
        assert!(one.unwrap_err().0.contains(says));
    }
}

/// What a value of type `T` of this state is to both.
#[track_caller]
fn told_of_state<T: Portable>(make: fn() -> T, format: Format, state: &impl Serialize) -> Told {
    let (codec, state) = (Codec::default().format(format).checksum(false), state_in(format, state));
    let one = with_state(&codec.to_vec(&direct::Alone(make())).unwrap(), &state);
    let other = with_state(&codec.to_vec(&by_serde::Alone(make())).unwrap(), &state);
    let (told, expected) = (exactly::<direct::Alone<T>>(&codec, &one), exactly::<by_serde::Alone<T>>(&codec, &other));
    let same =
        if format == Format::Json { of_text(told.clone()) == of_text(expected.clone()) } else { told == expected };
    assert!(same, "{told:?}\n{expected:?}");
    told
}

/// The state that a format's crate writes.
fn state_in(format: Format, value: &impl Serialize) -> Vec<u8> {
    match format {
        Format::Json => serde_json::to_vec(value).unwrap(),
        Format::Bincode => bincode::serde::encode_to_vec(value, bincode::config::standard()).unwrap(),
        _ => postcard::to_allocvec(value).unwrap(),
    }
}

/// A state is the same error to both, whose text says this where it is not of JSON.
#[track_caller]
fn check_error<T: Portable>(make: fn() -> T, state: &impl Serialize, says: &str) {
    for format in FORMATS {
        let (text, ..) = told_of_state(make, format, state).unwrap_err();
        assert!(format == Format::Json || text.contains(says), "{text}");
    }
}

#[test]
fn numbers() {
    check!(70_000_usize, -70_000_isize, NonZeroU8::MAX, NonZeroI64::MIN, NonZeroU128::MIN, Saturating(300_u16));
    check!(
        (NonZeroI8::MIN, NonZeroU16::MAX, NonZeroU32::MAX, NonZeroI32::MIN, NonZeroUsize::MIN, NonZeroIsize::MIN),
        (Saturating(1_u8), Saturating(-1_i8), Saturating(u32::MAX), Saturating(i64::MIN), Saturating(-300_isize)),
        (vec![1_usize, 300, usize::MAX], vec![1_isize, -300, isize::MIN]),
    );
}

#[test]
fn zero_is_no_number_that_is_not_zero() {
    macro_rules! zero {
        ($($ty:ident $primitive:ident)*) => {
            $(check_error(|| $ty::MAX, &(0 as $primitive), concat!("a nonzero ", stringify!($primitive)));)*
        };
    }
    zero! {
        NonZeroU8 u8 NonZeroU16 u16 NonZeroU32 u32 NonZeroU64 u64 NonZeroU128 u128 NonZeroUsize usize
        NonZeroI8 i8 NonZeroI16 i16 NonZeroI32 i32 NonZeroI64 i64 NonZeroI128 i128 NonZeroIsize isize
    }
}

#[test]
fn text_and_what_is_like_it() {
    check!(
        Box::<str>::from("boxed ß"),
        Arc::<str>::from("shared ß"),
        Cow::Borrowed("borrowed ß"),
        PathBuf::from("/a/path/ß"),
        CString::new([1, 2, 3, 0xff]).unwrap(),
    );
    check!(Cow::Borrowed(&[1_u16, 2, 300][..]), Cow::Borrowed(&[1_u8, 2, 3][..]));
    check!(OsString::from("a name"));
    check_error(CString::default, &vec![1_u8, 0], "nul byte found");
    check_error(PathBuf::new, &vec![0xff_u8], "");
    check_error(OsString::new, &Err::<u8, Vec<u8>>(vec![1]), "cannot deserialize Windows OS string on Unix");
    check_error(OsString::new, &Bound::Excluded(1_u8), "expected `Unix` or `Windows`");
}

#[test]
#[cfg(unix)]
fn what_is_not_unicode_is_no_path() {
    use std::os::unix::ffi::OsStringExt;

    fn bytes() -> OsString {
        OsString::from_vec(vec![b'a', 0xff])
    }
    check!(bytes());
    check_refused(&|| PathBuf::from(bytes()), "path contains invalid UTF-8 characters");
}

#[test]
fn time() {
    check!(Duration::new(1_700_000_000, 999_999_999), Duration::MAX, UNIX_EPOCH + Duration::new(1_700_000_000, 1));
    check_refused(&|| UNIX_EPOCH - Duration::from_secs(1), "SystemTime must be later than UNIX_EPOCH");
    check_error(|| Duration::ZERO, &(u64::MAX, 1_000_000_000_u32), "overflow deserializing Duration");
    check_error(|| UNIX_EPOCH, &(u64::MAX, u32::MAX), "overflow deserializing SystemTime epoch offset");
    check_error(|| UNIX_EPOCH, &(u64::MAX, 0), "overflow deserializing SystemTime");
    // More nanoseconds than a second has are taken.
    for format in FORMATS {
        let told = told_of_state(|| Duration::ZERO, format, &(1_u64, u32::MAX));
        assert!(told.unwrap().contains("5.294967295s"));
        told_of_state(|| UNIX_EPOCH, format, &(1_u64, u32::MAX)).unwrap();
    }
}

/// The numbers that are out of range are the nearest ones, where a format has them.
#[test]
fn what_saturates() {
    let told = told_of_state(|| Saturating(1_u8), Format::Json, &300);
    assert!(told.unwrap().contains("255"));
}

#[test]
fn pointers_and_wrappers() {
    check!(
        Arc::new((1_u64, 2_u64)),
        Arc::<[(u8, String)]>::from([(1, "one".to_owned())]),
        Arc::<[u8]>::from([1, 2, 3]),
        Box::<[u64]>::from([1, 2, 300]),
        Box::<[()]>::from([(); 3]),
        Mutex::new(vec![1_u8, 2]),
        RwLock::new((1_u64, 2_u64, 3_u64)),
        Reverse((1_u64, 2_u8)),
        Reverse(1.5_f64),
        Wrapping([1_u8; 3]),
    );
    // There is no erased form of it.
    check_known(|| Cow::<'static, (u64, Vec<u8>)>::Owned((1, vec![2])));
    // What may be absent behind a wrapper may be so in an erased form too.
    check!(Arc::new(Some(vec![1_u8])), RwLock::new(Some((1_u64, 2_u64))), Reverse(Some(vec![1_u8])));
    // Levels of what is of fixed size, without an option that is as deep.
    let elements = || vec![Wrapping([1_u8; 3]); 9];
    Twins::exact(&direct::Alone(elements()), &by_serde::Alone(elements())).brief().check();
    // JSON has no form for the option of such a one.
    check_limits(|| PhantomData::<String>, &BINARY);
    check_limits(|| vec![PhantomData::<String>; 9], &FORMATS);
}

fn poison(panics: impl FnOnce() + Send + 'static) {
    assert!(std::thread::spawn(panics).join().is_err());
}

#[test]
fn a_poisoned_lock_is_refused() {
    let mutex = || {
        let mutex = Arc::new(Mutex::new(1_u8));
        let other = Arc::clone(&mutex);
        poison(move || drop(other.lock().map(|_guard| panic!("on purpose"))));
        mutex
    };
    let lock = || {
        let lock = Arc::new(RwLock::new(1_u8));
        let other = Arc::clone(&lock);
        poison(move || drop(other.write().map(|_guard| panic!("on purpose"))));
        lock
    };
    check_refused(&mutex, "lock poison error while serializing");
    check_refused(&lock, "lock poison error while serializing");
}

#[test]
fn ranges_and_bounds() {
    check!(1_u64..300, 1_u64..=300, 1_u8.., ..300_u16, (1_u16, 2_u8)..=(300, 4));
    check!(Bound::Included(1_u64), Bound::<u8>::Unbounded, Bound::Excluded("text".to_owned()));
    check_error(|| Bound::Included(1_u8), &3_u32, "expected `Unbounded`, `Included` or `Excluded`");
}

#[test]
fn results() {
    check!(Ok::<_, String>(1_u64), Err::<u64, _>("an error".to_owned()), [Ok(1_u8), Err(())], Err::<u8, _>([1_u64; 3]));
    check_error(|| Ok::<u8, u8>(1), &2_u32, "expected `Ok` or `Err`");
}

#[portable(id = "acme::Refused")]
struct Refused(String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "refused: {}", self.0)
    }
}

impl std::error::Error for Refused {}

#[test]
fn failures() {
    fn typed() -> Failure {
        Failure::from(Refused("no room".to_owned()))
    }
    check!(typed(), Failure::text_of(&"one".parse::<u8>().unwrap_err()));
    let messages = |count: usize, length: usize| vec!["m".repeat(length); count];
    for (count, length, says) in
        [(9, 1, "more than 8 messages"), (0, 1, "has no message"), (8, 1025, "more than 1024 bytes")]
    {
        for format in BINARY {
            let told = told_of_state(typed, format, &(messages(count, length), None::<u8>));
            assert!(told.clone().unwrap_err().0.contains(says), "{told:?}");
        }
    }
    assert!(told_of_state(typed, Format::Bincode, &(messages(8, 1024), None::<u8>)).is_ok());
}

#[test]
fn addresses() {
    const V4: Ipv4Addr = Ipv4Addr::LOCALHOST;
    const V6: Ipv6Addr = Ipv6Addr::new(1, 2, 3, 4, 5, 6, 7, 0xffff);
    check!(V4, V6, SocketAddrV4::new(V4, 8080), SocketAddrV6::new(V6, 8080, 0, 0));
    check!([IpAddr::V4(V4), IpAddr::V6(V6)], SocketAddr::from((V4, 80)), SocketAddr::from((V6, 8080)));
    check_error(|| IpAddr::V4(V4), &2_u32, "expected `V4` or `V6`");
    check_error(|| SocketAddr::from((V4, 80)), &2_u32, "expected `V4` or `V6`");
}

#[test]
fn collections() {
    check!(
        VecDeque::from([1_u64, 300]),
        LinkedList::from(["one".to_owned(), "two".to_owned()]),
        BTreeSet::from([Reverse(1_u16), Reverse(300)]),
        BTreeMap::from([(1_u8, 300_u64), (2, 0)]),
        BinaryHeap::from([7_u16]),
        Box::<Path>::from(Path::new("a/b")),
    );
    check!(AtomicU64::new(300), [AtomicI16::new(-300), AtomicI16::new(1)], AtomicBool::new(true));
    // In a set or a map of more elements than one, which a damaged length makes, their order is random.
    check_limits(|| HashSet::from([7_u16]), &FORMATS);
    check_limits(|| HashMap::from([(7_u16, vec![1_u8])]), &FORMATS);
}

/// The erased forms of generic types of std, with an argument that `make` makes.
#[track_caller]
fn check_erased<T: Portable + Clone>(make: fn() -> T) {
    for (one, other) in direct::within(make).into_iter().zip(by_serde::within(make)) {
        Twins::any(&*one, &*other).brief().check();
    }
}

#[test]
fn arguments_that_fit_a_box() {
    check_erased(|| 1_u8);
    check_erased(|| (1_u8, 300_u64));
}

#[test]
fn arguments_that_are_options_and_arrays() {
    check_erased(|| Some(1_u32));
    check_erased(|| [300_u128; 3]);
}

#[test]
fn shared_trait_objects() {
    let (one, other) = (direct::shared(), by_serde::shared());
    let twins = Twins::exact(&one, &other).brief();
    for format in FORMATS {
        let codec = Codec::default().format(format).checksum(false);
        twins.check_bytes(&codec);
        twins.check_limits(&codec);
    }
}

/// A value that stands for its one field is charged as that, whatever it holds besides.
#[test]
fn what_is_transparent() {
    Twins::exact(&direct::thin(), &by_serde::thin()).brief().check();
}
