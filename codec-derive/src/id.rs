//! The grammar of ids, which the core crate's type names share. Imports no other file.

/// Whether `text` is an id that the core crate accepts.
pub fn is_id(text: &str) -> bool {
    text.contains("::") && text.split("::").all(is_identifier)
}

/// Whether `text` is one segment of an id.
pub fn is_identifier(text: &str) -> bool {
    let rest = text.strip_prefix(|first: char| first.is_ascii_alphabetic() || first == '_');
    rest.is_some_and(|rest| rest.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_two_or_more_ascii_identifiers() {
        for id in ["a::B", "acme::money::Price", "_a::_1", "A1::b_2"] {
            assert!(is_id(id), "{id}");
        }
        for text in ["", "B", "a::", "::B", "a:B", "a::1B", "a::B<T>", "a:: B", "a::ß", "a.B", "a::b-c", "a:::b"] {
            assert!(!is_id(text), "{text}");
        }
    }
}
