//! Encodes inside an encode: a `Serialize` that calls typeport. They continue the counts of the encode around them, as a decode
//! inside a decode does. Imports its siblings.

use super::sink::Encoding;
use crate::state::budget::count::OnDrop;
use std::cell::Cell;
use std::rc::Rc;

thread_local! {
    /// The encode that runs foreign code on this thread.
    static OUTER: Cell<Option<Rc<Encoding>>> = const { Cell::new(None) };
}

impl Encoding {
    /// Lets encodes that begin until the guard ends continue the counts of this one.
    pub(in crate::state) fn surround(self: &Rc<Self>) -> impl Drop + use<> {
        replace(Some(Rc::clone(self)))
    }

    /// The encode around the one that begins.
    pub(super) fn outer() -> Option<Rc<Encoding>> {
        // A thread that is about to end has none.
        OUTER
            .try_with(|outer| {
                let found = outer.take();
                outer.set(found.clone());
                found
            })
            .ok()
            .flatten()
    }
}

/// Lets encodes that begin until the guard ends count on their own: what they write is not part of the encode around.
pub(crate) fn apart() -> impl Drop {
    replace(None)
}

fn replace(new: Option<Rc<Encoding>>) -> impl Drop + use<> {
    let mut outer = OUTER.try_with(|outer| outer.replace(new)).ok().flatten();
    OnDrop(move || {
        let outer = outer.take();
        drop(OUTER.try_with(|place| place.replace(outer)));
    })
}
