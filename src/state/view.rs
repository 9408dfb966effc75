//! A position in a type, whether the derive describes the type, in constant data, or a schema does. Imports `error`,
//! `shape` and its siblings.
//!
//! The walk, the recorder and the reader without types use only this interface, so each of them is written once.

use crate::error::Result;
use crate::shape::{Leaf, Style};

/// A position in a type.
pub(in crate::state) trait TypeAt: Copy {
    type Parts: PartsAt<At = Self>;
    type Variants: VariantsAt<Parts = Self::Parts>;
    /// The cases that only this source of types has.
    type Own: Copy;

    /// The structure of the value, looking through parameters, boxes and the like.
    fn view(self) -> Result<View<Self>>;

    /// The leaf, if it is known without building a view: most values of a text are leaves.
    #[cfg(feature = "json")]
    #[inline]
    fn leaf(self) -> Option<Leaf> {
        None
    }
}

/// The structure of a value.
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

/// The parts of a tuple, a struct or a variant, whose number is in the type.
pub(in crate::state) trait PartsAt: Clone {
    type At;

    fn style(&self) -> Style;
    fn len(&self) -> usize;
    fn part(&self, index: usize) -> Option<Part<Self::At>>;
    /// The name of a part, or empty.
    fn name(&self, index: usize) -> &str;
    /// The name as ready JSON text after another member, if there is one.
    #[cfg(feature = "json")]
    #[inline]
    fn member(&self, _: usize) -> Option<&str> {
        None
    }
    /// The name of the variant, or empty.
    fn variant(&self) -> &str;
}

/// One part.
pub(in crate::state) struct Part<A> {
    pub(in crate::state) at: A,
    /// Whether a byte in front says that the part is present.
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "a tape has such bytes"))]
    pub(in crate::state) is_marked: bool,
}

/// The variants of an enum.
pub(in crate::state) trait VariantsAt {
    type Parts;

    /// The parts of the variant with this number.
    fn numbered(&self, index: u32) -> Result<Self::Parts>;
}
