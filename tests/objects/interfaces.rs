//! Interfaces: every kind of method, supertrait, impl and pattern, through native and erased members. One file, though a long
//! one: all cases share one set of types, and one registry.
#![cfg(all(feature = "derive", feature = "postcard"))]

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::ops::Add;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use typeport::{Portable, Registry, Resolution, Value, portable, specialize};

/// Decodes `value` as a trait object; it is erased unless `T` was listed.
#[track_caller]
fn crossed<T, I>(value: &T, resolution: Resolution) -> Box<I>
where
    T: Portable,
    I: typeport::Interface + ?Sized,
    Box<I>: Portable,
{
    let bytes = typeport::to_vec(value).unwrap();
    let any: Box<I> = typeport::from_slice(&bytes).unwrap();
    assert_eq!(any.type_name(), value.type_name());
    assert_eq!(Registry::global().resolve(&any.type_name()), resolution, "{}", any.type_name());
    assert_eq!(typeport::to_vec(&*any).unwrap(), bytes);
    any
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Cell<T> {
    value: T,
    count: u32,
}

fn cell<T>(value: T) -> Cell<T> {
    Cell { value, count: 1 }
}

#[portable]
trait Methods {
    fn shared(&self) -> u32;
    fn unique(&mut self, by: u32) -> u32;
    fn owned(self: Box<Self>) -> String;
    fn default(&self) -> String {
        format!("default of {}", self.type_name())
    }
    fn overridden(&self) -> &'static str {
        "not overridden"
    }
    fn lends<'a>(&'a self, other: &'a str) -> &'a str;
    fn takes(&self, _: u8, (left, right): (u8, u8), words: &[&str]) -> usize {
        usize::from(left) + usize::from(right) + words.len()
    }
    fn sized(&self) -> usize
    where
        Self: Sized,
    {
        std::mem::size_of::<Self>()
    }
    fn generic<F: Fn(&Self) -> u32>(&self, f: F) -> u32
    where
        Self: Sized,
    {
        f(self)
    }
}

#[portable]
impl<T: Portable> Methods for Cell<T> {
    fn shared(&self) -> u32 {
        self.count
    }
    fn unique(&mut self, by: u32) -> u32 {
        self.count += by;
        self.count
    }
    fn owned(self: Box<Self>) -> String {
        format!("{:?} x {}", self.value, self.count)
    }
    fn overridden(&self) -> &'static str {
        "overridden"
    }
    fn lends<'a>(&'a self, other: &'a str) -> &'a str {
        if self.count > 1 { "own" } else { other }
    }
}

/// A bound that is the interface with all kinds of methods: `Erased` delegates each.
#[derive(Debug, Serialize, Deserialize, Portable)]
struct Through<T> {
    inner: T,
}

#[portable]
impl<T: Methods> Methods for Through<T> {
    fn shared(&self) -> u32 {
        self.inner.shared()
    }
    fn unique(&mut self, by: u32) -> u32 {
        self.inner.unique(by)
    }
    fn owned(self: Box<Self>) -> String {
        Box::new(self.inner).owned()
    }
    fn default(&self) -> String {
        format!("through {}", self.inner.default())
    }
    fn overridden(&self) -> &'static str {
        self.inner.overridden()
    }
    fn lends<'a>(&'a self, other: &'a str) -> &'a str {
        self.inner.lends(other)
    }
}

#[track_caller]
fn check_methods(mut any: Box<dyn Methods>, default: &str, owned: &str) {
    assert_eq!(any.shared(), 1);
    assert_eq!(any.lends("other"), "other");
    assert_eq!(any.unique(2), 3);
    assert_eq!(any.shared(), 3);
    assert_eq!(any.lends("other"), "own");
    assert_eq!(any.default(), default);
    assert_eq!(any.overridden(), "overridden");
    assert_eq!(any.takes(0, (2, 3), &["a"]), 6);
    assert_eq!(any.owned(), owned);
}

#[test]
fn every_kind_of_method_is_delegated() {
    let default = "default of typeport::Cell<Vec<String>>";
    let any: Box<dyn Methods> = crossed(&cell(vec!["x".to_owned()]), Resolution::Erased);
    check_methods(any, default, "[\"x\"] x 3");
    let through = Through { inner: cell(vec!["x".to_owned()]) };
    assert!(through.sized() > 0 && through.generic(Methods::shared) == 1);
    let any: Box<dyn Methods> = crossed(&through, Resolution::Erased);
    check_methods(any, &format!("through {default}"), "[\"x\"] x 3");
    let twice = Through { inner: Through { inner: cell(5_u8) } };
    let any: Box<dyn Methods> = crossed(&twice, Resolution::Erased);
    check_methods(any, "through through default of typeport::Cell<u8>", "5 x 3");
}

#[test]
fn a_changed_erased_value_encodes_and_downcasts_changed() {
    let mut any: Box<dyn Methods> = crossed(&cell(7_i64), Resolution::Erased);
    any.unique(4);
    let exact: Cell<i64> = typeport::to_exact(&*any).unwrap();
    assert_eq!(exact, Cell { value: 7, count: 5 });
    assert_eq!(typeport::to_vec(&any).unwrap(), typeport::to_vec(&exact).unwrap());
    assert_eq!(typeport::downcast::<Cell<i64>, _>(any).unwrap(), exact);
}

#[portable]
trait Remakes {
    fn remade(&self) -> Box<dyn Remakes>;
    fn take(&mut self, _: Box<dyn Remakes>) {}
}

#[portable]
impl<T: Portable + Clone> Remakes for Cell<T> {
    fn remade(&self) -> Box<dyn Remakes> {
        Box::new(Cell { value: self.value.clone(), count: 0 })
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
#[portable(id = "interfaces::Holder")]
struct Holder<T> {
    value: T,
    held: Option<Box<dyn Remakes>>,
}

#[portable]
impl<T: Portable + Clone> Remakes for Holder<T> {
    fn remade(&self) -> Box<dyn Remakes> {
        Box::new(cell(self.value.clone()))
    }
    fn take(&mut self, held: Box<dyn Remakes>) {
        self.held = Some(held);
    }
}

/// What an erased value makes of its own `T` keeps its name, in a value whose `T` is another type too.
#[test]
fn a_value_made_inside_of_an_erased_method_keeps_its_name_in_another_value() {
    let native = Holder { value: 1_u64, held: Some(cell(300_u32).remade()) };
    let any: Box<dyn Remakes> = crossed(&cell(300_u32), Resolution::Erased);
    assert_eq!(typeport::to_vec(&any.remade()).unwrap(), typeport::to_vec(&cell(300_u32).remade()).unwrap());
    let mut holder: Box<dyn Remakes> = crossed(&Holder { value: 1_u64, held: None }, Resolution::Erased);
    holder.take(any.remade());
    assert_eq!(typeport::to_vec(&*holder).unwrap(), typeport::to_vec(&native).unwrap());
}

#[portable]
trait Super: Debug + Display {
    fn level(&self) -> u8;
}

#[portable(id = "acme::Failing", alias = "acme::OldFailing")]
trait Failing: Super + Error {
    fn retry(&self) -> bool {
        self.level() < 2
    }
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("negative: {value:?}")]
struct Negative<T: Debug> {
    value: T,
    #[source]
    cause: Option<Reason>,
}

#[derive(Debug, thiserror::Error, Serialize, Deserialize, Portable)]
#[error("reason {0}")]
struct Reason(u8);

#[portable]
impl<T: Portable> Super for Negative<T> {
    fn level(&self) -> u8 {
        1
    }
}

#[portable]
impl<T: Portable> Failing for Negative<T> {}

#[portable]
impl Super for Reason {
    fn level(&self) -> u8 {
        self.0
    }
}

#[portable]
impl Failing for Reason {}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct Wrapped<T> {
    error: T,
}

#[portable]
impl<T: Failing> Methods for Wrapped<T> {
    fn shared(&self) -> u32 {
        u32::from(self.error.level()) + u32::from(self.error.retry())
    }
    fn unique(&mut self, _: u32) -> u32 {
        0
    }
    fn owned(self: Box<Self>) -> String {
        format!("{} from {:?}", self.error, self.error.source().map(ToString::to_string))
    }
    fn lends<'a>(&'a self, _: &'a str) -> &'a str {
        ""
    }
}

#[test]
fn supertraits_hold_for_erased_members_and_erased_arguments() {
    let negative = Negative { value: vec![-1_i64], cause: Some(Reason(3)) };
    let any: Box<dyn Failing> = crossed(&negative, Resolution::Erased);
    assert_eq!((any.to_string(), any.level(), any.retry()), ("negative: [-1]".to_owned(), 1, true));
    assert_eq!(any.source().unwrap().to_string(), "reason 3");
    assert_eq!(format!("{any:?}"), format!("{negative:?}"));
    let sup: Box<dyn Super> = crossed(&negative, Resolution::Erased);
    assert_eq!(sup.level(), 1);
    let wrapped: Box<dyn Methods> = crossed(&Wrapped { error: negative }, Resolution::Erased);
    assert_eq!(wrapped.shared(), 2);
    assert_eq!(wrapped.owned(), "negative: [-1] from Some(\"reason 3\")");
}

#[portable]
#[async_trait]
trait Asynchronous {
    async fn run(&mut self, input: &str) -> String;
    async fn twice(&mut self, input: &str) -> String {
        let once = self.run(input).await;
        self.run(&once).await
    }
}

#[portable]
#[async_trait]
impl<T: Portable> Asynchronous for Cell<T> {
    async fn run(&mut self, input: &str) -> String {
        self.count += 1;
        format!("{input}+{:?}", self.value)
    }
}

#[async_trait]
#[portable]
trait AsynchronousToo {
    async fn run_too(&self) -> usize;
}

#[async_trait]
#[portable]
impl<T: Portable> AsynchronousToo for Cell<T> {
    async fn run_too(&self) -> usize {
        self.count as usize
    }
}

#[derive(Debug, Serialize, Deserialize, Portable)]
struct AsyncThrough<T> {
    inner: T,
}

#[portable]
#[async_trait]
impl<T: Asynchronous> Asynchronous for AsyncThrough<T> {
    async fn run(&mut self, input: &str) -> String {
        self.inner.run(input).await
    }
}

/// Runs a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}

#[test]
fn asynchronous_methods_are_delegated_whichever_macro_comes_first() {
    let mut any: Box<dyn Asynchronous> = crossed(&cell(vec![1_u8]), Resolution::Erased);
    assert_eq!(now(any.twice("in")), "in+[1]+[1]");
    let mut any: Box<dyn Asynchronous> = crossed(&AsyncThrough { inner: cell(vec![1_u8]) }, Resolution::Erased);
    assert_eq!(now(any.run("in")), "in+[1]");
    let any: Box<dyn AsynchronousToo> = crossed(&cell(vec![1_u8]), Resolution::Erased);
    assert_eq!(now(any.run_too()), 1);
}

#[portable(id = "interfaces::Base")]
trait Base {
    fn total(&self) -> f64;
}

#[portable]
trait Scorable {
    fn score(&self) -> f64;
}

#[portable]
impl Scorable for u8 {
    fn score(&self) -> f64 {
        f64::from(*self)
    }
}

#[portable]
impl<T: Scorable> Scorable for Cell<T> {
    fn score(&self) -> f64 {
        self.value.score() + f64::from(self.count)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Portable)]
struct Pair<A, B> {
    a: A,
    b: B,
}

#[portable]
impl<T: Scorable> Base for Pair<T, Vec<T>> {
    fn total(&self) -> f64 {
        self.a.score() + self.b.iter().map(Scorable::score).sum::<f64>()
    }
}

#[portable]
impl<A, B> Base for (Pair<A, A>, [B; 2])
where
    A: Scorable,
    B: Clone + Debug + PartialEq,
{
    fn total(&self) -> f64 {
        let [first, second] = &self.1;
        self.0.a.score() * 10.0 + self.0.b.score() + if first.clone() == *second { 0.5 } else { 0.0 }
    }
}

#[test]
fn patterns_in_the_self_type_bind_the_parameters() {
    let any: Box<dyn Base> = crossed(&Pair { a: 1_u8, b: vec![2_u8, 3] }, Resolution::Native);
    assert_eq!(any.total(), 6.0);
    let any: Box<dyn Base> = crossed(&Pair { a: cell(1_u8), b: vec![cell(2_u8)] }, Resolution::Erased);
    assert_eq!(any.total(), 5.0);
    let any: Box<dyn Base> =
        crossed(&(Pair { a: 1_u8, b: 2_u8 }, ["x".to_owned(), "x".to_owned()]), Resolution::Erased);
    assert_eq!(any.total(), 12.5);
}

#[test]
fn a_type_that_does_not_match_the_pattern_is_no_member() {
    for value in [&Pair { a: 1_u8, b: 2_u8 } as &dyn Value, &Pair { a: 1_u8, b: vec![cell(2_u8)] }] {
        let error = typeport::from_slice::<Box<dyn Base>>(&typeport::to_vec(value).unwrap()).unwrap_err();
        assert_eq!(error.code(), 12, "{error}");
    }
    let unscored = typeport::to_vec(&Pair { a: 1_u16, b: vec![2_u16] }).unwrap();
    let error = typeport::from_slice::<Box<dyn Base>>(&unscored).unwrap_err();
    assert!(error.to_string().contains("`u16` is not a member of `dyn typeport::Scorable`"), "{error}");
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Sum<T> {
    items: Vec<T>,
}

#[portable]
impl Base for Sum<u8> {
    fn total(&self) -> f64 {
        self.items.iter().map(|item| f64::from(*item)).sum()
    }
}

#[portable(specialize(Sum<f32>, Sum<f64>))]
impl<T: Portable + Copy + Add<Output = T> + Into<f64>> Methods for Sum<T> {
    fn shared(&self) -> u32 {
        self.items.iter().map(|item| (*item).into()).sum::<f64>() as u32
    }
    fn unique(&mut self, _: u32) -> u32 {
        0
    }
    fn owned(self: Box<Self>) -> String {
        String::new()
    }
    fn lends<'a>(&'a self, _: &'a str) -> &'a str {
        ""
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize, Portable)]
struct Fixed<T: Copy, const N: usize, const SIGNED: bool, const UNIT: char, const BIAS: i8> {
    items: Vec<T>,
}

#[portable(specialize(Fixed<u8, 3, true, 'm', -1>, Fixed<u8, 4, false, '\'', 0>))]
impl<T: Portable + Copy + Into<f64>, const N: usize, const SIGNED: bool, const UNIT: char, const BIAS: i8> Base
    for Fixed<T, N, SIGNED, UNIT, BIAS>
{
    fn total(&self) -> f64 {
        self.items.iter().map(|item| (*item).into()).sum::<f64>() + N as f64 + f64::from(BIAS)
    }
}

specialize!(Cell<u16> as dyn Methods, Pair<u8, Vec<u8>> as dyn Value);

#[test]
fn concrete_impls_and_lists_are_native_members() {
    let any: Box<dyn Base> = crossed(&Sum { items: vec![1_u8, 2] }, Resolution::Native);
    assert_eq!(any.total(), 3.0);
    let any: Box<dyn Methods> = crossed(&Sum { items: vec![1.5_f32, 2.5] }, Resolution::Native);
    assert_eq!(any.shared(), 4);
    let any: Box<dyn Base> = crossed(&Fixed::<u8, 3, true, 'm', -1> { items: vec![5] }, Resolution::Native);
    assert_eq!(any.total(), 7.0);
    assert_eq!(any.type_name().to_string(), "typeport::Fixed<u8, 3, true, 'm', -1>");
    let quoted = Fixed::<u8, 4, false, '\'', 0> { items: vec![5] };
    let any: Box<dyn Base> = crossed(&quoted, Resolution::Native);
    assert_eq!(any.type_name().to_string(), "typeport::Fixed<u8, 4, false, '\\u{27}', 0>");
    let error = typeport::from_slice::<Box<dyn Methods>>(&typeport::to_vec(&Sum { items: vec![1_u8] }).unwrap());
    let error = error.unwrap_err();
    assert_eq!(error.code(), 12);
    let remedy = "other types of `typeport::Sum` are; add this one with `specialize!(typeport::Sum<u8> as dyn typeport::Methods)`";
    assert!(error.to_string().contains(remedy), "{error}");
    let unlisted = typeport::to_vec(&Fixed::<u8, 5, true, 'm', 0> { items: vec![] }).unwrap();
    assert_eq!(typeport::from_slice::<Box<dyn Base>>(&unlisted).unwrap_err().code(), 12);
    assert_eq!(typeport::from_slice::<Box<dyn Value>>(&unlisted).unwrap_err().code(), 16);
}

#[test]
fn specialize_changes_the_path_and_nothing_else() {
    let any: Box<dyn Methods> = crossed(&cell(5_u16), Resolution::Native);
    check_methods(any, "default of typeport::Cell<u16>", "5 x 3");
    crossed::<_, dyn Value>(&Pair { a: 1_u8, b: vec![2_u8] }, Resolution::Native);
}

#[test]
fn one_type_belongs_to_several_interfaces() {
    let value = cell(cell(3_u8));
    crossed::<_, dyn Methods>(&value, Resolution::Erased);
    crossed::<_, dyn Scorable>(&value, Resolution::Erased);
    crossed::<_, dyn Asynchronous>(&value, Resolution::Erased);
    crossed::<_, dyn Value>(&value, Resolution::Erased);
    let members = |id: &str| Registry::global().members(id).into_iter().map(|member| member.name).collect::<Vec<_>>();
    assert_eq!(members("typeport::Scorable"), ["typeport::Cell<?0>", "u8"]);
    assert_eq!(members("acme::Failing"), ["typeport::Negative<?0>", "typeport::Reason"]);
    assert_eq!(members("acme::OldFailing"), members("acme::Failing"));
    let names: Vec<String> = Registry::global().interfaces().into_iter().map(|interface| interface.name).collect();
    assert!(names.contains(&"Box<dyn acme::Failing>".to_owned()), "{names:?}");
    let types = Registry::global().types();
    let listed = types.iter().find(|listing| listing.name == "typeport::Pair<?0, ?1>").unwrap();
    assert!(listed.site.contains("tests/objects/interfaces.rs"), "{}", listed.site);
}

#[test]
fn an_interface_under_its_former_id_still_decodes() {
    let boxed: Box<dyn Failing> = Box::new(Reason(1));
    let bytes = typeport::Codec::default().checksum(false).to_vec(&vec![boxed]).unwrap();
    let name = b"Vec<Box<dyn acme::Failing>>";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    let mut old = bytes.clone();
    old.splice(at..at + name.len(), *b"Vec<Box<dyn acme::OldFailing>>");
    old[at - 1] += 3;
    old[3] += 3;
    let again: Vec<Box<dyn Failing>> = typeport::from_slice(&old).unwrap();
    assert_eq!(again[0].level(), 1);
    let any: Box<dyn Value> = typeport::from_slice(&old).unwrap();
    assert_eq!(any.type_name().to_string(), "Vec<Box<dyn acme::Failing>>");
}

impl fmt::Display for Cell<u8> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cell {}", self.value)
    }
}

#[portable]
impl Super for Cell<u8> {
    fn level(&self) -> u8 {
        self.value
    }
}

#[test]
fn a_concrete_impl_makes_its_type_native() {
    let any: Box<dyn Super> = crossed(&cell(9_u8), Resolution::Native);
    assert_eq!((any.level(), any.to_string()), (9, "cell 9".to_owned()));
    let sup: Box<dyn Super> = typeport::from_slice(&typeport::to_vec(&any).unwrap()).unwrap();
    assert_eq!(typeport::downcast::<Cell<u8>, _>(sup).unwrap(), cell(9));
}
