//! No value overflows the stack: not a deep or large one, on any thread, in any format.
#![cfg(all(feature = "derive", feature = "postcard", feature = "bincode", feature = "json"))]

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Debug;
use typeport::{Codec, Error, Format, Limits, Portable, portable};

const KIB: usize = 1 << 10;

#[portable(id = "stack::Chain")]
trait Chain {}

/// `N` times 1 KiB of inline payload that takes no byte of input.
#[derive(Debug, Clone, Copy)]
struct Payload<const N: usize>([[u8; KIB]; N]);

impl<const N: usize> Default for Payload<N> {
    fn default() -> Self {
        Payload([[0; KIB]; N])
    }
}

macro_rules! chains {
    ($($name:ident $size:literal $any:ident),* $(,)?) => {$(
        /// One level of each kind of compound value.
        #[derive(Debug, Default, Serialize, Deserialize, Portable)]
        enum $name {
            #[default]
            End,
            List {
                #[serde(skip)]
                payload: Payload<$size>,
                next: Box<$name>,
            },
            Tree(#[serde(skip)] Payload<$size>, Vec<$name>),
            Option(Option<Box<$name>>),
            Map(BTreeMap<String, $name>),
            Tuple(Box<($name, u8)>),
            Any(Box<dyn $any>),
        }

        #[portable]
        trait $any {}

        #[portable]
        impl $any for $name {}

        impl Level for $name {
            fn around(self, kind: usize) -> Self {
                match kind {
                    0 => $name::List { payload: Payload::default(), next: Box::new(self) },
                    1 => $name::Tree(Payload::default(), vec![self]),
                    2 => $name::Option(Some(Box::new(self))),
                    3 => $name::Map(BTreeMap::from([("key".to_owned(), self)])),
                    4 => $name::Tuple(Box::new((self, 1))),
                    _ => $name::Any(Box::new(self)),
                }
            }
        }
    )*};
}

trait Level: Portable + Default {
    fn around(self, kind: usize) -> Self;
}

chains! { Bare 0 BareAny, One 1 OneAny, Four 4 FourAny, Sixteen 16 SixteenAny }

/// Runs `run` on a thread with this much stack.
fn on_stack<T: Send + 'static>(bytes: usize, run: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(bytes).spawn(run).unwrap().join().unwrap()
}

fn codec(format: Format) -> Codec {
    let limits = Limits::trusted().with_depth(100_000).with_nested(100_000).with_memory_per_byte(1 << 20);
    Codec::default().format(format).limits(limits)
}

/// Decodes values that are deeper and deeper; each is decoded, or refused with a reason.
fn sink<L: Level>(kind: usize) {
    for &format in Format::ALL {
        let mut passed = 0;
        for depth in [1, 8, 64, 512] {
            let bytes = on_stack(1 << 30, move || {
                let value = (0..depth).fold(L::default(), |value, _| value.around(kind));
                codec(format).to_vec(&value).unwrap()
            });
            for stack in [512 * KIB, 2048 * KIB] {
                let bytes = bytes.clone();
                let decoded = on_stack(stack, move || codec(format).from_slice::<L>(&bytes).map(drop));
                match decoded {
                    Ok(()) => passed += 1,
                    Err(error) => check(&error),
                }
            }
        }
        assert!(passed > 0, "{format}: not even one level of kind {kind} passes");
    }
}

fn check(error: &Error) {
    assert_eq!(error.code(), 26, "{error}");
    let message = error.to_string();
    assert!(error.is_limit() && message.contains("use a thread with a larger stack"), "{message}");
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no stack to look at")]
fn no_deep_value_overflows_a_small_stack() {
    for kind in 0..6 {
        sink::<Bare>(kind);
        sink::<One>(kind);
        sink::<Four>(kind);
        sink::<Sixteen>(kind);
    }
}

/// A value of 256 KiB that is no level of its own: a number is read, and the value made of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Portable)]
#[portable(id = "stack::Large")]
#[serde(from = "u8", into = "u8")]
struct Large(#[allow(dead_code, reason = "it only has a size")] Payload<256>);

impl From<u8> for Large {
    fn from(_: u8) -> Self {
        Large::default()
    }
}

impl From<Large> for u8 {
    fn from(_: Large) -> Self {
        7
    }
}

/// A small type holds a large part, so the check has to consider the part. A part in a `Box` is not visible:
/// see `docs/threats.md`.
fn large_parts<T: Portable>(value: impl FnOnce() -> T + Send + Clone + 'static) {
    for &format in Format::ALL {
        let value = value.clone();
        let bytes = on_stack(1 << 30, move || codec(format).to_vec(&value()).unwrap());
        // A stack without room for its copies grows, or the decode is an error.
        for (stack, passes) in [(4 << 20, false), (64 << 20, true)] {
            let bytes = bytes.clone();
            match on_stack(stack, move || codec(format).from_slice::<T>(&bytes).map(drop)) {
                Ok(()) => {}
                Err(error) => {
                    assert!(!passes, "{format}: {error}");
                    check(&error);
                }
            }
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no stack to look at")]
fn no_large_part_overflows_a_small_stack() {
    large_parts(|| vec![Large::default()]);
    large_parts(|| BTreeMap::from([(1_u8, Large::default())]));
}

/// An encode recurses as deep as its value.
#[test]
#[cfg_attr(miri, ignore = "Miri has no stack to look at")]
fn an_encode_looks_at_the_stack_too() {
    for (kind, stack) in [(0, 512 * KIB), (5, 512 * KIB), (5, 32 << 20)] {
        for &format in Format::ALL {
            let error = on_stack(1 << 30, move || {
                let deep = (0..80_000).fold(Bare::default(), |value, _| value.around(kind));
                let encoded = std::thread::scope(|scope| {
                    let small = std::thread::Builder::new().stack_size(stack);
                    let encode = small.spawn_scoped(scope, || codec(format).to_vec(&deep).map(drop));
                    encode.unwrap().join().unwrap()
                });
                encoded.unwrap_err()
            });
            check(&error);
        }
    }
}

/// What a codec with raised limits writes it reads again on such a thread; or the encode is the error.
#[test]
#[cfg_attr(miri, ignore = "Miri has no stack to look at")]
fn what_is_written_is_read_on_such_a_stack() {
    let mut written = 0;
    for (kind, depth) in [(0, 500), (0, 2_000), (5, 500), (5, 2_000), (1, 1_000), (4, 700)] {
        for stack in [512 * KIB, 2048 * KIB, 8192 * KIB] {
            for &format in Format::ALL {
                written += on_stack(1 << 30, move || {
                    let deep = (0..depth).fold(Bare::default(), |value, _| value.around(kind));
                    std::thread::scope(|scope| {
                        let run = || match codec(format).to_vec(&deep) {
                            Ok(bytes) => {
                                drop(codec(format).from_slice::<Bare>(&bytes).unwrap());
                                1
                            }
                            Err(error) => {
                                check(&error);
                                0
                            }
                        };
                        std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, run).unwrap().join().unwrap()
                    })
                });
            }
        }
    }
    assert!(written > 18, "{written}");
}

/// Each trait object puts a layer around the serializer of another crate. As many as a reader takes go through, or are an error.
#[test]
#[cfg_attr(miri, ignore = "Miri has no stack to look at")]
fn a_serializer_of_another_crate_does_not_overflow_the_stack() {
    for (depth, stack) in
        [1, 8, 64, 65, 400].into_iter().flat_map(|depth| [256, 512, 2048, 8192].map(|kib| (depth, kib)))
    {
        let written = on_stack(1 << 30, move || {
            let deep = (0..depth).fold(Bare::default(), |value, _| value.around(5));
            std::thread::scope(|scope| {
                let small = std::thread::Builder::new().stack_size(stack * KIB);
                let write = || serde_json::to_string(&deep).map_err(|error| error.to_string());
                small.spawn_scoped(scope, write).unwrap().join().unwrap()
            })
        });
        match written {
            Ok(text) => {
                assert!(depth <= 64, "{depth} levels on {stack} KiB");
                let back = on_stack(64 << 20, move || {
                    let mut reader = serde_json::Deserializer::from_str(&text);
                    // That of serde_json is less than 64 such levels, whatever they hold.
                    reader.disable_recursion_limit();
                    Bare::deserialize(&mut reader).map(drop)
                });
                back.unwrap_or_else(|error| panic!("{depth} levels: {error}"));
            }
            Err(error) if error.contains("larger stack") => assert!(depth > 1 || stack < 512, "{depth}: {error}"),
            Err(error) => assert!(depth > 64 && error.contains("nested is 64"), "{depth} on {stack}: {error}"),
        }
    }
}

/// A value that is read on an added stack is dropped on the thread's own.
#[test]
#[cfg_attr(miri, ignore = "Miri has no stack to look at")]
fn a_value_that_a_small_thread_cannot_drop_is_not_read_there() {
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize, Portable)]
    #[portable(id = "stack::BySerde")]
    struct BySerde(BTreeMap<String, BySerde>);

    #[portable(id = "stack::Direct")]
    #[derive(Default)]
    struct Direct(BTreeMap<String, Direct>);

    fn check<T: Portable + Default>(around: fn(T) -> T) {
        for format in [Format::Postcard, Format::Bincode, Format::Json] {
            for levels in [80, 126] {
                let value = (0..levels / 2).fold(T::default(), |inner, _| around(inner));
                let codec = Codec::default().format(format);
                let bytes = codec.to_vec(&value).unwrap();
                let read = on_stack(64 * KIB, move || {
                    // What was read would overflow the stack here.
                    codec.from_slice::<T>(&bytes).map(std::mem::forget).map_err(|error| error.code())
                });
                assert_eq!(read, Err(26), "{format}, {levels} levels");
            }
        }
    }
    check::<BySerde>(|inner| BySerde(BTreeMap::from([("key".to_owned(), inner)])));
    check::<Direct>(|inner| Direct(BTreeMap::from([("key".to_owned(), inner)])));
}
