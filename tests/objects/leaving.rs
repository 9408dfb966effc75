//! What the methods of an erased value make can leave them: it has the name, the bytes and the behaviour that it has natively. One
//! file, though a long one: all cases share one interface and its members.
#![cfg(all(feature = "derive", feature = "postcard"))]
#![allow(clippy::type_complexity, reason = "the signatures are what is tested")]

use async_trait::async_trait;
use futures_core::Stream;
use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Waker};
use typeport::{Carried, Format, Portable, Registry, Resolution, Value, portable};

/// Of a type that only the sender names.
#[portable(id = "leaving::Held")]
#[derive(Clone, PartialEq)]
struct Held<T> {
    value: T,
    earlier: Vec<T>,
}

/// May hold nothing that knows its type.
#[portable(id = "leaving::Queue")]
#[derive(Clone, PartialEq)]
struct Queue<T> {
    waiting: Vec<T>,
}

/// Its second parameter is the first one of what its methods make.
#[portable(id = "leaving::Pair")]
struct Pair<A, B> {
    left: A,
    right: B,
}

/// Trait objects inside a value that a method makes.
#[portable(id = "leaving::Tray")]
struct Tray<T> {
    own: Vec<T>,
    parts: Vec<Box<dyn Part>>,
}

#[portable]
trait Part {
    fn made(&self) -> Box<dyn Part>;
    fn empty(&self) -> Box<dyn Part>;
    fn itself(self: Box<Self>) -> Box<dyn Part>;
    fn maybe(&self) -> Option<Box<dyn Part>>;
    fn tried(&self, good: bool) -> Result<Box<dyn Part>, String>;
    fn failed(&self) -> Result<u8, Box<dyn Part>>;
    fn many(&self) -> Vec<Box<dyn Part>>;
    fn named(&self) -> BTreeMap<String, Box<dyn Part>>;
    fn hashed(&self) -> HashMap<String, Result<Box<dyn Part>, String>>;
    fn both(&self) -> (u8, Box<dyn Part>, String);
    fn nested(&self) -> Option<Vec<Result<(Box<dyn Part>, u8), String>>>;
    fn any(&self) -> Box<dyn Value>;
    fn tray(&self) -> Box<dyn Part>;
    fn future(&self) -> Pin<Box<dyn Future<Output = Result<Box<dyn Part>, String>> + Send + '_>>;
    fn stream(&self, count: u8) -> Pin<Box<dyn Stream<Item = Result<Box<dyn Part>, String>> + Send + '_>>;
    fn carried(&self) -> Vec<Carried<dyn Part>>;
    fn push(&self, list: &mut Vec<Box<dyn Part>>);
    fn put(&mut self, place: &mut Option<Box<dyn Part>>);
    fn replace(&self, place: &mut Box<dyn Part>);
    fn queue(&self, list: &mut VecDeque<Box<dyn Part>>) -> usize;
    fn send(&self, sender: &Sender<Box<dyn Part>>);
    fn store(&self, store: &Mutex<Vec<Box<dyn Part>>>);
    fn store_empty(&self, store: &Mutex<Vec<Box<dyn Part>>>);
    fn store_settled(&self, store: &Mutex<Vec<Box<dyn Part>>>);
    fn pass(&self, part: Box<dyn Part>) -> Box<dyn Part>;
    fn look(
        &self,
        list: &mut Vec<Box<dyn Part>>,
        place: &mut Option<Box<dyn Part>>,
        one: &mut Box<dyn Part>,
    ) -> &'static str;
    fn insert(&self, list: &mut Vec<Box<dyn Part>>);
    fn wrap(&self, part: Box<dyn Part>) -> Box<dyn Part>;
    fn write(&self, out: &mut (dyn std::fmt::Write + Send));
    fn aliased(&self) -> Aliased<(u8, Box<dyn Part>)>;
    fn pass_all(&self, parts: Vec<Box<dyn Part>>) -> Vec<Box<dyn Part>>;
    fn inner(&self) -> &dyn Part;
    fn own_bytes(&self) -> Vec<u8>;
    fn own_name(&self) -> String;
}

/// The methods of a type whose values are made of one value of its parameter.
macro_rules! part {
    ($ty:ty, $param:ident, $value:ident => $one:expr) => {
        #[portable]
        impl<$param: Portable + Clone> Part for $ty {
            part!(methods $param, $value => $one);
        }
    };
    (methods $param:ident, $value:ident => $one:expr) => {
        fn made(&self) -> Box<dyn Part> {
            let $value = self;
            Box::new(Held::<$param> { value: $one, earlier: Vec::new() })
        }
        fn empty(&self) -> Box<dyn Part> {
            Box::new(Queue::<$param> { waiting: Vec::new() })
        }
        fn itself(self: Box<Self>) -> Box<dyn Part> {
            self
        }
        fn maybe(&self) -> Option<Box<dyn Part>> {
            Some(self.made())
        }
        fn tried(&self, good: bool) -> Result<Box<dyn Part>, String> {
            if good { Ok(self.empty()) } else { Err("bad".to_owned()) }
        }
        fn failed(&self) -> Result<u8, Box<dyn Part>> {
            Err(self.empty())
        }
        fn many(&self) -> Vec<Box<dyn Part>> {
            vec![self.made(), Box::new(7_i64), self.empty()]
        }
        fn named(&self) -> BTreeMap<String, Box<dyn Part>> {
            BTreeMap::from([("a".to_owned(), self.made()), ("b".to_owned(), self.empty())])
        }
        fn hashed(&self) -> HashMap<String, Result<Box<dyn Part>, String>> {
            HashMap::from([("a".to_owned(), Ok(self.empty())), ("b".to_owned(), Err("none".to_owned()))])
        }
        fn both(&self) -> (u8, Box<dyn Part>, String) {
            (1, self.empty(), "two".to_owned())
        }
        fn nested(&self) -> Option<Vec<Result<(Box<dyn Part>, u8), String>>> {
            Some(vec![Ok((self.empty(), 1)), Err("none".to_owned()), Ok((self.made(), 2))])
        }
        fn any(&self) -> Box<dyn Value> {
            Box::new(Queue::<$param> { waiting: Vec::new() })
        }
        fn tray(&self) -> Box<dyn Part> {
            let $value = self;
            Box::new(Tray::<$param> { own: vec![$one], parts: vec![self.empty(), self.made(), Box::new(7_i64)] })
        }
        fn future(&self) -> Pin<Box<dyn Future<Output = Result<Box<dyn Part>, String>> + Send + '_>> {
            Box::pin(async {
                Pause(false).await;
                Ok(self.empty())
            })
        }
        fn stream(&self, count: u8) -> Pin<Box<dyn Stream<Item = Result<Box<dyn Part>, String>> + Send + '_>> {
            Box::pin(Repeated(count, || Ok(self.empty())))
        }
        fn carried(&self) -> Vec<Carried<dyn Part>> {
            vec![Carried::Known(self.empty())]
        }
        fn push(&self, list: &mut Vec<Box<dyn Part>>) {
            list.push(self.empty());
        }
        fn put(&mut self, place: &mut Option<Box<dyn Part>>) {
            *place = Some(self.empty());
        }
        fn replace(&self, place: &mut Box<dyn Part>) {
            *place = self.empty();
        }
        fn queue(&self, list: &mut VecDeque<Box<dyn Part>>) -> usize {
            list.push_back(self.empty());
            list.len()
        }
        fn send(&self, sender: &Sender<Box<dyn Part>>) {
            sender.send(self.made()).unwrap();
        }
        fn store(&self, store: &Mutex<Vec<Box<dyn Part>>>) {
            store.lock().unwrap().push(self.tray());
        }
        fn store_empty(&self, store: &Mutex<Vec<Box<dyn Part>>>) {
            store.lock().unwrap().push(self.empty());
        }
        fn store_settled(&self, store: &Mutex<Vec<Box<dyn Part>>>) {
            store.lock().unwrap().push(typeport::settle(self.empty()).unwrap());
        }
        fn pass(&self, part: Box<dyn Part>) -> Box<dyn Part> {
            part
        }
        fn look(&self, _: &mut Vec<Box<dyn Part>>, _: &mut Option<Box<dyn Part>>, _: &mut Box<dyn Part>) -> &'static str {
            "nothing"
        }
        fn insert(&self, list: &mut Vec<Box<dyn Part>>) {
            list.insert(0, self.empty());
        }
        fn wrap(&self, part: Box<dyn Part>) -> Box<dyn Part> {
            Box::new(Tray::<$param> { own: Vec::new(), parts: vec![part] })
        }
        fn write(&self, out: &mut (dyn std::fmt::Write + Send)) {
            out.write_str("written").unwrap();
        }
        fn aliased(&self) -> Aliased<(u8, Box<dyn Part>)> {
            Ok(vec![(1, self.empty())])
        }
        fn pass_all(&self, parts: Vec<Box<dyn Part>>) -> Vec<Box<dyn Part>> {
            parts
        }
        fn inner(&self) -> &dyn Part {
            self
        }
        fn own_bytes(&self) -> Vec<u8> {
            typeport::to_vec(self).unwrap()
        }
        fn own_name(&self) -> String {
            self.type_name().to_string()
        }
    };
}

part!(Held<T>, T, this => this.value.clone());
part!(Queue<T>, T, this => this.waiting[0].clone());
part!(Tray<T>, T, this => this.own[0].clone());

#[portable]
impl<A: Portable, T: Portable + Clone> Part for Pair<A, T> {
    part!(methods T, this => this.right.clone());
}

#[portable]
impl Part for i64 {
    part!(methods i64, this => *this);
}

/// A result that is none of two parameters, seen as tokens.
type Aliased<T> = Result<Vec<T>, String>;

/// Pending once.
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A stream of so many items, pending before each.
struct Repeated<F>(u8, F);

impl<T, F: FnMut() -> T + Unpin> Stream for Repeated<F> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        self.0 = self.0.wrapping_sub(1);
        match self.0 {
            u8::MAX => Poll::Ready(None),
            left if left % 2 == 0 => Poll::Pending,
            _ => Poll::Ready(Some(self.1())),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.0) / 2, None)
    }
}

/// Polls a future to its end, in no scope.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// The argument: a type that no `Held` and no `Queue` is compiled for.
type Argument = Vec<(u8, String)>;

fn argument() -> Argument {
    vec![(1, "one".to_owned())]
}

/// The value as a worker has it.
#[track_caller]
fn erased<T: Portable>(value: &T) -> Box<dyn Part> {
    assert_eq!(Registry::global().resolve(&value.type_name()), Resolution::Erased);
    typeport::from_slice(&typeport::to_vec(value).unwrap()).unwrap()
}

/// Everything that can be seen of a value.
#[track_caller]
fn seen(value: &dyn Part) -> (String, String, Vec<Vec<u8>>, Vec<u8>, String) {
    let bytes: Vec<Vec<u8>> =
        Format::ALL.iter().map(|format| typeport::Codec::default().format(*format).to_vec(value).unwrap()).collect();
    (value.type_name().to_string(), format!("{value:?}"), bytes, value.own_bytes(), value.own_name())
}

#[track_caller]
fn check(native: &dyn Part, erased: &dyn Part) {
    assert_eq!(seen(erased), seen(native));
}

/// Calls `make` on the native and on the erased value; what it makes has to be the same.
#[track_caller]
fn check_made(make: impl Fn(Box<dyn Part>) -> Vec<Box<dyn Part>>) {
    let held = || Held { value: argument(), earlier: Vec::new() };
    let queue = || Queue { waiting: vec![argument()] };
    let pair = || Pair { left: Some('c'), right: argument() };
    let cases: [(Box<dyn Part>, Box<dyn Part>); 3] = [
        (Box::new(held()), erased(&held())),
        (Box::new(queue()), erased(&queue())),
        (Box::new(pair()), erased(&pair())),
    ];
    for (native, erased) in cases {
        let (native, erased) = (make(native), make(erased));
        assert_eq!(native.len(), erased.len());
        for (native, erased) in native.iter().zip(&erased) {
            check(&**native, &**erased);
        }
    }
}

#[test]
fn a_result_has_its_name() {
    check_made(|part| vec![part.made(), part.empty(), part.tray()]);
    check_made(|part| vec![part.itself()]);
    check_made(|part| part.made().itself().made().many());
}

#[test]
fn results_in_containers_have_their_names() {
    check_made(|part| part.maybe().into_iter().collect());
    check_made(|part| vec![part.tried(true).unwrap(), part.failed().unwrap_err()]);
    check_made(|part| part.many());
    check_made(|part| part.named().into_values().collect());
    check_made(|part| part.hashed().into_values().flatten().collect());
    check_made(|part| vec![part.both().1]);
    check_made(|part| part.aliased().unwrap().into_iter().map(|(_, part)| part).collect());
    check_made(|part| part.nested().unwrap().into_iter().flatten().map(|(part, _)| part).collect());
    assert_eq!(erased(&Queue { waiting: vec![argument()] }).tried(false).unwrap_err(), "bad");
}

#[test]
fn a_result_of_the_root_interface_has_its_name() {
    let queue = Queue { waiting: vec![argument()] };
    let (native, erased) = (queue.any(), erased(&queue).any());
    assert_eq!(native.type_name(), erased.type_name());
    assert_eq!(typeport::to_vec(&*native).unwrap(), typeport::to_vec(&*erased).unwrap());
    assert_eq!(typeport::downcast::<Queue<Argument>, _>(erased).unwrap(), Queue { waiting: Vec::new() });
}

#[test]
fn the_output_of_a_future_has_its_name() {
    check_made(|part| vec![wait(part.future()).unwrap()]);
}

#[test]
fn the_items_of_a_stream_have_their_names() {
    check_made(|part| {
        let mut stream = part.stream(6);
        assert_eq!(stream.size_hint(), (3, None));
        let mut items = Vec::new();
        loop {
            match stream.as_mut().poll_next(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(Some(item)) => items.push(item.unwrap()),
                Poll::Ready(None) => break,
                Poll::Pending => {}
            }
        }
        assert_eq!(items.len(), 3);
        items
    });
}

#[test]
fn what_may_be_carried_has_its_name() {
    check_made(|part| {
        let parts = part.carried().into_iter();
        let known = parts.map(|part| match part {
            Carried::Known(part) => part,
            Carried::Opaque(part) => panic!("{part:?}"),
        });
        known.collect()
    });
}

#[test]
fn what_is_left_in_an_argument_has_its_name() {
    check_made(|part| {
        let mut list = vec![part.made()];
        part.push(&mut list);
        part.push(&mut list);
        list
    });
    check_made(|part| {
        let mut list = vec![part.made()];
        part.insert(&mut list);
        list
    });
    check_made(|mut part| {
        let mut place = None;
        part.put(&mut place);
        place.into_iter().collect()
    });
    check_made(|part| {
        let mut place: Box<dyn Part> = Box::new(1_i64);
        part.replace(&mut place);
        vec![place]
    });
    check_made(|part| {
        let mut list = VecDeque::new();
        assert_eq!((part.queue(&mut list), part.queue(&mut list)), (1, 2));
        list.into()
    });
}

#[test]
fn what_leaves_by_another_way_is_named_by_its_content() {
    check_made(|part| {
        let (sender, receiver) = channel();
        part.send(&sender);
        vec![receiver.recv().unwrap()]
    });
    check_made(|part| {
        let store = Mutex::default();
        part.store_settled(&store);
        store.into_inner().unwrap()
    });
}

#[test]
fn what_tells_nothing_is_an_error_with_a_way_out() {
    let queue = Queue { waiting: vec![argument()] };
    let store = Mutex::default();
    erased(&queue).store_empty(&store);
    // A tray names itself, and its first part nobody.
    erased(&queue).store(&store);
    for part in store.into_inner().unwrap() {
        let error = typeport::to_vec(&*part).unwrap_err();
        assert_eq!(error.code(), 21, "{error}");
        assert!(error.to_string().contains("typeport::settle"), "{error}");
    }
}

/// A box of another erased value's method is never named by the scope in which it happens to be.
#[test]
fn a_box_that_only_passes_is_not_named() {
    let (foo, bar) = (Queue { waiting: vec![argument()] }, Held { value: vec![Some('b')], earlier: Vec::new() });
    let store = Mutex::default();
    erased(&foo).store_empty(&store);
    let stray = store.into_inner().unwrap().remove(0);
    let stray = erased(&bar).pass(stray);
    assert_eq!(typeport::to_vec(&*stray).unwrap_err().code(), 21);
    let [stray] = <[_; 1]>::try_from(erased(&bar).pass_all(vec![stray])).unwrap();
    assert_eq!(typeport::to_vec(&*stray).unwrap_err().code(), 21);
    // Nor by a method that does nothing with it, or has it beside others, or in a value of its own.
    let stray = || {
        let store = Mutex::default();
        erased(&foo).store_empty(&store);
        store.into_inner().unwrap().remove(0)
    };
    let (mut list, mut place, mut one) = (vec![stray()], Some(stray()), stray());
    assert_eq!(erased(&bar).look(&mut list, &mut place, &mut one), "nothing");
    erased(&bar).insert(&mut list);
    let [new, old] = <[_; 2]>::try_from(list).unwrap();
    check(&*bar.empty(), &*new);
    for stray in [old, place.unwrap(), one, erased(&bar).wrap(stray())] {
        assert_eq!(typeport::to_vec(&*stray).unwrap_err().code(), 21, "{stray:?}");
    }
    // One that tells its name keeps it, wherever it goes.
    let (sender, receiver) = channel();
    erased(&foo).send(&sender);
    let passed = erased(&bar).pass(receiver.recv().unwrap());
    check(&*foo.made(), &*passed);
}

#[test]
fn a_borrowed_result_says_its_whole_name() {
    let held = Held { value: argument(), earlier: Vec::new() };
    let erased = erased(&held);
    assert_eq!(erased.inner().type_name(), held.type_name());
    assert_eq!(typeport::to_vec(erased.inner()).unwrap(), typeport::to_vec(&held).unwrap());
    assert_eq!(typeport::to_exact::<Held<Argument>, _>(erased.inner()).unwrap(), held);
}

#[portable]
#[async_trait]
trait Async {
    async fn later(&self) -> Result<Box<dyn Async>, String>;
    async fn pass_later(&self, other: Box<dyn Async>) -> Box<dyn Async>;
    async fn push_later(&self, list: &mut Vec<Box<dyn Async>>);
}

#[portable]
#[async_trait]
impl<T: Portable> Async for Queue<T> {
    async fn later(&self) -> Result<Box<dyn Async>, String> {
        Pause(false).await;
        Ok(Box::new(Queue::<T> { waiting: Vec::new() }))
    }
    async fn pass_later(&self, other: Box<dyn Async>) -> Box<dyn Async> {
        Pause(false).await;
        other
    }
    async fn push_later(&self, list: &mut Vec<Box<dyn Async>>) {
        Pause(false).await;
        list.push(Box::new(Queue::<T> { waiting: Vec::new() }));
    }
}

#[test]
fn an_async_method_settles_what_it_makes() {
    let queue = Queue { waiting: vec![argument()] };
    let erased: Box<dyn Async> = typeport::from_slice(&typeport::to_vec(&queue).unwrap()).unwrap();
    let mut list = vec![wait(erased.later()).unwrap()];
    wait(erased.push_later(&mut list));
    let passed = wait(erased.pass_later(list.pop().unwrap()));
    list.push(passed);
    for made in list {
        assert_eq!(made.type_name(), queue.type_name());
        assert_eq!(typeport::downcast::<Queue<Argument>, _>(made).unwrap(), Queue { waiting: Vec::new() });
    }
}

/// Exchanges values through a cell that knows no types, as a cache by `TypeId` does.
#[portable]
trait Mixed {
    fn put_in(&self, cell: &mut Option<Box<dyn Any>>);
    fn mixed(&self, cell: &mut Option<Box<dyn Any>>) -> Box<dyn Part>;
}

#[portable]
impl<T: Portable + Clone> Mixed for Held<T> {
    fn put_in(&self, cell: &mut Option<Box<dyn Any>>) {
        *cell = Some(Box::new(self.value.clone()));
    }

    fn mixed(&self, cell: &mut Option<Box<dyn Any>>) -> Box<dyn Part> {
        let earlier = *cell.take().unwrap().downcast::<T>().unwrap();
        Box::new(Held { value: self.value.clone(), earlier: vec![earlier] })
    }
}

#[test]
fn an_argument_without_a_size_is_lent_as_it_is() {
    let mut out = String::new();
    erased(&Queue { waiting: vec![argument()] }).write(&mut out);
    assert_eq!(out, "written");
}

#[test]
fn values_of_two_types_in_one_place_are_an_error() {
    let of = |bytes: typeport::Result<Vec<u8>>| -> Box<dyn Mixed> { typeport::from_slice(&bytes.unwrap()).unwrap() };
    let foo = of(typeport::to_vec(&Held { value: argument(), earlier: Vec::new() }));
    let bar = of(typeport::to_vec(&Held { value: vec![Some('b')], earlier: Vec::new() }));
    let mut cell = None;
    foo.put_in(&mut cell);
    let error = typeport::to_vec(&*bar.mixed(&mut cell)).unwrap_err();
    assert!(error.is_mismatch(), "{error}");
    // Of one type, they are as they would be natively.
    foo.put_in(&mut cell);
    let made = typeport::downcast::<Held<Argument>, _>(foo.mixed(&mut cell)).unwrap();
    assert_eq!(made, Held { value: argument(), earlier: vec![argument()] });
}
