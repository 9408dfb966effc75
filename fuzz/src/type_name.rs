//! The body that parses type names. Imports `allowed`, `laws`.

use crate::allowed::{assert_allowed, is_constant};
use crate::laws::assert_printable;
use typeport::{Limits, Registry, Resolution, TypeName, TypeRef};

/// Parses text as a type name; asserts that what parses prints as it stood, and is the tree that its text says.
pub fn type_name(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let strict = TypeName::parse(text, &Limits::default());
    match TypeName::parse(text, &Limits::trusted()) {
        Ok(name) => check(text, &name),
        Err(error) => {
            assert_printable(&error.to_string());
            assert!(strict.is_err(), "larger limits refuse what smaller ones accept");
        }
    }
    match strict {
        Ok(name) if Registry::global().resolve(&name) != Resolution::Unlinked => assert_allowed(name.as_ref()),
        Ok(_) => {}
        Err(error) => assert_printable(&error.to_string()),
    }
}

fn check(text: &str, name: &TypeName) {
    assert_eq!((name.as_str(), name.to_string().as_str()), (text, text), "parsed and printed");
    assert_printable(text);
    check_node(name.as_ref());
    let mut rebuilt = String::new();
    rebuild(name.as_ref(), &mut rebuilt);
    assert_eq!(rebuilt, text, "put together from its parts");
}

/// Law: a type inside of a name is a name of its own.
fn check_node(name: TypeRef<'_>) {
    let alone = name.to_type_name();
    assert_eq!((alone.as_str(), alone.origin()), (name.as_str(), name.origin()));
    assert!(alone.args().map(|arg| arg.to_string()).eq(name.args().map(|arg| arg.to_string())));
    let parsed = TypeName::parse(name.as_str(), &Limits::trusted());
    assert_eq!(parsed.ok(), (!is_constant(name)).then_some(alone), "{name}");
    if is_constant(name) {
        assert!(is_only_spelling(name.as_str()), "{name} has another spelling");
    }
    name.args().for_each(check_node);
}

/// Whether a constant is written as it is printed: without leading zeros, and escaped only where it has to be.
fn is_only_spelling(text: &str) -> bool {
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let Some(inner) = quoted else {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading = digits.starts_with('0') && text != "0";
        return matches!(text, "true" | "false") || !leading && digits.bytes().all(|byte| byte.is_ascii_digit());
    };
    let is_plain = |character: char| (' '..='~').contains(&character) && !matches!(character, '\'' | '\\');
    match inner.strip_prefix("\\u{").and_then(|rest| rest.strip_suffix('}')) {
        Some(hex) => u32::from_str_radix(hex, 16)
            .ok()
            .and_then(char::from_u32)
            .is_some_and(|character| !is_plain(character) && hex == format!("{:x}", u32::from(character))),
        None => inner.len() == 1 && inner.chars().all(is_plain),
    }
}

/// Prints the tree, from origins and arguments alone.
fn rebuild(name: TypeRef<'_>, out: &mut String) {
    let arguments: Vec<TypeRef<'_>> = name.args().collect();
    let (open, between, close) = match (name.origin(), arguments.len()) {
        ("()", 1) => ("(", "", ",)"),
        ("()", _) => ("(", ", ", ")"),
        ("[]", _) => ("[", "", "]"),
        ("[;]", _) => ("[", "; ", "]"),
        (origin, 0) => return out.push_str(origin),
        (origin, _) => {
            out.push_str(origin);
            ("<", ", ", ">")
        }
    };
    out.push_str(open);
    for (position, argument) in arguments.into_iter().enumerate() {
        out.push_str(if position > 0 { between } else { "" });
        rebuild(argument, out);
    }
    out.push_str(close);
}
