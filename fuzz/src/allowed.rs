//! The types that a decode may build. Imports typeport only.

use typeport::TypeRef;

/// The origins of std. INVARIANT: sorted, as it is searched by halves.
const STD: &[&str] = &[
    "()",
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
    "[;]",
    "[]",
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
const OURS: &[&str] = &[
    "Arrays",
    "Bounded",
    "Broken",
    "Compounds",
    COURIER,
    "Either",
    "Foo",
    "Kind",
    "Kinds",
    "Numbers",
    "One",
    "Sort",
    "Sorted",
    "Stranger",
    "Tree",
    "Two",
    FAILURE,
];
/// It has places for what may not be known.
const COURIER: &str = "Courier";
/// It carries an error of any type, undecoded.
const FAILURE: &str = "typeport::Failure";
const INTERFACES: &[&str] = &["dyn typeport::Value", "dyn typeport_fuzz::Base", "dyn typeport_fuzz::Scorable"];
/// What is a member of `Base`.
const MEMBERS: &[&str] = &["Bounded", COURIER, "Either", "Foo", "Kind", "One", "Sorted", "Tree", "Two"];

fn own(origin: &str, names: &[&str]) -> bool {
    let name = origin.strip_prefix("typeport_fuzz::").or((origin == FAILURE).then_some(origin));
    name.is_some_and(|name| names.contains(&name))
}

/// Whether a value of a type may carry what nothing here knows.
pub(crate) fn may_carry(name: TypeRef<'_>) -> bool {
    name.origin() == FAILURE || own(name.origin(), &[COURIER]) || name.args().any(may_carry)
}

/// Whether a node of a type name is a constant, which is an argument and no type.
pub(crate) fn is_constant(name: TypeRef<'_>) -> bool {
    let text = name.as_str();
    matches!(text, "true" | "false") || text.starts_with(|first: char| matches!(first, '-' | '\'' | '0'..='9'))
}

/// Asserts that all origins of a name are on the list of what may be built.
#[track_caller]
pub(crate) fn assert_allowed(name: TypeRef<'_>) {
    assert!(is_of(name, OURS), "{name} was built, and nothing allows it");
}

/// Whether all origins of a name are of std, or ours by one of these names.
pub(crate) fn is_of(name: TypeRef<'_>, ours: &[&str]) -> bool {
    let origin = name.origin();
    let known = STD.binary_search(&origin).is_ok() || own(origin, ours) || INTERFACES.contains(&origin);
    (known || is_constant(name)) && name.args().all(|argument| is_of(argument, ours))
}

/// Whether a type is one that implements `Base`.
pub(crate) fn is_member(name: TypeRef<'_>) -> bool {
    own(name.origin(), MEMBERS)
}

#[test]
fn the_list_of_std_is_sorted() {
    assert!(STD.is_sorted());
}
