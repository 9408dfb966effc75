//! Type expressions: type names as constant data, with parameters for types that only the receiver knows. Imports `error`,
//! `type_name` and its siblings.

use super::data::{ConstValue, Head, TypeExpr};
use super::origin::{InterfaceInfo, Key, Origin, STD};
use crate::error::{Kind, Result};
use crate::type_name::{NodeKind, TypeRef, quote_char};
use std::fmt;

impl fmt::Display for ConstValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConstValue::Uint(value) => value.fmt(f),
            ConstValue::Int(value) => value.fmt(f),
            ConstValue::Bool(value) => value.fmt(f),
            ConstValue::Char(value) => f.write_str(&quote_char(*value)),
        }
    }
}

/// The arguments for the parameters of an expression.
pub(crate) trait Arguments {
    fn argument(&self, index: usize) -> Option<Argument<'_>>;

    /// The current name of the expression with these arguments, if known.
    fn name(&self) -> Option<&str> {
        None
    }
}

/// The argument for one parameter.
pub(crate) enum Argument<'a> {
    Type(&'static TypeExpr, &'a dyn Arguments),
    Const(&'a str),
}

/// The arguments of expressions without parameters.
pub(crate) struct NoArguments;

impl Arguments for NoArguments {
    fn argument(&self, _: usize) -> Option<Argument<'_>> {
        None
    }
}

/// Which of an origin's ids a printed name uses.
pub(crate) enum Spelling<'a> {
    /// The current id.
    Current,
    /// The oldest id, except that origins in the given name are spelled as there.
    Eldest(Option<TypeRef<'a>>),
}

impl Spelling<'_> {
    fn spell(&self, origin: &Origin) -> &'static str {
        match self {
            Spelling::Current => origin.id,
            Spelling::Eldest(None) => origin.eldest(),
            Spelling::Eldest(Some(name)) => spelled(*name, origin).unwrap_or_else(|| origin.eldest()),
        }
    }
}

/// The id by which `name` mentions `origin`, if it does.
fn spelled(name: TypeRef<'_>, origin: &Origin) -> Option<&'static str> {
    let here = origin.ids().find(|id| *id == name.origin() || name.origin().strip_prefix("dyn ") == Some(id));
    here.or_else(|| name.args().find_map(|arg| spelled(arg, origin)))
}

impl TypeExpr {
    /// The expression's text with its parameters replaced by `arguments`.
    pub(crate) fn text(&self, arguments: &dyn Arguments, spelling: &Spelling<'_>) -> Result<String> {
        let mut out = String::new();
        self.print(arguments, spelling, &mut out)?;
        Ok(out)
    }

    /// Recurses as deep as the expression and its arguments are, which the compiler and the name limits bound.
    fn print(&self, arguments: &dyn Arguments, spelling: &Spelling<'_>, out: &mut String) -> Result<()> {
        match &self.head {
            Head::Origin(origin) => {
                out.push_str(spelling.spell(origin));
                self.print_args(["<", ">", ">"], arguments, spelling, out)
            }
            Head::Tuple if self.args.is_empty() => {
                out.push_str("()");
                Ok(())
            }
            Head::Tuple => self.print_args(["(", ",)", ")"], arguments, spelling, out),
            Head::Slice => self.print_args(["[", "]", "]"], arguments, spelling, out),
            Head::Array => {
                for (front, arg) in ["[", "; "].into_iter().zip(self.args) {
                    out.push_str(front);
                    arg.print(arguments, spelling, out)?;
                }
                out.push(']');
                Ok(())
            }
            Head::Dyn(interface) => {
                out.push_str("dyn ");
                out.push_str(spelling.spell(&interface.origin));
                Ok(())
            }
            Head::Const(value) => {
                out.push_str(&value.to_string());
                Ok(())
            }
            Head::Opaque(name) => {
                out.push_str(name);
                Ok(())
            }
            Head::Param { index, .. } | Head::ConstParam(index) => match arguments.argument(*index) {
                Some(Argument::Type(expr, arguments)) => match (spelling, arguments.name()) {
                    (Spelling::Current, Some(name)) => {
                        out.push_str(name);
                        Ok(())
                    }
                    _ => expr.print(arguments, spelling, out),
                },
                Some(Argument::Const(text)) => {
                    out.push_str(text);
                    Ok(())
                }
                None => Err(Kind::Unbound { parameter: Some(*index) }.into()),
            },
        }
    }

    /// Prints the arguments between brackets; the second closing bracket is for a list of one.
    fn print_args(
        &self,
        [open, close_one, close]: [&str; 3],
        arguments: &dyn Arguments,
        spelling: &Spelling<'_>,
        out: &mut String,
    ) -> Result<()> {
        for (place, arg) in self.args.iter().enumerate() {
            out.push_str(if place == 0 { open } else { ", " });
            arg.print(arguments, spelling, out)?;
        }
        match self.args.len() {
            0 => {}
            1 => out.push_str(close_one),
            _ => out.push_str(close),
        }
        Ok(())
    }

    /// The expression's text for people; parameters print as `?0`.
    pub(crate) fn display(&self) -> String {
        self.text(&Placeholders, &Spelling::Current).unwrap_or_else(|_| "..".to_owned())
    }

    /// Whether the expression mentions a parameter.
    pub(crate) const fn has_params(&self) -> bool {
        if matches!(self.head, Head::Param { .. } | Head::ConstParam(_)) {
            return true;
        }
        let mut args = self.args;
        while let [arg, rest @ ..] = args {
            if arg.has_params() {
                return true;
            }
            args = rest;
        }
        false
    }

    /// Whether the name says that serde reads the type as an `Option`, possibly in a box.
    pub(crate) const fn is_read_as_option(&self) -> bool {
        let mut ty = self;
        while let Head::Origin(origin) = ty.head {
            // Ids of users are never single words.
            match (origin.id.as_bytes(), ty.args) {
                (b"Option", _) => return true,
                (b"Box" | b"Arc" | b"Cow" | b"Mutex" | b"RwLock" | b"Reverse" | b"Wrapping", [inner]) => ty = inner,
                _ => return false,
            }
        }
        false
    }

    /// Collects the interfaces of the parameters, by index; `None` for const values.
    pub(crate) fn parameters(&self, found: &mut Vec<Option<&'static InterfaceInfo>>) {
        let (index, interface) = match self.head {
            Head::Param { index, interface, .. } => (index, Some(interface)),
            Head::ConstParam(index) => (index, None),
            _ => return self.args.iter().for_each(|arg| arg.parameters(found)),
        };
        put_at(found, index, interface);
    }

    /// Calls `file` with each key under which a registry indexes the expression. An iterator is not optimized away, and building
    /// the index then takes half as long again.
    #[inline]
    pub(crate) fn each_key(&self, file: impl FnMut(Key<'static>)) {
        let (is_dyn, origin) = match self.head {
            Head::Origin(origin) => (false, origin),
            Head::Dyn(interface) => (true, &interface.origin),
            Head::Tuple => (false, const { &Origin::new("()", &[], STD) }),
            Head::Slice => (false, const { &Origin::new("[]", &[], STD) }),
            Head::Array => (false, const { &Origin::new("[;]", &[], STD) }),
            Head::Const(_) | Head::Opaque(_) | Head::Param { .. } | Head::ConstParam(_) => return,
        };
        origin.each_key(is_dyn, file);
    }

    /// Matches `name` against the expression; parameters are bound in `bound`, by index.
    ///
    /// A parameter that occurs twice has to match the same name both times.
    pub(crate) fn unify<'a>(&self, name: TypeRef<'a>, bound: &mut Vec<Option<TypeRef<'a>>>) -> bool {
        let param = match self.head {
            Head::Param { index, .. } => Some((index, false)),
            Head::ConstParam(index) => Some((index, true)),
            _ => None,
        };
        if let Some((index, is_const)) = param {
            let fits = match name.kind() {
                NodeKind::Const => is_const,
                NodeKind::Path | NodeKind::Tuple | NodeKind::Array => !is_const,
                // Unsized types cannot be arguments of type parameters.
                NodeKind::Slice | NodeKind::Dyn => false,
            };
            if !fits {
                return false;
            }
            let earlier = put_at(bound, index, Some(name));
            return earlier.is_none_or(|earlier| earlier.as_str() == name.as_str());
        }
        let mut names = name.args();
        self.head_matches(name)
            && self.args.iter().all(|arg| names.next().is_some_and(|name| arg.unify(name, bound)))
            && names.next().is_none()
    }

    fn head_matches(&self, name: TypeRef<'_>) -> bool {
        match (&self.head, name.kind()) {
            (Head::Origin(origin), NodeKind::Path) => origin.answers_to(name.origin()),
            (Head::Tuple, NodeKind::Tuple) | (Head::Slice, NodeKind::Slice) | (Head::Array, NodeKind::Array) => true,
            (Head::Dyn(interface), NodeKind::Dyn) => {
                name.origin().strip_prefix("dyn ").is_some_and(|id| interface.origin.answers_to(id))
            }
            (Head::Const(value), NodeKind::Const) => value.to_string() == name.as_str(),
            _ => false,
        }
    }
}

/// Stores `value` at `index` of a list, which grows as needed; returns the former value.
fn put_at<T: Clone>(list: &mut Vec<Option<T>>, index: usize, value: Option<T>) -> Option<T> {
    if let Some(place) = list.get_mut(index) {
        return std::mem::replace(place, value);
    }
    list.resize(index, None);
    list.push(value);
    None
}

impl fmt::Debug for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeExpr({})", self.display())
    }
}

/// Prints parameters as `?0`, for people.
pub(crate) struct Placeholders;

impl Arguments for Placeholders {
    fn argument(&self, index: usize) -> Option<Argument<'_>> {
        const NAMES: [&str; 16] =
            ["?0", "?1", "?2", "?3", "?4", "?5", "?6", "?7", "?8", "?9", "?10", "?11", "?12", "?13", "?14", "?15"];
        NAMES.get(index).map(|text| Argument::Const(text))
    }
}
