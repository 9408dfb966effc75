//! Fingerprints: SHA-256 over a type name and the shapes of all types that it reaches.
//! Imports `error` and its siblings only. `docs/wire-format.md` has the definition for other implementations.
//!
//! Invariant: native and erased give the same bytes, whatever was linked, created or asked before.

use super::expr::{Argument, Arguments, Head, Spelling, TypeExpr};
use super::{Fields, Shape, Style, Tagging};
use crate::error::Result;
use sha2::{Digest, Sha256};
use std::collections::{HashSet, VecDeque};

/// The fingerprint of `expr` with its parameters replaced by `arguments`.
///
/// `spelling` decides the ids; the eldest ones are the rule, so that a change of name keeps the fingerprint.
pub(crate) fn fingerprint(
    expr: &'static TypeExpr,
    arguments: &dyn Arguments,
    spelling: &Spelling<'_>,
) -> Result<[u8; 32]> {
    let mut absorb = Absorb { hash: Sha256::new(), spelling };
    absorb.text("typeport fingerprint 1");
    visit(expr, arguments, spelling, &mut |text, shape, arguments| {
        absorb.text(text);
        absorb.shape(shape, arguments)
    })?;
    Ok(absorb.hash.finalize().into())
}

/// Visits each type that `expr` reaches once, breadth first, itself first: its text, its shape, its arguments.
pub(super) fn visit(
    expr: &'static TypeExpr,
    arguments: &dyn Arguments,
    spelling: &Spelling<'_>,
    each: &mut dyn FnMut(&str, &'static Shape, &dyn Arguments) -> Result<()>,
) -> Result<()> {
    let mut seen = HashSet::new();
    let mut queue = VecDeque::from([Argument::Type(expr, arguments)]);
    while let Some(next) = queue.pop_front() {
        let Some((expr, arguments)) = resolve(next) else { continue };
        let text = expr.text(arguments, spelling)?;
        if seen.contains(&text) {
            continue;
        }
        let shape = (expr.shape)();
        each(&text, shape, arguments)?;
        seen.insert(text);
        queue.extend(shape.types().into_iter().map(|ty| Argument::Type(ty, arguments)));
    }
    Ok(())
}

/// Follows a parameter to what it stands for; `None` for const values, which have no shape.
fn resolve(mut argument: Argument<'_>) -> Option<(&'static TypeExpr, &dyn Arguments)> {
    loop {
        match argument {
            Argument::Const(_) => return None,
            Argument::Type(expr, arguments) => match expr.head {
                Head::Param { index, .. } => argument = arguments.argument(index)?,
                _ => return Some((expr, arguments)),
            },
        }
    }
}

struct Absorb<'a> {
    hash: Sha256,
    spelling: &'a Spelling<'a>,
}

impl Absorb<'_> {
    fn number(&mut self, number: u64) {
        self.hash.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.hash.update(text);
    }

    fn ty(&mut self, expr: &TypeExpr, arguments: &dyn Arguments) -> Result<()> {
        let text = expr.text(arguments, self.spelling)?;
        self.text(&text);
        Ok(())
    }

    fn shape(&mut self, shape: &Shape, arguments: &dyn Arguments) -> Result<()> {
        let tag = match shape {
            Shape::None => 0,
            Shape::Leaf(_) => 1,
            Shape::Opaque => 2,
            Shape::Transparent { .. } => 3,
            Shape::Option { .. } => 4,
            Shape::Seq { .. } => 5,
            Shape::Array { .. } => 6,
            Shape::Map { .. } => 7,
            Shape::Tuple { .. } => 8,
            Shape::Text { .. } => 9,
            Shape::Nested { .. } => 10,
            Shape::Struct { .. } => 11,
            Shape::Enum { .. } => 12,
        };
        self.number(tag);
        match shape {
            Shape::Leaf(name) => self.text(name),
            Shape::Text { binary } => self.shape(binary, arguments)?,
            Shape::Struct { fields, .. } => self.fields(fields, arguments)?,
            Shape::Enum { tagging, variants, .. } => {
                self.tagging(tagging);
                self.number(variants.len() as u64);
                for variant in *variants {
                    self.text(variant.name);
                    self.number(variant.index.into());
                    self.fields(&variant.fields, arguments)?;
                }
            }
            _ => {
                let types = shape.types();
                self.number(types.len() as u64);
                for ty in types {
                    self.ty(ty, arguments)?;
                }
            }
        }
        Ok(())
    }

    fn fields(&mut self, fields: &Fields, arguments: &dyn Arguments) -> Result<()> {
        self.number(match fields.style {
            Style::Unit => 0,
            Style::Newtype => 1,
            Style::Tuple => 2,
            Style::Named => 3,
        });
        self.number(fields.fields.len() as u64);
        for field in fields.fields {
            self.text(field.name);
            self.number(u64::from(field.flatten) | u64::from(field.optional) << 1);
            self.ty(field.ty, arguments)?;
        }
        Ok(())
    }

    fn tagging(&mut self, tagging: &Tagging) {
        match tagging {
            Tagging::External => self.number(0),
            Tagging::Internal { tag } => {
                self.number(1);
                self.text(tag);
            }
            Tagging::Adjacent { tag, content } => {
                self.number(2);
                self.text(tag);
                self.text(content);
            }
            Tagging::Untagged => self.number(3),
        }
    }
}
