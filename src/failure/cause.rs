//! `Cause`: the messages of an error and of its sources, as text. Imports nothing.
//!
//! Invariant: at most [`MESSAGES`] messages, each of at most [`MESSAGE_BYTES`] bytes, so that an error from a stranger, or from an
//! endless `Display`, stays small.

use std::error::Error;
use std::fmt::{self, Write};

/// The most messages of a failure.
pub(super) const MESSAGES: usize = 8;
/// The most bytes of a message.
pub(super) const MESSAGE_BYTES: usize = 1024;
/// The most sources that are visited: an error may be its own source.
const SOURCES: usize = 256;
/// The end of a message that was cut.
const CUT: char = '…';

/// One message and its cause.
pub(super) struct Cause {
    message: Box<str>,
    source: Option<Box<Cause>>,
}

impl Cause {
    /// The messages of an error and its sources. A longer chain keeps its first messages and the last one; between them, a message
    /// says how many were left out.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let chain: Vec<_> = chain(error).collect();
        let (front, back) = match chain.len().checked_sub(MESSAGES) {
            None | Some(0) => (chain.as_slice(), None),
            Some(_) => (chain.split_at(MESSAGES.saturating_sub(2)).0, chain.last()),
        };
        let mut messages: Vec<String> = front.iter().map(message).collect();
        if let Some(last) = back {
            let n_left_out = chain.len().saturating_sub(front.len()).saturating_sub(1);
            messages.extend([format!("({n_left_out} causes left out)"), message(last)]);
        }
        Cause::nested(messages).unwrap_or_else(|| Cause::text(&error))
    }

    /// One message.
    pub(super) fn text(text: &dyn fmt::Display) -> Self {
        Cause { message: message(text).into(), source: None }
    }

    /// The messages as each other's causes, the outermost first; `None` if there are none.
    pub(super) fn nested<M: Into<Box<str>>>(messages: Vec<M>) -> Option<Self> {
        let around =
            |source: Option<Cause>, message: M| Some(Cause { message: message.into(), source: source.map(Box::new) });
        messages.into_iter().rev().fold(None, around)
    }

    /// All messages, the outermost first.
    pub(super) fn messages(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self), |cause| cause.source.as_deref()).map(|cause| &*cause.message)
    }
}

/// An error and its sources.
pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source()).take(SOURCES)
}

/// The output of `text`, cut if it is long. If its `Display` fails, the output until then counts.
pub(super) fn message(text: &(impl fmt::Display + ?Sized)) -> String {
    let mut out = Bounded { text: String::new(), is_cut: false };
    let _ = write!(out, "{text}");
    if out.is_cut {
        truncate(&mut out.text, MESSAGE_BYTES.saturating_sub(CUT.len_utf8()));
        out.text.push(CUT);
    }
    out.text
}

/// A text that ignores output beyond the length of a message.
struct Bounded {
    text: String,
    is_cut: bool,
}

impl Write for Bounded {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.text.push_str(more);
        self.is_cut = self.text.len() > MESSAGE_BYTES;
        if self.is_cut { Err(fmt::Error) } else { Ok(()) }
    }
}

/// Cuts a text at the last character that ends within `length` bytes.
fn truncate(text: &mut String, length: usize) {
    let end = (0..=length).rev().find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or_default());
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.messages()).finish()
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
