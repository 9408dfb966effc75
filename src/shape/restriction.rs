//! Restrictions of types to JSON: by their author, or because serde would lose data. Imports `error` and its siblings.

use super::data::{Head, TypeExpr};
use super::expr::{Argument, Arguments, Spelling};
use super::fingerprint::{Reached, resolve, visit};
use super::{Asks, Fields, Shape, Style};
use crate::error::{Kind, Result, cut, printable};

/// The most wrappers that are looked through: a type may wrap itself through a box.
const LEVELS: usize = 64;

/// A reason why a type may be for JSON only.
#[derive(Debug)]
pub(super) enum Restriction {
    /// The author of this type, which it reaches, restricted it.
    Author(String),
    /// A type that it reaches has a field of a foreign type, which may need a self-describing format.
    Foreign { owner: String, field: &'static str, ty: &'static str, asks: Asks },
}

/// The possible restrictions of `expr`: one restricted type, or all fields of foreign types.
pub(super) fn restrictions(expr: &'static TypeExpr, arguments: &dyn Arguments) -> Result<Vec<Restriction>> {
    let (mut author, mut foreign) = (None, Vec::new());
    visit(expr, arguments, &Spelling::Current, &mut |reached| {
        if reached.shape.is_json_only() {
            check_flattened(reached)?;
            author.get_or_insert_with(|| reached.text.clone());
        }
        foreign.extend(foreign_fields(reached));
        Ok(())
    })?;
    Ok(author.map_or(foreign, |author| vec![Restriction::Author(author)]))
}

fn foreign_fields(reached: &Reached<'_>) -> Vec<Restriction> {
    let types = reached.shape.types().into_iter();
    types
        .filter_map(|ty| {
            let (Head::Opaque(name), Shape::Opaque { asks: Some(asks) }) = (ty.head, (ty.shape)()) else { return None };
            let mut fields = reached.shape.fields();
            let field = fields.find(|field| std::ptr::eq(field.ty, ty)).map_or("", |field| field.name());
            let name = name.strip_prefix("opaque ").unwrap_or(name);
            Some(Restriction::Foreign { owner: reached.text.clone(), field, ty: name, asks: *asks })
        })
        .collect()
}

impl Restriction {
    /// The reason and remedy, if the restriction applies.
    pub(super) fn reason(&self) -> Result<Option<String>> {
        let json = "use Codec::default().format(Format::Json)";
        Ok(match self {
            Restriction::Author(name) => {
                Some(format!("`{}` is restricted to JSON by #[portable(format = \"json\")]; {json}", cut(name)))
            }
            Restriction::Foreign { owner, field, ty, asks } => asks()?.then(|| {
                let of = if field.is_empty() { String::new() } else { format!(" `{field}`") };
                format!(
                    "the field{of} of `{}` has the foreign type `{}`, whose Deserialize needs a self-describing format; \
                     give the field a #[serde(with = \"..\")] that needs none, or {json}",
                    cut(owner),
                    printable(ty)
                )
            }),
        })
    }
}

/// Refuses a flattened `Option` that neither the derive nor the compiler can see: an erased argument, or a newtype of one.
fn check_flattened(reached: &Reached<'_>) -> Result<()> {
    let mut flattened = reached.shape.fields().filter(|field| field.flatten);
    if flattened.any(|field| is_read_as_option(field.ty, reached.arguments)) {
        let what = "a flattened `Option`, which serde reads as `None` when its content is invalid";
        let remedy = "do not flatten the field, or flatten a struct whose own fields are optional".into();
        return Err(Kind::NotRepresentable { format: "json", what, remedy }.into());
    }
    Ok(())
}

/// Whether serde reads the type as an `Option`, possibly behind wrappers, newtypes and parameters.
pub(crate) fn is_read_as_option(ty: &'static TypeExpr, arguments: &dyn Arguments) -> bool {
    let mut argument = Argument::Type(ty, arguments);
    for _ in 0..LEVELS {
        let Some((ty, arguments)) = resolve(argument) else { return false };
        let inner: &'static TypeExpr = match (ty.shape)() {
            Shape::Option { .. } => return true,
            Shape::Transparent { inner } => inner,
            Shape::Struct { fields: Fields { style: Style::Newtype, fields: [field], .. }, .. } => field.ty,
            _ => return false,
        };
        argument = Argument::Type(inner, arguments);
    }
    false
}

/// Whether serde buffers `expr`, or a type that it reaches. Serde does not buffer an adjacently tagged enum whose tag is in front
/// of the content.
pub(crate) fn is_buffered(expr: &'static TypeExpr, arguments: &dyn Arguments) -> Result<bool> {
    let mut found = false;
    visit(expr, arguments, &Spelling::Current, &mut |reached| {
        found |= reached.shape.is_buffered();
        Ok(())
    })?;
    Ok(found)
}
