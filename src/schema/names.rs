//! Type names in schemas: replaces parameters and respells ids. Imports `type_name`.

use crate::type_name::{NodeKind, TypeRef};
use std::collections::HashSet;

/// The name under which a schema has the generic type of `name`: `acme::Pair<?0, ?1>`.
pub(super) fn generic(name: TypeRef<'_>) -> Option<String> {
    // `Box<[u8]>` does not match `Box<?0>`, as a slice is unsized.
    if let Some(slice) = only(name).filter(|slice| slice.kind() == NodeKind::Slice) {
        return Some(format!("{}<{}>", name.origin(), generic(slice)?));
    }
    let parameters: Vec<String> = (0..name.args().count()).map(|index| format!("?{index}")).collect();
    Some(match (name.kind(), parameters.as_slice()) {
        (_, []) | (NodeKind::Dyn | NodeKind::Const, _) => return None,
        (NodeKind::Path, _) => format!("{}<{}>", name.origin(), parameters.join(", ")),
        (NodeKind::Tuple, [only]) => format!("({only},)"),
        (NodeKind::Tuple, _) => format!("({})", parameters.join(", ")),
        (NodeKind::Slice, _) => format!("[{}]", parameters.join(", ")),
        (NodeKind::Array, _) => format!("[{}]", parameters.join("; ")),
    })
}

/// The arguments for the parameters of [`generic`].
pub(super) fn arguments(name: TypeRef<'_>) -> Vec<&str> {
    let of = only(name).filter(|slice| slice.kind() == NodeKind::Slice).unwrap_or(name);
    of.args().map(|argument| argument.as_str()).collect()
}

/// The only argument of a name.
pub(super) fn only(name: TypeRef<'_>) -> Option<TypeRef<'_>> {
    let mut arguments = name.args();
    arguments.next().filter(|_| arguments.next().is_none())
}

/// A type's text with `?0`, `?1` replaced by these arguments; `None` if the result is longer than `longest`.
pub(super) fn substituted(text: &str, arguments: &[&str], longest: usize) -> Option<String> {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            // A `char` argument: its second character stands for itself.
            '\'' => {
                out.push(character);
                out.extend(rest.next());
            }
            '?' => {
                let mut index = String::new();
                while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                    index.push(digit);
                }
                let argument = index.parse().ok().and_then(|index: usize| arguments.get(index));
                out.push_str(argument.copied().unwrap_or("?"));
            }
            _ => out.push(character),
        }
        if out.len() > longest {
            return None;
        }
    }
    Some(out)
}

/// A name with its ids respelled. Recurses as deep as names may be.
pub(super) fn respelled(name: TypeRef<'_>, spell: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    respell(name, spell, &mut out);
    out
}

fn respell(name: TypeRef<'_>, spell: &dyn Fn(&str) -> Option<String>, out: &mut String) {
    let spelled = |id: &str| spell(id).unwrap_or_else(|| id.to_owned());
    let (open, separator, close) = match name.kind() {
        NodeKind::Const => return out.push_str(name.as_str()),
        NodeKind::Dyn => {
            out.push_str("dyn ");
            return out.push_str(&spelled(name.origin().strip_prefix("dyn ").unwrap_or_default()));
        }
        NodeKind::Slice => ("[", ", ", "]"),
        NodeKind::Array => ("[", "; ", "]"),
        NodeKind::Tuple if only(name).is_some() => ("(", ", ", ",)"),
        NodeKind::Tuple => ("(", ", ", ")"),
        NodeKind::Path => {
            out.push_str(&spelled(name.origin()));
            if name.args().next().is_none() {
                return;
            }
            ("<", ", ", ">")
        }
    };
    for (at, argument) in name.args().enumerate() {
        out.push_str(if at == 0 { open } else { separator });
        respell(argument, spell, out);
    }
    // Only the unit has no arguments here.
    out.push_str(if name.args().next().is_none() { "()" } else { close });
}

/// All ids in a name.
pub(super) fn ids<'a>(name: TypeRef<'a>, found: &mut HashSet<&'a str>) {
    if name.kind() != NodeKind::Const {
        let origin = name.origin();
        found.insert(origin.strip_prefix("dyn ").unwrap_or(origin));
    }
    name.args().for_each(|argument| ids(argument, found));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::type_name::TypeName;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let name: TypeName = name.parse().unwrap();
        assert_eq!(generic(name.as_ref()).as_deref(), expected);
        assert_eq!(respelled(name.as_ref(), &|_| None), name.as_str());
    }

    #[test]
    fn a_generic_type_has_parameters_for_arguments() {
        check("i64", None);
        check("()", None);
        check("acme::Pair<Vec<i64>, 'x'>", Some("acme::Pair<?0, ?1>"));
        check("(i64,)", Some("(?0,)"));
        check("(i64, (u8, bool))", Some("(?0, ?1)"));
        check("[[u8; 2]; 3]", Some("[?0; ?1]"));
        check("Box<[u8]>", Some("Box<[?0]>"));
        check("Box<dyn acme::Base>", Some("Box<?0>"));
    }

    #[test]
    fn parameters_are_replaced_and_chars_are_not() {
        assert_eq!(
            substituted("Vec<(?0, a::B<?1, '?'>, '\\u{27}')>", &["u8", "x::Y<i8>"], 40).as_deref(),
            Some("Vec<(u8, a::B<x::Y<i8>, '?'>, '\\u{27}')>")
        );
        assert_eq!(substituted("?10?0?2", &["a"], 3).as_deref(), Some("?a?"));
        assert_eq!(substituted("?10?0?2", &["a"], 2), None);
    }

    #[test]
    fn ids_are_respelled_wherever_they_stand() {
        let name: TypeName = "a::B<Vec<(a::B<u8>,)>, [Box<dyn a::B>; 2]>".parse().unwrap();
        let spell = |id: &str| (id == "a::B").then(|| "c::D".to_owned());
        assert_eq!(respelled(name.as_ref(), &spell), "c::D<Vec<(c::D<u8>,)>, [Box<dyn c::D>; 2]>");
    }
}
