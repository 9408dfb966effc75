//! Which errors an item has, by their ids.

use std::collections::BTreeSet;

use super::declarations::DECLARATIONS;
use crate::errors::{Errors, attribute_codes, derive_codes, positional_codes};
use crate::interface::Interface;
use crate::item::Item;
use crate::member::Member;
use crate::{check, check_impl, check_trait};

/// Items under `#[derive(Portable)]`, and the numbers of their errors.
pub const TYPES: &[(&str, &str)] = &[
    ("struct A;", ""),
    ("#[portable(idd = \"a::B\")] struct A;", "001"),
    ("enum A { #[portable(id = \"a::B\")] B }", "001"),
    ("#[portable] struct A;", "002"),
    ("#[portable(id = \"a::B\", alias = \"a::B\")] struct A;", "003"),
    ("#[portable(alias = \"a::B\", alias = \"a::B\")] struct A;", "003"),
    ("#[portable(alias = \"a::B\", alias = \"a::C\")] struct A;", ""),
    ("#[portable(id = \"A\")] struct A;", "004"),
    ("struct Größe;", "004"),
    ("#[portable(id = \"a::Groesse\")] struct Größe;", ""),
    ("struct r#type;", ""),
    ("#[portable(specialize(A<i64>))] struct A;", "005"),
    ("#[portable(specialize())] struct A<T>(T);", "005"),
    ("#[portable(specialize(A<3>))] struct A<const N: usize>;", ""),
    ("#[portable(as_failure, id = \"a::A\", alias = \"a::B\", bound = \"T: X\")] struct A<T>(T);", "006 006 006"),
    ("#[portable(as_failure, format = \"json\", specialize(A<u8>), unknown)] struct A<T>(T);", "006 006 006"),
    ("#[portable(as_failure, crate = \"a\")] #[serde(tag = \"t\")] enum Größe { A }", ""),
    ("#[portable(as_failure)] struct A<'a>(&'a str);", "011"),
    ("union A { a: u8 }", "010"),
    ("struct A<'a>(&'a str);", "011"),
    ("struct A<const N: Size>;", "012"),
    ("struct A<const B: bool, const C: char, const I: i8, const U: ::core::primitive::u8>;", ""),
    ("#[serde(remote = \"B\")] struct A;", "013"),
    ("struct A { #[serde(rename(serialize = \"b\", deserialize = \"c\"))] a: u8 }", "014"),
    ("struct A { #[serde(rename(deserialize = \"c\"))] a: u8 }", "014"),
    ("struct A { #[serde(rename(serialize = \"b\", deserialize = \"b\"))] a: u8 }", ""),
    ("#[serde(rename_all(serialize = \"lowercase\"))] enum A { #[serde(rename(serialize = \"b\"))] B }", "014 014"),
    ("#[serde(from = \"B\")] struct A;", "015"),
    ("#[serde(into = \"B\")] struct A;", "015"),
    ("#[serde(try_from = \"B\", into = \"C\")] struct A;", "015"),
    ("#[serde(try_from = \"Vec<B>\", into = \"Vec < B >\")] struct A;", ""),
    ("#[portable(format = \"json\")] struct A { #[serde(flatten)] a: Option<u8> }", "016"),
    ("struct A { #[serde(flatten, default)] a: ::core::option::Option<u8> }", "016 020"),
    ("#[portable(format = \"json\")] enum A<T> { B { #[serde(flatten)] a: (Option<T>), b: Option<T> } }", "016"),
    (
        "#[portable(format = \"json\")] struct A { #[serde(flatten, with = \"w\")] a: Option<u8>, \
         #[serde(flatten, skip_deserializing)] b: Option<u8>, #[serde(flatten)] c: Vec<Option<u8>> }",
        "",
    ),
    ("struct A { a: &'static str, b: Option<&'static [u8]>, c: Vec<(u8, &'static dyn B)> }", "017 017 017"),
    (
        "struct A { #[serde(skip)] a: &'static str, #[serde(with = \"m\")] b: &'static str, c: PhantomData<&'static u8> }",
        "",
    ),
    ("struct A { a: fn(&str) -> u8, b: Cow<'static, str>, c: Vec<PhantomData<&'static u8>> }", ""),
    ("struct A { a: Rc<u8>, b: Vec<std::rc::Rc<str>>, #[serde(skip)] c: Rc<u8>, d: Rc }", "018 018"),
    ("struct A { #[serde(flatten)] a: u8 }", "020"),
    ("#[serde(untagged)] enum A { B }", "021"),
    ("enum A { #[serde(untagged)] B }", "021"),
    ("#[serde(tag = \"t\")] enum A { B }", "022"),
    ("#[serde(tag = \"t\")] struct A { a: u8 }", "022"),
    ("#[serde(tag = \"t\", content = \"c\")] enum A { B }", "022"),
    ("struct A { #[serde(skip_serializing_if = \"Option::is_none\")] a: u8 }", "023"),
    ("struct A { #[serde(skip_serializing)] a: u8, #[serde(skip_deserializing)] b: u8 }", "024 024"),
    ("struct A { #[serde(skip)] a: u8, #[serde(skip_serializing, skip_deserializing)] b: u8 }", ""),
    ("enum A { B, #[serde(other)] C }", "025"),
    ("enum A { #[serde(skip)] B, C }", "026"),
    ("enum A { B, #[serde(skip)] C, #[serde(skip)] D }", ""),
    ("struct A { #[serde(serialize_with = \"s\")] a: u8, #[serde(deserialize_with = \"d\")] b: u8 }", "027 027"),
    ("struct A { #[serde(with = \"w\")] a: u8, #[serde(serialize_with = \"s\", deserialize_with = \"d\")] b: u8 }", ""),
    (
        "#[portable(idd = \"x\", id = \"x\")] #[serde(untagged)] enum A<'a> { B { #[serde(flatten)] c: &'a str } }",
        "001 004 011 020 021",
    ),
    ("#[serde(rename = 7, nonsense, default = \"d\", bound(serialize = \"T: X\"), crate = \"s\")] struct A;", ""),
];

pub const TRAITS: &[(&str, &str)] = &[
    ("trait A { fn a(&self); fn b(&mut self) {} fn c(self: Box<Self>); }", ""),
    ("trait A: B + Debug + Display + Error + Send + 'static {}", ""),
    ("trait Größe {}", "004"),
    ("trait A<T> {}", "040"),
    ("trait A<'a, const N: usize> {}", "040"),
    ("trait A { type B; const C: u8; }", "041 042"),
    ("trait A { fn a<T>(&self, b: T); }", "043"),
    ("trait A { fn a(&self, b: impl Debug); fn b(&self) -> impl Debug; }", "043 043"),
    ("trait A { fn a<'a>(&'a self, b: &'a str) -> &'a str; }", ""),
    ("trait A { fn a() -> u8; }", "044"),
    ("trait A { fn a(self); fn b(self: Rc<Self>); fn c(self: Pin<&mut Self>); }", "045 045 045"),
    ("unsafe trait A { unsafe fn a(&self); }", "046 046"),
    ("auto trait A {}", "046"),
    ("trait A { async fn a(&self); }", "047"),
    ("#[async_trait::async_trait] trait A { async fn a(&self); }", ""),
    ("trait A { fn __a(&self); }", "048"),
    ("trait A { fn a(&self, b: &Self) -> Option<Self>; }", "049"),
    ("trait A: Clone + PartialEq + Sized + ?Sized {}", "050 050 050"),
    ("trait A { a!(); }", "051"),
    ("trait A { fn a<T>(self) -> Self where Self: Sized; async fn b() where Self: Sized; }", ""),
];

pub const IMPLS: &[(&str, &str)] = &[
    ("impl A for B {}", ""),
    ("impl<T: A + Clone, U> A for B<T, Vec<(U, [U; 3])>> {}", ""),
    ("impl B {}", "030"),
    ("impl<T: Copy> A for B<T> {}", "031"),
    ("impl<T: A + C, U: Default> A for B<T, U> {}", "031"),
    ("impl<const N: usize> A for B<N> {}", "031"),
    ("impl<T: A> A for B<T::C> {}", "031"),
    ("impl<T> A for B<<T as C>::D> {}", "031"),
    ("unsafe impl A for B {}", "032"),
    ("impl !A for B {}", "032"),
    ("impl A<i64> for B {}", "033"),
    ("impl<T> A for T {}", "034"),
    ("impl<T> A for Vec<T> {}", ""),
    ("impl<'a> A for B<'a> {}", "035"),
    ("impl A for B<'_> {}", "035"),
    ("impl A for &'static B {}", "035"),
    ("impl A for B<&'static str> {}", ""),
    ("impl<'a, T: Copy> A<T> for B<'a, T> {}", "033 035 031"),
];

#[track_caller]
fn check(source: &str, expected: &str, find: fn(&mut Errors, &str)) {
    let mut errors = Errors::new();
    find(&mut errors, source);
    assert_eq!(errors.into_ids().join(" "), expected, "{source}");
}

fn find_in_type(errors: &mut Errors, source: &str) {
    let item = Item::parse(errors, syn::parse_str(source).expect("a type"));
    check::check(errors, &item);
}

fn find_in_trait(errors: &mut Errors, source: &str) {
    let interface = Interface::parse(errors, Default::default(), syn::parse_str(source).expect("a trait"));
    check_trait::check(errors, &interface);
}

fn find_in_impl(errors: &mut Errors, source: &str) {
    let member = Member::parse(errors, Default::default(), syn::parse_str(source).expect("an impl"));
    check_impl::check(errors, &member);
}

/// The numbers of the errors that the attribute reports on an item of any kind.
pub fn ids_of_declaration(arguments: &str, source: &str) -> String {
    let expansion = crate::expand_attribute(arguments.parse().expect("tokens"), source.parse().expect("tokens"));
    let text = expansion.to_string();
    text.split("(TP").skip(1).map(|rest| &rest[..3]).collect::<Vec<_>>().join(" ")
}

#[test]
fn types_are_refused_for_these_reasons_only() {
    TYPES.iter().for_each(|(source, expected)| check(source, expected, find_in_type));
}

#[test]
fn json_lifts_what_positional_formats_refuse() {
    for (source, ids) in TYPES.iter().filter(|(_, ids)| ids.starts_with("02")) {
        check(&format!("#[portable(format = \"json\")] {source}"), "", find_in_type);
        assert!(ids.split(' ').all(|id| ("020".."030").contains(&id)), "{source}");
    }
}

#[test]
fn traits_are_refused_for_these_reasons_only() {
    TRAITS.iter().for_each(|(source, expected)| check(source, expected, find_in_trait));
}

#[test]
fn impls_are_refused_for_these_reasons_only() {
    IMPLS.iter().for_each(|(source, expected)| check(source, expected, find_in_impl));
}

#[test]
fn a_list_of_specializations_stands_in_for_erasure() {
    let mut errors = Errors::new();
    let item = syn::parse_str("impl<T: Copy> A for Sum<T> {}").expect("an impl");
    let member = Member::parse(&mut errors, "specialize(Sum<i64>)".parse().expect("tokens"), item);
    check_impl::check(&mut errors, &member);
    assert_eq!(errors.into_ids(), [""; 0]);
}

#[test]
fn anything_but_a_type_trait_or_impl_is_refused() {
    for source in ["type A = u8;", "macro_rules! a {}", "fn a() {}", "mod a {}", "const A: u8 = 1;"] {
        let expansion = crate::expand_attribute(Default::default(), source.parse().expect("tokens")).to_string();
        assert!(expansion.contains("(TP060)"), "{expansion}");
    }
}

const LIB: &str = include_str!("../lib.rs");

#[test]
fn every_key_is_documented() {
    for table in ["on_type", "on_declaration", "on_field", "on_trait", "on_impl"] {
        assert!(LIB.contains(&format!("#[doc = attr::{table}!()]")), "{table}");
    }
}

/// The ids that the tables produce, those of the documentation and those of the enum are the same.
#[test]
fn every_id_is_documented_and_produced() {
    let tables = [TYPES, TRAITS, IMPLS].concat();
    let declared = DECLARATIONS.iter().map(|(_, _, ids)| ids);
    let ids = tables.iter().map(|(_, ids)| ids).chain(declared);
    let of_items = ids.flat_map(|ids| ids.split_whitespace()).chain(["060"]);
    let produced: BTreeSet<String> = of_items.map(str::to_owned).collect();
    let tables = [
        ("derive_codes", derive_codes!()),
        ("positional_codes", positional_codes!()),
        ("attribute_codes", attribute_codes!()),
    ];
    let documented = tables.iter().filter(|(name, _)| LIB.contains(&format!("#[doc = errors::{name}!()]")));
    let rows = documented.flat_map(|(_, rows)| rows.lines()).filter_map(|line| line.strip_prefix("| TP"));
    let documented: BTreeSet<String> = rows.map(|row| row[..3].to_owned()).collect();
    let ids = include_str!("../errors.rs").lines().filter_map(|line| line.trim_start().strip_prefix("TP"));
    let defined: BTreeSet<String> = ids.map(|id| id[..3].to_owned()).collect();
    assert_eq!(produced, documented);
    assert_eq!(defined, documented);
}
