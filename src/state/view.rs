//! Where a value stands in its type, whoever says what the type is: the derive, in constant data, or a schema. Imports `error`,
//! `shape` and its siblings.
//!
//! A walk, a recorder and a reading without types ask for no more than this, so that each is one piece of code.

use crate::error::Result;
use crate::shape::{Leaf, Style};

/// A place in a type.
pub(in crate::state) trait TypeAt: Copy {
    type Parts: PartsAt<At = Self>;
    type Variants: VariantsAt<Parts = Self::Parts>;
    /// What only this kind of places has.
    type Own: Copy;

    /// What the value is made of: behind parameters, boxes and the like.
    fn view(self) -> Result<View<Self>>;

    /// A leaf that can be told without making a view, as most values of texts are.
    #[cfg(feature = "json")]
    #[inline]
    fn leaf(self) -> Option<Leaf> {
        None
    }
}

/// What a value is made of.
pub(in crate::state) enum View<A: TypeAt> {
    Leaf(Leaf),
    Option(A),
    Seq(A),
    Array(A, usize),
    Map(A, A),
    /// A tuple, or the fields of a struct.
    Parts(A::Parts),
    Enum(A::Variants),
    Own(A::Own),
}

/// The parts of a value whose number is in its type: of a tuple, a struct or a variant.
pub(in crate::state) trait PartsAt: Clone {
    type At;

    fn style(&self) -> Style;
    fn len(&self) -> usize;
    fn part(&self, index: usize) -> Option<Part<Self::At>>;
    /// The name of a part; empty where it has none.
    fn name(&self, index: usize) -> &str;
    /// The same as it stands in JSON, behind another one, where that is ready.
    #[cfg(feature = "json")]
    #[inline]
    fn member(&self, _: usize) -> Option<&str> {
        None
    }
    /// The name of the variant that has them.
    fn variant(&self) -> &str;
}

/// One of them.
pub(in crate::state) struct Part<A> {
    pub(in crate::state) at: A,
    /// Whether a byte before it says that it is there.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "a tape has such bytes"))]
    pub(in crate::state) is_marked: bool,
}

/// The variants of an enum.
pub(in crate::state) trait VariantsAt {
    type Parts;

    /// The parts of the variant with this number.
    fn numbered(&self, index: u32) -> Result<Self::Parts>;
}
