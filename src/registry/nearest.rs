//! Known names that resemble an unknown one, for error messages. Std only. Imports nothing.

/// A clause such as ``; the nearest known are `acme::Foo` and `acme::Food` ``; empty when nothing resembles the name.
pub(super) fn nearest(unknown: &str, known: &[impl AsRef<str>]) -> String {
    let mut scored: Vec<(usize, &str)> = known
        .iter()
        .map(|known| (likeness(unknown, known.as_ref()), known.as_ref()))
        .filter(|(likeness, known)| likeness.saturating_mul(4) >= unknown.len().max(known.len()).saturating_mul(3))
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    match *scored.as_slice() {
        [] => String::new(),
        [(_, one)] => format!("; the nearest known is `{one}`"),
        [(_, one), (_, two), ..] => format!("; the nearest known are `{one}` and `{two}`"),
    }
}

/// The number of bytes that two names share at their start and end: moved, renamed and mistyped names keep one or both.
fn likeness(a: &str, b: &str) -> usize {
    let common =
        |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| a.zip(b).take_while(|(a, b)| a == b).count();
    let start = common(&mut a.bytes(), &mut b.bytes());
    let end = common(&mut a.bytes().rev(), &mut b.bytes().rev());
    start.saturating_add(end).min(a.len()).min(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_moved_and_mistyped_names_are_found() {
        let known = ["acme::GenericResult", "i64", "other::Foo", "zeta::Unrelated"];
        assert_eq!(nearest("acme::GenericResutl", &known), "; the nearest known is `acme::GenericResult`");
        assert_eq!(nearest("acme2::GenericResult", &known), "; the nearest known is `acme::GenericResult`");
        assert_eq!(nearest("another::Foo", &known), "; the nearest known is `other::Foo`");
        assert_eq!(nearest("x::Y", &known), "");
    }
}
