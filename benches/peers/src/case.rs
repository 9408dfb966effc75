//! One contender with one workload: two calls, the size between them, and a check that they do their work.

use std::cell::RefCell;
use std::fmt::Debug;
use std::hint::black_box;
use std::rc::Rc;

/// What [`Case::encode`] is called.
pub const ENCODE: &str = "encode";
/// What [`Case::encode_again`] is called.
pub const ENCODE_AGAIN: &str = "encode again";
/// What [`Case::decode`] is called.
pub const DECODE: &str = "decode";

/// What is measured.
pub type Call = Box<dyn Fn()>;

/// An encode and a decode of one value.
pub struct Case {
    /// Encodes into memory of its own.
    pub encode: Call,
    /// Encodes into a buffer that is kept from call to call, where the contender has that.
    pub encode_again: Option<Call>,
    /// Decodes, and drops the value.
    pub decode: Call,
    /// Bytes that the encode gives.
    pub size: usize,
    is_same: Box<dyn Fn() -> bool>,
}

impl Case {
    /// Of a value and of how it is encoded, decoded and told from another.
    pub fn new<V: 'static, B: AsRef<[u8]> + 'static, D>(
        value: V,
        encode: impl Fn(&V) -> B + 'static,
        decode: impl Fn(&[u8]) -> D + Clone + 'static,
        is_same: impl Fn(&V, &D) -> bool + 'static,
    ) -> Self {
        Case::shared(Rc::new(value), encode, decode, is_same)
    }

    /// As [`Case::new`], of one that can also add to a buffer.
    pub fn adding<V: 'static, A, D>(
        value: V,
        encode: impl Fn(&V) -> Vec<u8> + 'static,
        add: impl Fn(&V, &mut Vec<u8>) -> A + 'static,
        decode: impl Fn(&[u8]) -> D + Clone + 'static,
        is_same: impl Fn(&V, &D) -> bool + 'static,
    ) -> Self {
        let value = Rc::new(value);
        let mut added = Vec::new();
        add(&value, &mut added);
        assert_eq!(added.len(), encode(&value).len(), "both ways to encode give the same");
        let buffer = RefCell::new(added);
        let case = Case::shared(value.clone(), encode, decode, is_same);
        let again = move || {
            let mut buffer = buffer.borrow_mut();
            buffer.clear();
            black_box(add(black_box(&value), &mut buffer));
            black_box(&*buffer);
        };
        Case { encode_again: Some(Box::new(again)), ..case }
    }

    /// Like [`Case::new`], for a contender that also fills a slice of exactly the encoded length.
    pub fn filling<V: 'static, D>(
        value: V,
        encode: impl Fn(&V) -> Vec<u8> + 'static,
        fill: impl Fn(&V, &mut [u8]) -> usize + 'static,
        decode: impl Fn(&[u8]) -> D + Clone + 'static,
        is_same: impl Fn(&V, &D) -> bool + 'static,
    ) -> Self {
        let value = Rc::new(value);
        let mut slice = encode(&value);
        assert_eq!(fill(&value, &mut slice), slice.len(), "both ways to encode give the same");
        let slice = RefCell::new(slice);
        let case = Case::shared(value.clone(), encode, decode, is_same);
        let again = move || {
            let mut slice = slice.borrow_mut();
            black_box(fill(black_box(&value), &mut slice));
            black_box(&*slice);
        };
        Case { encode_again: Some(Box::new(again)), ..case }
    }

    fn shared<V: 'static, B: AsRef<[u8]> + 'static, D>(
        value: Rc<V>,
        encode: impl Fn(&V) -> B + 'static,
        decode: impl Fn(&[u8]) -> D + Clone + 'static,
        is_same: impl Fn(&V, &D) -> bool + 'static,
    ) -> Self {
        let bytes = Rc::new(encode(&value));
        let size = (*bytes).as_ref().len();
        let is_same = {
            let (value, bytes, decode) = (value.clone(), bytes.clone(), decode.clone());
            Box::new(move || is_same(&value, &decode((*bytes).as_ref())))
        };
        Case {
            size,
            encode: Box::new(move || drop(black_box(encode(black_box(&value))))),
            encode_again: None,
            decode: Box::new(move || drop(black_box(decode(black_box((*bytes).as_ref()))))),
            is_same,
        }
    }

    /// Its calls by what they do.
    pub fn directions(&self) -> impl Iterator<Item = (&'static str, &Call)> {
        let again = self.encode_again.iter().map(|call| (ENCODE_AGAIN, call));
        [(ENCODE, &self.encode), (DECODE, &self.decode)].into_iter().chain(again)
    }

    /// Whether the value comes back.
    pub fn is_round(&self) -> bool {
        (self.is_same)()
    }
}

/// Whether two values print as the same text. Trait objects have no other equality in common.
pub fn same_text<A: Debug, B: Debug>(left: &A, right: &B) -> bool {
    format!("{left:?}") == format!("{right:?}")
}

/// A contender's line in the table of a workload.
pub struct Entry {
    /// Who.
    pub name: &'static str,
    /// What the reader has to know of it, or why it cannot do this.
    pub note: &'static str,
    /// The contender of the same workload that this one is held against, beside the first.
    pub against: Option<&'static str>,
    /// What it does, if it can.
    pub case: Option<Case>,
}

impl Entry {
    /// One that can.
    pub fn new(name: &'static str, case: Case) -> Self {
        Entry { name, note: "", against: None, case: Some(case) }
    }

    /// One that cannot, and why.
    pub fn cannot(name: &'static str, why: &'static str) -> Self {
        Entry { name, note: why, against: None, case: None }
    }

    /// With a note.
    pub fn note(self, note: &'static str) -> Self {
        Entry { note, ..self }
    }

    /// With another one to hold it against.
    pub fn against(self, name: &'static str) -> Self {
        Entry { against: Some(name), ..self }
    }
}

/// What `callgrind` counts: it stops and looks at its counts where this function ends.
#[inline(never)]
pub fn counted(call: &dyn Fn()) {
    black_box(call)();
}
