//! Fingerprints: SHA-256 over a type name and the shapes of all types that it reaches. `docs/wire-format.md` has the definition
//! for other implementations. Imports `error` and its siblings.
//!
//! Invariant: native and erased forms give the same bytes, whatever was linked or called before.

use super::Shape;
use super::data::{Head, TypeExpr};
use super::expr::{Argument, Arguments, Spelling};
use super::text_shape::{TextShape, Tokens};
use crate::error::Result;
use sha2::{Digest, Sha256};
use std::collections::{HashSet, VecDeque};

/// The fingerprint of `expr` with its parameters replaced by `arguments`.
///
/// `spelling` selects the ids; the oldest ones are the rule, so that a rename keeps the fingerprint.
pub(crate) fn fingerprint(
    expr: &'static TypeExpr,
    arguments: &dyn Arguments,
    spelling: &Spelling<'_>,
) -> Result<[u8; 32]> {
    let mut fingerprint = Fingerprint::new();
    visit(expr, arguments, spelling, &mut |reached| {
        fingerprint.absorb(&reached.text, &TextShape::of(reached.shape, reached.arguments, spelling)?);
        Ok(())
    })?;
    Ok(fingerprint.finish())
}

/// A fingerprint that is being computed.
pub(crate) struct Fingerprint {
    hash: Sha256,
    length: usize,
}

impl Fingerprint {
    pub(crate) fn new() -> Self {
        let mut fingerprint = Fingerprint { hash: Sha256::new(), length: 0 };
        fingerprint.text("typeport fingerprint 1");
        fingerprint
    }

    /// Absorbs a reached type: its name and its shape.
    pub(crate) fn absorb(&mut self, name: &str, shape: &TextShape) {
        self.absorb_as(name, shape, &mut shape.types().into_iter());
    }

    /// Absorbs a reached type whose shape mentions other types under these names; returns the number of bytes.
    pub(crate) fn absorb_as(&mut self, name: &str, shape: &TextShape, names: &mut dyn Iterator<Item = &str>) -> usize {
        let before = self.length;
        self.text(name);
        shape.write_as(names, self);
        self.length.saturating_sub(before)
    }

    fn update(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.length = self.length.saturating_add(bytes.len());
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

impl Tokens for Fingerprint {
    fn number(&mut self, number: u64) {
        self.update(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.update(text.as_bytes());
    }
}

/// One of the types that another type reaches.
pub(crate) struct Reached<'a> {
    pub(crate) text: String,
    pub(crate) expr: &'static TypeExpr,
    pub(crate) shape: &'static Shape,
    pub(crate) arguments: &'a dyn Arguments,
}

/// Visits each type that `expr` reaches once, breadth first, itself first.
pub(crate) fn visit(
    expr: &'static TypeExpr,
    arguments: &dyn Arguments,
    spelling: &Spelling<'_>,
    each: &mut dyn FnMut(&Reached<'_>) -> Result<()>,
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
        let reached = Reached { text, expr, shape, arguments };
        each(&reached)?;
        seen.insert(reached.text);
        queue.extend(shape.types().into_iter().map(|ty| Argument::Type(ty, arguments)));
    }
    Ok(())
}

/// Follows a parameter to its argument; `None` for const values, which have no shape.
pub(super) fn resolve(mut argument: Argument<'_>) -> Option<(&'static TypeExpr, &dyn Arguments)> {
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
