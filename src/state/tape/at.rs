//! A position in a type: the type's expression and the plan with the arguments of its parameters. Imports `error`, `shape` and
//! its siblings.

use crate::error::{Error, Kind, Result};
use crate::shape::{Absent, ConstValue, Field, Fields, Head, Leaf, Manners, Shape, Style, TypeExpr, Variant};
use crate::state::binary::by_serde::BySerde;
use crate::state::decode::types::{Plan, PlanArgument};
use crate::state::view::{Part, PartsAt, TypeAt, VariantsAt, View};
use std::sync::Arc;

/// A type, in the scope of a plan.
#[derive(Clone, Copy)]
pub(crate) struct At<'p> {
    pub(super) expr: &'static TypeExpr,
    pub(super) plan: Option<&'p Arc<Plan>>,
}

impl<'p> At<'p> {
    /// The type `expr`, with the arguments of `plan` for its parameters.
    pub(crate) fn new(expr: &'static TypeExpr, plan: Option<&'p Arc<Plan>>) -> Self {
        At { expr, plan }
    }

    /// Another type in the same scope.
    pub(super) fn with(self, expr: &'static TypeExpr) -> Self {
        At { expr, ..self }
    }

    /// The argument for a parameter.
    fn argument(self) -> Result<Self> {
        let Head::Param { index, .. } = self.expr.head else {
            return Err(Kind::Registration { reason: "a type that is no parameter has no shape" }.into());
        };
        match self.plan.and_then(|plan| plan.arguments.get(index)) {
            Some(PlanArgument::Type(plan)) => Ok(At { expr: plan.expr, plan: Some(plan) }),
            _ => Err(Kind::Unbound { parameter: Some(index) }.into()),
        }
    }

    /// The length of the array.
    fn length(self) -> Result<usize> {
        let length = match self.expr.args.get(1).map(|arg| &arg.head) {
            Some(Head::Const(ConstValue::Uint(length))) => usize::try_from(*length).ok(),
            Some(Head::ConstParam(index)) => match self.plan.and_then(|plan| plan.arguments.get(*index)) {
                Some(PlanArgument::Const(length)) => length.parse().ok(),
                _ => None,
            },
            _ => None,
        };
        length.ok_or_else(|| Kind::Registration { reason: "an array type has no length" }.into())
    }
}

#[cold]
pub(super) fn misshaped() -> Error {
    Kind::Registration { reason: "the shape of a type does not fit its state" }.into()
}

#[cold]
fn another_type() -> Error {
    Kind::Registration { reason: "a decode function returns another type" }.into()
}

impl<'p> TypeAt for At<'p> {
    type Parts = Parts<'p>;
    type Variants = Variants<'p>;
    /// A value that serde reads and writes.
    type Own = (At<'p>, &'static BySerde);

    #[inline]
    fn leaf(self) -> Option<Leaf> {
        match (self.expr.by_serde, (self.expr.shape)()) {
            (None, Shape::Leaf(leaf)) => Some(*leaf),
            _ => None,
        }
    }

    #[inline]
    fn view(mut self) -> Result<View<Self>> {
        let shape = loop {
            if let Some(by_serde) = self.expr.by_serde {
                return Ok(View::Own((self, by_serde.downcast_ref().ok_or_else(another_type)?)));
            }
            match (self.expr.shape)() {
                Shape::Transparent { inner } => self.expr = inner,
                Shape::None => self = self.argument()?,
                shape => break shape,
            }
        };
        Ok(match shape {
            Shape::Leaf(leaf) => View::Leaf(*leaf),
            Shape::Text { .. } => View::Leaf(Leaf::Str),
            Shape::Option { inner } => View::Option(self.with(inner)),
            Shape::Seq { element } => View::Seq(self.with(element)),
            Shape::Array { element } => View::Array(self.with(element), self.length()?),
            Shape::Map { key, value } => View::Map(self.with(key), self.with(value)),
            Shape::Tuple { elements } => View::Parts(Parts { at: self, list: List::Tuple(elements), variant: "" }),
            Shape::Struct { fields, manners, .. } => {
                View::Parts(Parts { at: self, list: List::Fields(fields, manners), variant: "" })
            }
            Shape::Enum { variants, manners, .. } => View::Enum(Variants { at: self, variants, manners }),
            _ => return Err(misshaped()),
        })
    }
}

/// The parts of a tuple, a struct or a variant.
#[derive(Clone, Copy)]
pub(in crate::state) struct Parts<'p> {
    pub(super) at: At<'p>,
    pub(super) list: List,
    pub(super) variant: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum List {
    Tuple(&'static [&'static TypeExpr]),
    Fields(&'static Fields, &'static Manners),
}

impl Parts<'_> {
    #[inline]
    fn field(&self, index: usize) -> Option<&'static Field> {
        match self.list {
            List::Tuple(_) => None,
            List::Fields(fields, _) => fields.fields.get(index),
        }
    }
}

impl<'p> PartsAt for Parts<'p> {
    type At = At<'p>;

    #[inline]
    fn style(&self) -> Style {
        match self.list {
            List::Tuple(_) => Style::Tuple,
            List::Fields(fields, _) => fields.style,
        }
    }

    #[inline]
    fn len(&self) -> usize {
        match self.list {
            List::Tuple(elements) => elements.len(),
            List::Fields(fields, _) => fields.fields.len(),
        }
    }

    #[inline]
    fn part(&self, index: usize) -> Option<Part<At<'p>>> {
        Some(match self.list {
            List::Tuple(elements) => Part { at: self.at.with(elements.get(index)?), is_marked: false },
            List::Fields(fields, _) => {
                let field = fields.fields.get(index)?;
                Part { at: self.at.with(field.ty), is_marked: field.absent == Absent::Default }
            }
        })
    }

    fn name(&self, index: usize) -> &str {
        self.field(index).map_or("", Field::name)
    }

    #[inline]
    fn member(&self, index: usize) -> Option<&str> {
        self.field(index).filter(|field| field.is_plain).map(|field| field.member)
    }

    #[inline]
    fn variant(&self) -> &str {
        self.variant
    }
}

/// The variants of an enum.
#[derive(Clone, Copy)]
pub(in crate::state) struct Variants<'p> {
    pub(super) at: At<'p>,
    pub(super) variants: &'static [Variant],
    pub(super) manners: &'static Manners,
}

impl<'p> Variants<'p> {
    pub(super) fn parts(self, variant: &'static Variant) -> Parts<'p> {
        Parts { at: self.at, list: List::Fields(&variant.fields, self.manners), variant: variant.name }
    }
}

impl<'p> VariantsAt for Variants<'p> {
    type Parts = Parts<'p>;

    fn numbered(&self, index: u32) -> Result<Parts<'p>> {
        let is_it = |variant: &&'static Variant| variant.index == index;
        let at_place = usize::try_from(index).ok().and_then(|index| self.variants.get(index)).filter(is_it);
        let variant = at_place.or_else(|| self.variants.iter().find(is_it));
        variant.map(|variant| self.parts(variant)).ok_or_else(misshaped)
    }
}
