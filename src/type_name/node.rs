//! The nodes of a parsed name. Imports nothing.

/// One node of a name: the range of its text, and the number of nodes below it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) start: u32,
    /// End of the origin's text; for kinds without one, equal to `start`.
    pub(super) head_end: u32,
    pub(super) end: u32,
    pub(super) n_below: u32,
}

/// The kind of a node.
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

/// Whether `text` is an identifier of the grammar; its three keywords are not.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !matches!(text, "dyn" | "true" | "false")
}
