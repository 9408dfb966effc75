//! Where a value stands in its type: the type's expression, and what its parameters stand for. Imports `error`, `shape` and its
//! siblings.

use crate::error::{Kind, Result};
use crate::shape::{ConstValue, Head, Leaf, Shape, TypeExpr};
use crate::state::binary::by_serde::BySerde;
use crate::state::decode::types::{Plan, PlanArgument};
use std::sync::Arc;

/// A type, in the scope of a plan.
#[derive(Clone, Copy)]
pub(crate) struct At<'p> {
    pub(super) expr: &'static TypeExpr,
    pub(super) plan: Option<&'p Arc<Plan>>,
}

/// How a value of a type stands in a text.
#[derive(Clone, Copy)]
pub(super) enum View {
    /// As its shape says, which is not that of another type.
    Shaped(&'static Shape),
    /// As serde writes it.
    BySerde(&'static BySerde),
}

impl<'p> At<'p> {
    /// The type of `expr`, whose parameters stand for the arguments of `plan`.
    pub(crate) fn new(expr: &'static TypeExpr, plan: Option<&'p Arc<Plan>>) -> Self {
        At { expr, plan }
    }

    /// Another type in the same scope.
    pub(super) fn with(self, expr: &'static TypeExpr) -> Self {
        At { expr, ..self }
    }

    /// What it is if it has no parts, as most types; others are to be viewed.
    #[inline]
    pub(super) fn leaf(self) -> Option<Leaf> {
        match (self.expr.by_serde, (self.expr.shape)()) {
            (None, Shape::Leaf(leaf)) => Some(*leaf),
            _ => None,
        }
    }

    /// The type that has the state: behind parameters, boxes and the like.
    #[inline]
    pub(super) fn view(mut self) -> Result<(Self, View)> {
        loop {
            if let Some(by_serde) = self.expr.by_serde {
                let another = Kind::Registration { reason: "its decoder makes another type" };
                return Ok((self, View::BySerde(by_serde.downcast_ref().ok_or(another)?)));
            }
            match (self.expr.shape)() {
                Shape::Transparent { inner } => self.expr = inner,
                Shape::None => self = self.argument()?,
                shape => return Ok((self, View::Shaped(shape))),
            }
        }
    }

    /// What a parameter stands for.
    fn argument(self) -> Result<Self> {
        let Head::Param { index, .. } = self.expr.head else {
            return Err(Kind::Registration { reason: "its shape is none" }.into());
        };
        match self.plan.and_then(|plan| plan.arguments.get(index)) {
            Some(PlanArgument::Type(plan)) => Ok(At { expr: plan.expr, plan: Some(plan) }),
            _ => Err(Kind::Unbound { parameter: Some(index) }.into()),
        }
    }

    /// The length of the array.
    pub(super) fn length(self) -> Result<usize> {
        let length = match self.expr.args.get(1).map(|arg| &arg.head) {
            Some(Head::Const(ConstValue::Uint(length))) => usize::try_from(*length).ok(),
            Some(Head::ConstParam(index)) => match self.plan.and_then(|plan| plan.arguments.get(*index)) {
                Some(PlanArgument::Const(length)) => length.parse().ok(),
                _ => None,
            },
            _ => None,
        };
        length.ok_or_else(|| Kind::Registration { reason: "an array has no length" }.into())
    }
}
