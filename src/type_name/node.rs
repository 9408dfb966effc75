//! The nodes of a parsed name. Imports nothing.

/// One node of a name: where its text stands, and how many nodes are below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) start: u32,
    /// End of the origin's text; for kinds without one, equal to `start`.
    pub(super) head_end: u32,
    pub(super) end: u32,
    pub(super) n_below: u32,
}

/// What a node of a type name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// An origin with a path: `Vec`, `acme::Money`.
    Path,
    Tuple,
    Slice,
    Array,
    Dyn,
    Const,
}

/// Whether `text` is an identifier of the grammar; the three words that mean something else are none.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !matches!(text, "dyn" | "true" | "false")
}
