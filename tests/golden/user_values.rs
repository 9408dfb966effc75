//! Values of the user types: generics, enums, recursion, bounds, lists, aliases and nested trait objects. Imports
//! `samples`, `types`.

use crate::samples::Samples;
use crate::types::*;
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::sync::Arc;
use typeport::{Failure, Format, Value};

/// What restricts itself with `#[portable(format = "json")]`.
const JSON: &[Format] = &[Format::Json];

pub fn add(samples: &mut Samples) {
    structs(samples);
    enums(samples);
    recursive(samples);
    bounded_and_listed(samples);
    renamed(samples);
    nested(samples);
    json_only(samples);
    failures(samples);
}

fn foo(a: i64, b: &str) -> Foo {
    Foo { a, b: b.to_owned() }
}

fn one<T>(value: T) -> One<T> {
    One { value }
}

fn node(value: i64) -> Box<dyn Node> {
    Box::new(one(value))
}

fn structs(samples: &mut Samples) {
    samples.add(Unit);
    samples.add(Empty {});
    samples.add(foo(-300, "foo"));
    samples.add(Newtype("x".to_owned()));
    samples.add(Tuple(1_u8, -5_i64, vec![2, 3]));
    samples.add(one(7_i64));
    samples.add(one(vec![foo(1, "a"), foo(2, "b")]));
    samples.add(one(Some((1_u16, "pair".to_owned()))));
    samples.add(one([[1_u8, 2], [3, 4]]));
    samples.add(one(one(Newtype(BTreeMap::from([("k".to_owned(), 1.5_f64)])))));
    samples.add(Two { a: vec!["x".to_owned()], b: Some(2_u32) });
    samples.add(Two::<u8, One<Foo>> { a: vec![], b: Some(one(foo(1, ""))) });
    samples.add(Two::<Vec<Option<i64>>, ()> { a: vec![vec![None, Some(1)]], b: None });
    samples.add(Marked::<Foo> { id: 300, marker: PhantomData });
    samples.add(vec![foo(1, "a"), foo(2, "b")]);
    samples.add(Some(one(true)));
    samples.add((foo(1, "a"), one('c')));
}

fn enums(samples: &mut Samples) {
    samples.add(Choice::<u8>::Unit);
    samples.add(Choice::Newtype("x".to_owned()));
    samples.add(Choice::Tuple(300_u16, 2));
    samples.add(Choice::Struct { value: 1_i64, other: Some(Box::new(Choice::Tuple(2, 3))) });
    samples.add(Choice::<u8>::EmptyTuple());
    samples.add(Choice::<u8>::EmptyStruct {});
    samples.add(Either::<u8, String>::Neither);
    samples.add(Either::<Foo, i64>::Left(foo(1, "left")));
    samples.add(Either::Both { left: vec![1_u8], right: Box::new(Choice::Newtype(2_i64)) });
}

fn recursive(samples: &mut Samples) {
    let leaf = |value: &str| Tree { value: value.to_owned(), children: vec![] };
    samples.add(Tree { value: "root".to_owned(), children: vec![leaf("a"), leaf("b")] });
    samples.add(Tree { value: Some(1_u8), children: vec![Tree { value: None, children: vec![] }] });
    let odd = Odd { values: BTreeMap::from([("k".to_owned(), 2_u8)]), even: vec![Even { value: 3, odd: None }] };
    samples.add(Even { value: 1_u8, odd: Some(Box::new(odd)) });
    samples.add(Odd::<i64> { values: BTreeMap::new(), even: vec![Even { value: -1, odd: None }] });
}

fn bounded_and_listed(samples: &mut Samples) {
    let keys = BTreeSet::from(["b".to_owned(), "a".to_owned()]);
    samples.add(Sorted { by_key: BTreeMap::from([("a".to_owned(), 1_u8)]), keys });
    samples.add(Bounded { first: 1_u8, more: vec![2, 3] });
    samples.add(Bounded { first: foo(1, "f"), more: vec![foo(2, "g")] });
    samples.add(Bounded { first: Some(1_i64), more: vec![None] });
    samples.add(Sum { items: vec![1.5_f32, -2.0] });
    samples.add(Sum { items: vec![1_u8, 255] });
    samples.add(Matrix::<f64, 2, true, 'm'> { cells: vec![0.5; 2] });
    samples.add(Matrix::<u8, 3, false, '\''> { cells: vec![1, 2, 3] });
}

fn renamed(samples: &mut Samples) {
    samples.add(Renamed { value: 5_i64 });
    samples.add_former("golden::Former<i64>", Renamed { value: 5_i64 });
    samples.add_former("golden::One<golden::Former<Vec<u8>>>", one(Renamed { value: vec![1_u8] }));
    samples.add(Attributes { renamed: Some(1_u8), skipped: 0, in_camel_case: 300 });
    samples.add(Meters { value: 1.5_f64 });
}

fn nested(samples: &mut Samples) {
    samples.add(vec![Box::new(true) as Box<dyn Value>, Box::new(7_i64), Box::new(false)]);
    samples.add(vec![node(1), Box::new(foo(2, "b")), node(3)]);
    samples.add(Some(node(1)));
    samples.add(BTreeMap::from([("a".to_owned(), node(1)), ("b".to_owned(), Box::new(Unit))]));
    samples.add(one(node(1)));
    samples.add(one(Arc::new(one(2_u8)) as Arc<dyn Node>));
    samples.add(one(vec![Arc::new(5_i64) as Arc<dyn Value>]));
    samples.add(Two { a: vec![node(1)], b: Some(Box::new("x".to_owned()) as Box<dyn Value>) });
    samples.add((1_u8, Box::new(one(Box::new(one(true)) as Box<dyn Node>)) as Box<dyn Node>));
    samples.add(Ok::<Box<dyn Node>, String>(Box::new(Choice::Newtype(node(4)))));
    samples.add(Tree { value: node(1), children: vec![Tree { value: node(2), children: vec![] }] });
    let inner = Branch { value: 'i', left: Box::new(one(node(1))), others: vec![node(2)] };
    samples.add(Branch { value: 1_u8, left: Box::new(inner), others: vec![node(3), Box::new(Unit)] });
    samples.add(Everywhere {
        plain: node(1),
        many: vec![node(2), Box::new(foo(3, "c"))],
        by_name: BTreeMap::from([("k".to_owned(), node(4))]),
        maybe: Some(Box::new(one(node(5)))),
        shared: Arc::new(one("shared".to_owned())),
        any: Box::new(6_u16),
    });
}

fn json_only(samples: &mut Samples) {
    let rest = BTreeMap::from([("left".to_owned(), node(2))]);
    samples.add_in(JSON, Flat { id: 1, maybe: None, inner: one(1_u8), rest });
    samples.add_in(JSON, Tagged::A);
    samples.add_in(JSON, Tagged::B { b: 5 });
    samples.add_in(JSON, Adjacent::<u8>::FirstOne);
    samples.add_in(JSON, Adjacent::Second("x".to_owned()));
    samples.add_in(JSON, Adjacent::Third { left: 1_i64, right: 2 });
}

/// A carried value is written in its own format, and only that format is compared.
fn failures(samples: &mut Samples) {
    let typed = || Failure::from(Broken { step: 3, why: foo(1, "x") });
    samples.add(Failure::from("plain text"));
    samples.add(Err::<i64, _>(Failure::text_of(&typed())));
    for format in [&[Format::Postcard], &[Format::Bincode], &[Format::Json]] {
        samples.add_in(format, typed());
        samples.add_in(format, one(vec![Err::<u8, _>(typed()), Ok(1)]));
    }
}
