//! The laws of decoding, asserted on bytes from anywhere. Imports `types` and typeport only.

use crate::types::Base;
use typeport::{Codec, Envelope, Error, Portable, TypeRef, Value};

/// The origins that may ever be built, besides those of the crate's own types.
const STD: &[&str] = &[
    "()",
    "[]",
    "[;]",
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "Bound",
    "Box",
    "CString",
    "Cow",
    "Duration",
    "HashMap",
    "HashSet",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "LinkedList",
    "Mutex",
    "NonZero",
    "Option",
    "OsString",
    "PathBuf",
    "PhantomData",
    "Range",
    "RangeFrom",
    "RangeInclusive",
    "RangeTo",
    "Result",
    "Reverse",
    "RwLock",
    "Saturating",
    "SocketAddr",
    "SocketAddrV4",
    "SocketAddrV6",
    "String",
    "SystemTime",
    "Vec",
    "VecDeque",
    "Wrapping",
    "bool",
    "char",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "str",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
    "usize",
];
const OURS: &[&str] = &["Bounded", "Either", "Foo", "Kind", "One", "Sort", "Sorted", "Stranger", "Tree", "Two"];
const INTERFACES: &[&str] = &["dyn typeport::Value", "dyn typeport_fuzz::Base", "dyn typeport_fuzz::Scorable"];
/// What is a member of `Base`.
const MEMBERS: &[&str] = &["Bounded", "Either", "Foo", "Kind", "One", "Sorted", "Tree", "Two"];

fn own(origin: &str, names: &[&str]) -> bool {
    origin.strip_prefix("typeport_fuzz::").is_some_and(|name| names.contains(&name))
}

/// Whether a node of a type name is a constant, which is an argument and no type.
pub(crate) fn is_constant(name: TypeRef<'_>) -> bool {
    let text = name.as_str();
    matches!(text, "true" | "false") || text.starts_with(|first: char| matches!(first, '-' | '\'' | '0'..='9'))
}

/// Asserts that all origins of a name are on the list of what may be built.
#[track_caller]
pub(crate) fn assert_allowed(name: TypeRef<'_>) {
    let origin = name.origin();
    let known = STD.contains(&origin) || INTERFACES.contains(&origin) || own(origin, OURS);
    assert!(known || is_constant(name), "{origin} was built, and nothing allows it");
    name.args().for_each(assert_allowed);
}

/// Asserts that a message can be shown on a terminal and in a log.
#[track_caller]
pub(crate) fn assert_printable(message: &str) {
    let shown = |character: char| (' '..='~').contains(&character) || character.is_alphanumeric();
    assert!(message.chars().all(shown), "{message:?} is not printable");
    assert!(message.len() < 32 << 10, "a message of {} bytes", message.len());
}

#[track_caller]
fn assert_sound(error: &Error) {
    assert_printable(&error.to_string());
    assert_printable(&format!("{error:?}"));
    assert!(!error.is_ambiguous() && !error.is_io(), "{error}");
}

/// What is seen of a value: name, debug output.
fn seen(value: &impl Value) -> (String, String) {
    (value.type_name().to_string(), format!("{value:?}"))
}

/// Decodes, and asserts that what was decoded stays as it is: its own encoding decodes to the same, and so on.
///
/// The bytes may be any; a state need not be canonical. Ours is.
fn check<T: Portable>(bytes: &[u8]) -> Option<T> {
    let codec = Codec::default();
    let value = match codec.from_slice::<T>(bytes) {
        Ok(value) => value,
        Err(error) => {
            assert_sound(&error);
            return None;
        }
    };
    let envelope = Envelope::parse(bytes).expect("it was decoded");
    let codec = codec.format(envelope.format());
    let own = match codec.to_vec(&value) {
        Ok(own) => own,
        Err(error) => panic!("{} was decoded and cannot be encoded: {error}", value.type_name()),
    };
    assert!(own.len() <= 64 * bytes.len() + (1 << 20), "{} bytes became {}", bytes.len(), own.len());
    let again: T = match codec.from_slice(&own) {
        Ok(again) => again,
        // Bytes that are no more canonical can be more, and so earn more memory.
        Err(error) if error.is_limit() && own.len() < bytes.len() => return Some(value),
        Err(error) => panic!("{}: its own encoding cannot be decoded: {error}", value.type_name()),
    };
    assert_eq!(seen(&again), seen(&value), "decoded again");
    assert_eq!(codec.to_vec(&again).ok().as_deref(), Some(&own[..]), "{}: not a fixed point", value.type_name());
    let reparsed = Envelope::parse(&own).expect("it was decoded");
    assert_allowed(reparsed.type_name().as_ref());
    for nested in reparsed.nested() {
        assert_allowed(nested.name.parse::<typeport::TypeName>().expect("it was parsed").as_ref());
    }
    Some(value)
}

/// Decodes as a member of `Base`.
pub(crate) fn check_base(bytes: &[u8]) {
    if let Some(value) = check::<Box<dyn Base>>(bytes) {
        assert_member(&*value);
    }
}

/// Decodes as a list of members of `Base`.
pub(crate) fn check_bases(bytes: &[u8]) {
    let values = check::<Vec<Box<dyn Base>>>(bytes);
    values.iter().flatten().for_each(|value| assert_member(&**value));
}

fn assert_member(value: &dyn Base) {
    let name = value.type_name();
    assert!(own(name.origin(), MEMBERS), "{name} is no member of Base");
    value.weight();
}

/// Decodes as any value.
pub(crate) fn check_value(bytes: &[u8]) {
    check::<Box<dyn Value>>(bytes);
}

/// Decodes into the type itself and as any value, and asserts that both say the same.
///
/// The native value is the one that the erased value becomes when it is asked to; a map of erased keys keeps the order
/// that came, so their own bytes are compared only then.
pub(crate) fn check_exact<T: Portable>(bytes: &[u8]) {
    let codec = Codec::default();
    let (native, erased) = (check::<T>(bytes), codec.from_slice::<Box<dyn Value>>(bytes));
    let (native, erased) = match (native, erased) {
        (Some(native), Ok(erased)) => (native, erased),
        (None, Err(_)) => return,
        // The two do not have the same size in memory, or the same depth.
        (Some(_), Err(error)) if error.is_limit() => return,
        // The README says so: an erased argument has to be there, where a native `Option` may be left out of JSON.
        (Some(_), Err(error)) if error.to_string().contains("missing field") => return,
        (Some(native), Err(error)) => panic!("{}: native only: {error}", native.type_name()),
        (None, Ok(erased)) => match codec.from_slice::<T>(bytes) {
            Err(error) if error.is_limit() => return,
            error => panic!("{}: erased only: {error:?}", erased.type_name()),
        },
    };
    let exact: T = typeport::to_exact(&*erased).expect("it was asked for by its own name");
    assert_eq!(seen(&exact), seen(&native), "native and erased");
    assert_eq!(codec.to_vec(&exact).ok(), codec.to_vec(&native).ok(), "native and erased");
}
