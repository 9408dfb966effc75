//! The first use of the registry by many threads at once, some of which fail and some of which panic.
//!
//! A single test, so that it is the first use in its process. Miri runs it under many schedules, ThreadSanitizer under real
//! ones.
#![cfg(all(feature = "derive", feature = "postcard"))]

use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Barrier;
use typeport::{Registry, Value, portable};

#[portable]
trait Answer {
    fn answer(&self) -> String;
}

#[derive(Debug, Serialize, Deserialize, typeport::Portable)]
struct Given<T> {
    value: T,
}

#[portable]
impl<T: typeport::Portable> Answer for Given<T> {
    fn answer(&self) -> String {
        format!("{:?}", self.value)
    }
}

/// Panics when it is decoded.
#[derive(Debug, Serialize, typeport::Portable)]
struct Mine;

impl<'de> Deserialize<'de> for Mine {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("a mine")
    }
}

/// An envelope that no use of the registry has made: the name is not looked up before it is decoded.
fn unknown() -> Vec<u8> {
    let name = b"nobody::Knows<i64>";
    let mut bytes = vec![0xd7, 0x10, 1, 0, 0, 0, 0];
    bytes.extend([0; 8]);
    bytes.push(name.len() as u8);
    bytes.extend(name);
    let length = bytes.len() as u32;
    bytes[3..7].copy_from_slice(&length.to_le_bytes());
    bytes
}

/// What thread `index` does: all kinds of first use.
fn work(index: usize) {
    match index % 4 {
        0 => {
            let error = typeport::from_slice::<Box<dyn Value>>(&unknown()).unwrap_err();
            assert!(error.is_unlinked(), "{error}");
        }
        1 => {
            let bytes = typeport::to_vec(&Given { value: vec![index as u64] }).unwrap();
            let any: Box<dyn Answer> = typeport::from_slice(&bytes).unwrap();
            assert_eq!(any.answer(), format!("[{index}]"));
            assert_eq!(typeport::downcast::<Given<Vec<u64>>, _>(any).unwrap().value, [index as u64]);
        }
        2 => {
            let bytes = typeport::to_vec(&Given { value: Mine }).unwrap();
            let decoded = std::panic::catch_unwind(|| typeport::from_slice::<Box<dyn Answer>>(&bytes));
            let error = decoded.expect("a panic of a type ends in the decode").unwrap_err();
            assert!(error.is_panic(), "{error}");
        }
        _ => {
            Registry::global().check().unwrap();
            assert_eq!(Registry::global().members("typeport::Answer").len(), 1);
        }
    }
}

#[test]
fn the_first_use_may_be_by_many_threads_at_once() {
    let threads = if cfg!(miri) { 4 } else { 16 };
    // A mine is silent; a failed assertion is not.
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload().downcast_ref() != Some(&"a mine") {
            told(info);
        }
    }));
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        for index in 0..threads {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                for round in 0..if cfg!(miri) { 1 } else { 50 } {
                    work(index + round);
                }
            });
        }
    });
    let _ = std::panic::take_hook();
    // Panics and errors of others have left nothing behind.
    (0..4).for_each(work);
}
