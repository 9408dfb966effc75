//! A part of a message that is created when it is printed. Imports nothing.
//!
//! An error may be dropped unread, for example by a field that carries a value it cannot decode, and a text that lists the linked
//! types costs more than the decode.

use std::fmt;
use std::sync::{Arc, LazyLock};

type Make = Box<dyn FnOnce() -> String + Send>;

/// The remedy of an error; clones share the text.
#[derive(Clone)]
pub(crate) struct Hint(Arc<LazyLock<String, Make>>);

impl Hint {
    pub(crate) fn new(make: impl FnOnce() -> String + Send + 'static) -> Self {
        Hint(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_hint_is_made_once_and_only_for_a_reader() {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let make = || {
            MADE.fetch_add(1, Ordering::Relaxed);
            "; do that".to_owned()
        };
        let hint = Hint::new(make);
        let copies = [hint.clone(), hint.clone()];
        drop(hint);
        assert_eq!(MADE.load(Ordering::Relaxed), 0);
        assert_eq!(copies.map(|copy| copy.to_string()), ["; do that", "; do that"]);
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    }
}
