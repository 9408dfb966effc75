//! What keeps a type from a format: the restriction of its author, and what serde would lose. Imports `error` and its
//! siblings only.

use super::expr::{Argument, Arguments, Spelling, TypeExpr};
use super::fingerprint::{Reached, resolve, visit};
use super::{Fields, Shape, Style};
use crate::error::{Kind, Result};

/// Types around types that are looked through: one may stand for itself, by way of a box.
const LEVELS: usize = 64;

/// The name of the first type that `expr` reaches and that is restricted to JSON.
pub(crate) fn first_json_only(expr: &'static TypeExpr, arguments: &dyn Arguments) -> Result<Option<String>> {
    let mut found = None;
    visit(expr, arguments, &Spelling::Current, &mut |reached| {
        if reached.shape.is_json_only() {
            check_flattened(reached)?;
            found.get_or_insert_with(|| reached.text.clone());
        }
        Ok(())
    })?;
    Ok(found)
}

/// Refuses a flattened `Option` that neither the derive nor the compiler saw: an erased argument, a newtype of one.
fn check_flattened(reached: &Reached<'_>) -> Result<()> {
    let mut flattened = reached.shape.fields().filter(|field| field.flatten);
    if flattened.any(|field| is_read_as_option(field.ty, reached.arguments)) {
        let what = "a flattened `Option`: serde reads it as `None` where its content is wrong; do not flatten the \
                    field, or flatten a struct whose own fields are optional";
        return Err(Kind::NotRepresentable { format: "json", what }.into());
    }
    Ok(())
}

/// Whether serde asks for an `Option` where it reads the type.
fn is_read_as_option(ty: &'static TypeExpr, arguments: &dyn Arguments) -> bool {
    let mut argument = Argument::Type(ty, arguments);
    for _ in 0..LEVELS {
        let Some((ty, arguments)) = resolve(argument) else { return false };
        let inner: &'static TypeExpr = match (ty.shape)() {
            Shape::Option { .. } => return true,
            Shape::Transparent { inner } => inner,
            Shape::Struct { fields: Fields { style: Style::Newtype, fields: [field] }, .. } => field.ty,
            _ => return false,
        };
        argument = Argument::Type(inner, arguments);
    }
    false
}
