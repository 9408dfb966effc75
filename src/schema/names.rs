//! The names of types within schemas: parameters replaced, ids respelled. Imports `type_name`.

use crate::type_name::{NodeKind, TypeRef};
use std::fmt::Write;

/// The name under which a schema has the generic type that `name` is one of: `acme::Pair<?0, ?1>`.
pub(super) fn generic(name: TypeRef<'_>) -> Option<String> {
    // `Box<[u8]>` is no case of `Box<?0>`: what is in it has no size.
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

/// The arguments that go with [`generic`].
pub(super) fn arguments(name: TypeRef<'_>) -> Vec<&str> {
    let of = only(name).filter(|slice| slice.kind() == NodeKind::Slice).unwrap_or(name);
    of.args().map(|argument| argument.as_str()).collect()
}

/// The argument of a name that has one.
pub(super) fn only(name: TypeRef<'_>) -> Option<TypeRef<'_>> {
    let mut arguments = name.args();
    arguments.next().filter(|_| arguments.next().is_none())
}

/// A type's text, with `?0`, `?1` replaced by these arguments.
pub(super) fn substituted(text: &str, arguments: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            // A char among the arguments: its second character is itself, whatever it is.
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
    }
    out
}

/// A name with its ids respelled. Recurses as deep as names may be.
pub(super) fn respelled(name: TypeRef<'_>, spell: &dyn Fn(&str) -> Option<String>) -> String {
    let arguments = || name.args().map(|argument| respelled(argument, spell)).collect::<Vec<_>>();
    let spelled = |id: &str| spell(id).unwrap_or_else(|| id.to_owned());
    match name.kind() {
        NodeKind::Const => name.as_str().to_owned(),
        NodeKind::Dyn => format!("dyn {}", spelled(name.origin().strip_prefix("dyn ").unwrap_or_default())),
        NodeKind::Slice => format!("[{}]", arguments().join(", ")),
        NodeKind::Array => format!("[{}]", arguments().join("; ")),
        NodeKind::Tuple => match arguments().as_slice() {
            [only] => format!("({only},)"),
            all => format!("({})", all.join(", ")),
        },
        NodeKind::Path => {
            let (mut text, arguments) = (spelled(name.origin()), arguments());
            if !arguments.is_empty() {
                // Writing to a string does not fail.
                let _ = write!(text, "<{}>", arguments.join(", "));
            }
            text
        }
    }
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
            substituted("Vec<(?0, a::B<?1, '?'>, '\\u{27}')>", &["u8", "x::Y<i8>"]),
            "Vec<(u8, a::B<x::Y<i8>, '?'>, '\\u{27}')>"
        );
        assert_eq!(substituted("?10?0?2", &["a"]), "?a?");
    }

    #[test]
    fn ids_are_respelled_wherever_they_stand() {
        let name: TypeName = "a::B<Vec<(a::B<u8>,)>, [Box<dyn a::B>; 2]>".parse().unwrap();
        let spell = |id: &str| (id == "a::B").then(|| "c::D".to_owned());
        assert_eq!(respelled(name.as_ref(), &spell), "c::D<Vec<(c::D<u8>,)>, [Box<dyn c::D>; 2]>");
    }
}
