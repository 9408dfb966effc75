//! Type names: an origin applied to arguments, as text and as a tree. Imports `error`, `limits` and its siblings.
//!
//! Invariant: the text is canonical (one spelling for one name), and the tree is a flat array over it, so that no
//! operation recurses on the machine stack.

mod list;
mod node;
mod parse;

pub(crate) use list::NameList;
pub(crate) use node::NodeKind;
pub(crate) use parse::quote_char;

use node::Node;

use crate::error::{Error, Result};
use crate::limits::Limits;
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

/// The name of a type: `i64`, `Vec<i64>`, `(i64, String)`, `[u8; 32]`, `acme::Matrix<f64, 3, 4>`,
/// `Box<dyn acme::ResultBase>`.
///
/// The text has Rust's own syntax, in one spelling: a comma and a space between arguments, no other spaces, decimal
/// numbers. `Limits::default()` bounds the length, the number of nodes and the depth of a parsed name.
///
/// ```
/// use typeport::TypeName;
/// let name: TypeName = "acme::GenericResult<Vec<i64>>".parse()?;
/// assert_eq!(name.origin(), "acme::GenericResult");
/// assert_eq!(name.args().next().unwrap().to_string(), "Vec<i64>");
/// assert!("Vec< i64 >".parse::<TypeName>().is_err());
/// # Ok::<(), typeport::Error>(())
/// ```
#[derive(Clone)]
pub struct TypeName(Arc<Parsed>);

/// The shared part of a name's clones: each carried value keeps its name.
struct Parsed {
    text: Box<str>,
    root: Node,
    // INVARIANT: in order of first byte, so that a node's descendants follow it.
    below: Box<[Node]>,
}

/// The memory of the shared part without its text and nodes: itself, and the two counts of the `Arc`.
const SHARED: usize = size_of::<Parsed>() + 2 * size_of::<usize>();

/// A name inside a [`TypeName`]: an argument, or the whole name.
#[derive(Clone, Copy)]
pub struct TypeRef<'a> {
    /// The text of the whole name.
    text: &'a str,
    node: &'a Node,
    below: &'a [Node],
}

impl TypeName {
    /// Parses a name, within the limits on names.
    ///
    /// # Errors
    ///
    /// The text is not a type name in its one spelling, or exceeds the limits.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self> {
        let (root, below) = parse::parse(text, limits)?;
        Ok(TypeName::new(text.into(), root, below))
    }

    /// Returns the origin of the whole name: `acme::GenericResult`, `Vec`, `dyn acme::ResultBase`; `()` for tuples, `[]` for
    /// slices, `[;]` for arrays, the text itself for a const value.
    pub fn origin(&self) -> &str {
        self.as_ref().origin()
    }

    fn new(text: Box<str>, root: Node, below: Box<[Node]>) -> Self {
        TypeName(Arc::new(Parsed { text, root, below }))
    }

    /// The bytes of memory of a name with all its clones.
    pub(crate) fn memory(&self) -> usize {
        let Parsed { text, below, .. } = &*self.0;
        SHARED.saturating_add(text.len()).saturating_add(size_of_val(&**below))
    }

    /// Iterates over the arguments, in order; those of an array are the element type and the length.
    pub fn args(&self) -> impl Iterator<Item = TypeRef<'_>> {
        self.as_ref().args()
    }

    /// Returns the canonical text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The placeholder for an unknown name: that of an erased parameter outside its scope.
    pub(crate) fn unknown() -> Self {
        let root = Node { kind: NodeKind::Path, start: 0, head_end: 1, end: 1, n_below: 0 };
        TypeName::new("?".into(), root, [].into())
    }

    /// Returns the whole name as a reference.
    pub fn as_ref(&self) -> TypeRef<'_> {
        TypeRef { text: &self.0.text, node: &self.0.root, below: &self.0.below }
    }
}

impl<'a> TypeRef<'a> {
    fn text(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Returns the canonical text of this name.
    pub fn as_str(&self) -> &'a str {
        self.text(self.node.start, self.node.end)
    }

    /// Returns the origin, spelled as [`TypeName::origin`] spells it.
    pub fn origin(&self) -> &'a str {
        let node = self.node;
        match node.kind {
            NodeKind::Path => self.text(node.start, node.head_end),
            NodeKind::Tuple => "()",
            NodeKind::Slice => "[]",
            NodeKind::Array => "[;]",
            NodeKind::Dyn | NodeKind::Const => self.as_str(),
        }
    }

    pub(crate) fn kind(&self) -> NodeKind {
        self.node.kind
    }

    /// Iterates over the arguments, in order.
    pub fn args(&self) -> impl Iterator<Item = TypeRef<'a>> + use<'a> {
        let (text, mut left) = (self.text, self.below);
        std::iter::from_fn(move || {
            let (node, behind) = left.split_first()?;
            let (below, others) = behind.split_at_checked(node.n_below as usize)?;
            left = others;
            Some(TypeRef { text, node, below })
        })
    }

    /// Copies the name into an owned one.
    pub fn to_type_name(&self) -> TypeName {
        let shift = |at: u32| at.saturating_sub(self.node.start);
        let moved = |node: &Node| Node {
            start: shift(node.start),
            head_end: shift(node.head_end),
            end: shift(node.end),
            ..*node
        };
        TypeName::new(self.as_str().into(), moved(self.node), self.below.iter().map(moved).collect())
    }
}

impl FromStr for TypeName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        TypeName::parse(text, &Limits::default())
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeName({})", self.as_str())
    }
}

/// The text compares and hashes like the name.
impl Borrow<str> for TypeName {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for TypeName {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.as_str() == other.as_str()
    }
}

impl Eq for TypeName {}

impl Hash for TypeName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for TypeName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TypeName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for TypeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TypeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeRef({})", self.as_str())
    }
}
